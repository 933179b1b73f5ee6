// How other commands talk to a cluster that is up: one word over a Unix socket, one JSON answer.
// A socket that answers is the proof that a cluster is up; process ids prove nothing.

import { existsSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";

/** A cluster that is up, for `status`, `env` and scripts. */
export interface RunningCluster {
  readonly world: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly url: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly workloads: number;
  readonly nodes: number;
  readonly registries: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly nameserver: string;
  /** Where each host really listens: `registry.example.com:443` to `127.20.0.11:41234`. */
  readonly hosts: readonly { readonly from: string; readonly to: string }[];
}

export const questions = ["status", "down"] as const;
export type Question = (typeof questions)[number];

/** Rejects with the file system's error when the socket cannot be made. */
export async function serveControl(
  path: string,
  answer: () => RunningCluster,
  stop: () => void,
): Promise<{ close(): void }> {
  rmSync(path, { force: true });
  const server: Server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (bytes: Buffer) => {
      const asked = bytes.toString("utf8").trim();
      socket.end(`${JSON.stringify(answer())}\n`);
      if (asked === "down") stop();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    close() {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

/** undefined: no cluster is up. One that was killed leaves its socket; nobody answers there. */
export function askControl(path: string, question: Question): Promise<RunningCluster | undefined> {
  if (!existsSync(path)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(`${question}\n`));
    let text = "";
    socket.setTimeout(5000, () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("utf8");
    });
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(parse(text)));
  });
}

function parse(text: string): RunningCluster | undefined {
  try {
    return JSON.parse(text) as RunningCluster;
  } catch {
    return undefined;
  }
}
