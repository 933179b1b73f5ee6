// A shell that reads its commands from its input: a prompt with a terminal, silence without.

import type { Io, ShellState } from "./machine.js";
import type { Shell } from "./run.js";

/** Set on the streams of a terminal: prompts are shown, and Ctrl-C ends a command, not the shell. */
export interface TerminalIo extends Io {
  /** A command starts: the signal aborts at the next Ctrl-C, until `end`. */
  readonly begin: () => AbortSignal;
  readonly end: () => void;
}

function isTerminal(io: Io): io is TerminalIo {
  return "begin" in io;
}

export async function interactive(shell: Shell, io: Io, state: ShellState): Promise<number> {
  let code = 0;
  for (;;) {
    if (isTerminal(io)) io.out(`${state.cwd} # `);
    const line = await io.stdin.readLine();
    if (line === undefined || io.signal.aborted) break;
    const signal = isTerminal(io) ? io.begin() : io.signal;
    const result = await shell.step(line, { ...io, signal });
    if (isTerminal(io)) io.end();
    code = result.code;
    if (result.hasExited) return code;
  }
  if (isTerminal(io)) io.out("\n");
  return code;
}
