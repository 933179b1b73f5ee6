// One command line, run in this process with everything handed in and everything caught.

import { run } from "../src/cli/main.js";
import { root } from "./tree.js";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunWorld {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly now?: Date;
  /** True: both streams are a terminal of 80 columns. */
  readonly isTerminal?: boolean;
  readonly program?: string;
}

/** Runs `pulldoctor <argv>`; without a terminal, in UTF-8, in the project's folder. */
export async function runCli(argv: readonly string[], world: RunWorld = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const isTerminal = world.isTerminal === true;
  const code = await run(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: bytesOf(world.stdin ?? ""),
    env: { LANG: "C.UTF-8", HOME: "/nonexistent", ...world.env },
    cwd: world.cwd ?? root,
    now: () => world.now ?? new Date("2026-11-24T12:00:00Z"),
    isTerminal: { in: false, out: isTerminal, err: isTerminal },
    ...(isTerminal ? { columns: 80 } : {}),
    signal: new AbortController().signal,
    program: world.program ?? "pulldoctor",
  });
  return { code, out, err };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}
