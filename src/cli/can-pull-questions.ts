// From words and flags to questions: which images, and who would pull each: a ServiceAccount's secrets, a docker config's
// logins, or nobody.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { PullLogin, PullQuestion } from "../diagnose/can-pull.js";
import { ToolError } from "../model/errors.js";
import { type Reference, tryParseReference } from "../model/reference.js";
import { anonymous } from "../registry/credential.js";
import type { DockerConfig } from "../registry/docker-login.js";
import type { Platform } from "../registry/media.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";
import { asTarget } from "./targets.js";

/** An image with what its pod says about who pulls it; the fields are absent for images named on the command line. */
export interface Wanted {
  readonly image: string;
  readonly serviceAccount?: string;
  readonly pullSecrets?: readonly string[];
}

export interface Questions {
  readonly questions: readonly PullQuestion[];
  /** Worth saying once, before the answers: a missing secret, nodes that cannot be read. */
  readonly notes: readonly string[];
}

/** Throws ToolError: of flags that exclude each other, references, files, and the cluster. */
export async function questionsOf(
  operands: readonly string[],
  flags: Flags,
  io: Io,
  signal: AbortSignal,
): Promise<Questions> {
  refuseClashes(flags);
  const words = operands.map((word) => ({ word, target: asTarget(word) }));
  const targets = words.flatMap(({ target }) => target ?? []);
  const images = words.flatMap(({ word, target }) => (target === undefined ? [word] : []));
  const files = flags.list("filename");
  const needsCluster =
    targets.length > 0 ||
    ["namespace", "as-service-account", "context"].some((name) => flags.firstGiven([name]));
  if (targets.length + images.length + files.length === 0) {
    throw new ToolError("image-missing", {
      what: "no image is named",
      why: "can-pull asks about images, workloads or manifests",
      do: `${io.program} can-pull IMAGE, TYPE/NAME or -f FILE`,
    });
  }
  const named = images.map((image): Wanted => ({ image }));
  if (!needsCluster && files.length === 0)
    return assembled(named, await loginsAlone(flags, io, signal), flags, []);
  const { imagesOfFiles, withCluster } = await import("./can-pull-cluster.js");
  const wanted = [...named, ...(files.length === 0 ? [] : await imagesOfFiles(files, io))];
  if (!needsCluster) return assembled(wanted, await loginsAlone(flags, io, signal), flags, []);
  return withCluster(flags, io, async (cluster) => {
    const isOwn = flags.firstGiven(["anonymous", "docker-config"]) !== undefined;
    const logins = isOwn ? await loginsAlone(flags, io, signal) : cluster.loginsFor;
    const { nodes, notes } = await cluster.nodes();
    const all = [...wanted, ...(await cluster.imagesOf(targets))];
    const found = await assembled(all, logins, flags, nodes);
    return { questions: found.questions, notes: [...notes, ...found.notes] };
  });
}

/** Who would pull an image. */
export type LoginsFor = (
  wanted: Wanted,
  reference: Reference,
) => Promise<
  Pick<PullQuestion, "logins" | "unread" | "isForNodes" | "spoiledBy" | "namespace"> & {
    readonly notes: readonly string[];
  }
>;

async function assembled(
  wanted: readonly Wanted[],
  loginsFor: LoginsFor,
  flags: Flags,
  clusterNodes: readonly Platform[],
): Promise<Questions> {
  const platforms = flags.list("platform").map(readPlatformFlag);
  const nodes = platforms.length > 0 ? platforms : clusterNodes;
  const notes = new Set<string>();
  const questions: PullQuestion[] = [];
  const seen = new Set<string>();
  for (const one of wanted) {
    const key = JSON.stringify([one.image, one.serviceAccount, one.pullSecrets]);
    if (seen.has(key)) continue;
    seen.add(key);
    const parsed = tryParseReference(one.image);
    if (!parsed.ok) {
      questions.push({ ...unreadable, image: one.image, refused: parsed.why });
      continue;
    }
    const { reference } = parsed;
    const { notes: more, ...logins } = await loginsFor(one, reference);
    for (const note of more) notes.add(note);
    const depth = flags.isOn("quick") ? "quick" : "full";
    questions.push({
      image: one.image,
      reference,
      ...logins,
      nodes,
      depth,
      wantsReferrers: flags.isOn("referrers"),
    });
  }
  return { questions, notes: [...notes] };
}

/** A name that no kubelet takes: nothing is asked. */
const unreadable = {
  reference: { registry: "", repository: "", full: "" },
  unread: [],
  isForNodes: false,
  nodes: [],
  depth: "quick",
  wantsReferrers: false,
  logins: [{ login: anonymous, who: "nobody" }],
} as const satisfies Omit<PullQuestion, "image">;

export const nobody: PullLogin = { login: anonymous, who: "nobody" };

/** `--anonymous`, `--docker-config`, else the docker config of whoever runs this, where there is one. */
async function loginsAlone(flags: Flags, io: Io, signal: AbortSignal): Promise<LoginsFor> {
  const base = { unread: [], isForNodes: false, notes: [] };
  if (flags.isOn("anonymous")) return async () => ({ ...base, logins: [nobody] });
  const config = await dockerConfig(flags, io, signal);
  return async (_wanted, { registry }) => {
    const found = await config?.find(registry);
    if (found === undefined) return { ...base, logins: [nobody] };
    const { login, from } = found;
    const who = login.is === "basic" ? login.username : "an identity token";
    return { ...base, logins: [{ login, who, from }] };
  };
}

async function dockerConfig(flags: Flags, io: Io, signal: AbortSignal): Promise<DockerConfig | undefined> {
  const world = { env: io.env, signal };
  const { openDockerConfig } = await import("../registry/docker-login.js");
  const named = flags.text("docker-config");
  if (named !== undefined) return openDockerConfig(resolve(io.cwd, named), world);
  const folder = io.env.DOCKER_CONFIG ?? join(io.env.HOME ?? homedir(), ".docker");
  return openDockerConfig(folder, world).catch((error: unknown) => {
    if (error instanceof ToolError && error.why === "ENOENT") return undefined;
    throw error;
  });
}

function readPlatformFlag(text: string): Platform {
  const [os = "", architecture = "", variant, ...rest] = text.split("/");
  if (os === "" || architecture === "" || rest.length > 0) {
    throw new ToolError("platform-malformed", {
      what: `--platform ${text} is no platform`,
      why: "a platform is OS/ARCHITECTURE, with a variant behind it where one counts",
      do: "write --platform linux/arm64",
    });
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function refuseClashes(flags: Flags): void {
  const given = ["anonymous", "docker-config", "as-service-account"].filter((name) =>
    flags.firstGiven([name]),
  );
  const [one, other] = given;
  if (one === undefined || other === undefined) return;
  throw new ToolError("flags-conflict", {
    what: `--${one} and --${other} exclude each other`,
    why: "each says who asks",
    do: "leave one of them out",
  });
}
