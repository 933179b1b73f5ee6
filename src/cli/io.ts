// Everything a command may touch of the process that runs it. Tests hand in their own.

import { once } from "node:events";
import { basename } from "node:path";
import type { Place } from "../report/signs.js";

export interface Io {
  /** stdout: findings and documents. */
  readonly out: (text: string) => void;
  /** Resolves when stdout takes more; absent where it always does. For commands that write without end. */
  readonly drained?: () => Promise<void>;
  /** stderr: progress, notes, errors. */
  readonly err: (text: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  readonly isTerminal: { readonly in: boolean; readonly out: boolean; readonly err: boolean };
  /** Width of the terminal; absent when stdout is none. */
  readonly columns?: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the reader types to start us: `pulldoctor` or `kubectl pulldoctor`. */
  readonly program: string;
}

/** The parts of `Io` that decide how a screen is drawn. */
export function placeOf(io: Io): Place {
  const { env, columns } = io;
  return { env, isTerminal: io.isTerminal.out, ...(columns === undefined ? {} : { columns }) };
}

/** kubectl runs its plugin by the file name `kubectl-pulldoctor`. */
export function programOf(path: string | undefined): string {
  return basename(path ?? "").startsWith("kubectl-") ? "kubectl pulldoctor" : "pulldoctor";
}

/** The real process. Reading stdin starts when a command asks for it. */
export function processIo(signal: AbortSignal): Io {
  const { stdin, stdout, stderr } = process;
  const env = { ...process.env };
  return {
    out: (text) => void stdout.write(text),
    drained: async () => {
      if (stdout.writableNeedDrain) await once(stdout, "drain");
    },
    err: (text) => void stderr.write(text),
    stdin,
    env,
    cwd: process.cwd(),
    now: () => new Date(),
    isTerminal: { in: stdin.isTTY === true, out: stdout.isTTY === true, err: stderr.isTTY === true },
    ...(stdout.isTTY === true ? { columns: stdout.columns } : {}),
    signal,
    program: programOf(process.argv[1]),
  };
}
