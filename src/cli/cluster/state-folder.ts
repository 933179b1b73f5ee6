// The folder in which a simulated cluster keeps what must outlive its process, and what its parts are called.

import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ToolError } from "../../model/errors.js";
import type { Io } from "../io.js";

export interface StateFolder {
  readonly path: string;
  /** The CA of everything in the world, for `SSL_CERT_FILE`. */
  readonly ca: string;
  readonly kubeconfig: string;
  /** What a detached cluster prints. */
  readonly log: string;
  /** Answers `status` and `down` while a cluster is up. */
  readonly controlSocket: string;
  readonly dockerSocket: string;
  /** What is kept of a world of this name. */
  stateOf(world: string): string;
  /** A folder for the bytes that were pushed to its registries, a file for each digest. */
  contentOf(world: string): string;
}

// A socket's path has at most 104 bytes on some systems, 108 on Linux.
const longestSocketPath = 100;

/** `$XDG_STATE_HOME/pulldoctor/cluster`, made when it is not there. Throws ToolError when it cannot be. */
export function stateFolder(io: Pick<Io, "env" | "cwd">): StateFolder {
  const { XDG_STATE_HOME: state, HOME: home } = io.env;
  const base = state !== undefined && state !== "" ? state : join(home ?? tmpdir(), ".local", "state");
  const path = resolve(io.cwd, base, "pulldoctor", "cluster");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ToolError("state-folder-unwritable", {
      what: `the state folder ${path} cannot be made`,
      why: cause instanceof Error && "code" in cause ? String(cause.code) : "the system gives no reason",
      do: "set XDG_STATE_HOME to a folder that can be written",
      cause,
    });
  }
  return {
    path,
    ca: join(path, "ca.pem"),
    kubeconfig: join(path, "kubeconfig"),
    log: join(path, "cluster.log"),
    controlSocket: socketPath(path, "control.sock"),
    dockerSocket: socketPath(path, "docker.sock"),
    stateOf: (world) => join(path, `state-${inFileName(world)}.json`),
    contentOf: (world) => join(path, `content-${inFileName(world)}`),
  };
}

const inFileName = (world: string): string => world.replace(/[^\w.-]+/g, "_");

/** Whole or not at all, readable by its owner alone. Throws what the file system throws. */
export function writePrivately(path: string, text: string | Uint8Array, mode = 0o600): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, text, { mode });
  chmodSync(draft, mode);
  renameSync(draft, path);
}

/** undefined: there is none that can be read. */
export function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function socketPath(folder: string, name: string): string {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= longestSocketPath) return path;
  const short = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const other = join(tmpdir(), `pulldoctor-${short}`);
  mkdirSync(other, { recursive: true, mode: 0o700 });
  return join(other, name);
}
