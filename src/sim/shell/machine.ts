// A container as its programs see it: files, environment, network, and the streams they read and write.

import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import type { Files } from "./files.js";
import type { Input } from "./input.js";

/** The part of the world's network that a container can reach. Handed in; tests give their own. */
export type ShellNetwork = Pick<Network, "ca" | "resolve" | "connect">;

export interface Machine {
  readonly hostname: string;
  readonly clock: Clock;
  readonly network: ShellNetwork;
  readonly files: Files;
  /** What the container starts with; each shell has its own copy. */
  readonly env: ReadonlyMap<string, string>;
  /** The address that /etc/resolv.conf names. */
  readonly nameserver: string;
  /** What its image holds, by name. */
  readonly programs: ReadonlyMap<string, Program>;
}

/** What a program works with: its streams, and the shell that started it. */
export interface Io {
  readonly stdin: Input;
  readonly out: (text: string | Buffer) => void;
  readonly err: (text: string | Buffer) => void;
  /** Aborts when the program is interrupted or killed. */
  readonly signal: AbortSignal;
}

/** A running shell's own state: `cd` and `export` change it. */
export interface ShellState {
  cwd: string;
  readonly env: Map<string, string>;
}

/** Resolves to the exit code. Never rejects for what its user did wrong. */
export type Program = (
  args: readonly string[],
  io: Io,
  machine: Machine,
  state: ShellState,
) => number | Promise<number>;

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
} as const;
