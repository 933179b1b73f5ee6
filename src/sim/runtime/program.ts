// What a container of the world does once it is started: runs on, ends, or cannot run at all.
// Programs of the world are few; what is none of them runs until it is stopped.

import type { Platform } from "./pull-types.js";

export interface Run {
  /** Absent: until it is stopped. */
  readonly endsAfterMs?: number;
  readonly exitCode: number;
  readonly log: string;
}

/** `argv` is command and arguments; `endsAnyway`: the pod is one that is meant to end (a job's). */
export function run(argv: readonly string[], endsAnyway: boolean): Run {
  const [path = "", ...rest] = argv;
  const name = path.split("/").at(-1) ?? path;
  if (name === "sh" || name === "bash" || name === "ash") {
    const at = rest.indexOf("-c");
    if (at >= 0) return script(rest[at + 1] ?? "");
    return { exitCode: 0, log: "", ...(endsAnyway ? { endsAfterMs: 100 } : {}) };
  }
  const known = simple(name, rest);
  if (known !== undefined) return known;
  const log = `${name} started\n`;
  return endsAnyway ? { endsAfterMs: 5000, exitCode: 0, log: `${log}done\n` } : { exitCode: 0, log };
}

/** A script's commands one after the other, as far as they are known. */
function script(text: string): Run {
  let log = "";
  let ms = 50;
  let exitCode = 0;
  for (const line of text.split(/\n|;|&&/)) {
    const [name = "", ...rest] = line.trim().split(/\s+/);
    if (name === "" || name === "exec") continue;
    if (name === "while" || name === "tail") return { exitCode: 0, log };
    const one = simple(name, rest);
    if (one === undefined) continue;
    log += one.log;
    if (one.endsAfterMs === undefined) return { exitCode: 0, log };
    ms += one.endsAfterMs;
    exitCode = one.exitCode;
    if (name === "exit") break;
  }
  return { endsAfterMs: ms, exitCode, log };
}

function simple(name: string, rest: readonly string[]): Run | undefined {
  switch (name) {
    case "true":
      return { endsAfterMs: 10, exitCode: 0, log: "" };
    case "false":
      return { endsAfterMs: 10, exitCode: 1, log: "" };
    case "exit":
      return { endsAfterMs: 10, exitCode: Number(rest[0] ?? 0) || 0, log: "" };
    case "echo":
      return { endsAfterMs: 10, exitCode: 0, log: `${rest.join(" ").replace(/^["']|["']$/g, "")}\n` };
    case "sleep": {
      const seconds = Number.parseFloat(rest[0] ?? "");
      return Number.isFinite(seconds)
        ? { endsAfterMs: seconds * 1000, exitCode: 0, log: "" }
        : { exitCode: 0, log: "" };
    }
    case "pause":
      return { exitCode: 0, log: "" };
    default:
      return undefined;
  }
}

/** Whether a node can run what an image was built for; an image that does not say runs everywhere. */
export function canRun(built: Platform, node: Platform): boolean {
  if (built.architecture === "" || built.architecture === node.architecture) return built.os !== "windows";
  if (node.architecture === "amd64" && built.architecture === "386") return true;
  return node.architecture === "arm64" && built.architecture === "arm";
}

/** The one line that a program of another architecture leaves behind. */
export function execFormatError(path: string, runtime: string): string {
  return runtime === "cri-o"
    ? `exec container process \`${path}\`: Exec format error\n`
    : `exec ${path}: exec format error\n`;
}
