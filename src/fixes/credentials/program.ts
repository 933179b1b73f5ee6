// Runs another program for a login: without a shell, within a time, and without a word of what it printed in any error.

import { spawn } from "node:child_process";

export interface ProgramWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export type ProgramAnswer =
  | { readonly is: "done"; readonly out: string }
  | { readonly is: "missing" }
  /** It ended with an error: the exit code, never its output. */
  | { readonly is: "failed"; readonly why: string };

const withinMs = 20_000;
const outLimit = 64 * 1024;

export function runProgram(
  program: string,
  args: readonly string[],
  { env, signal }: ProgramWorld,
  stdin = "",
): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env,
      stdio: ["pipe", "pipe", "ignore"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
      killSignal: "SIGKILL",
    });
    let out = "";
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "ENOENT"
          ? { is: "missing" }
          : { is: "failed", why: error.name === "AbortError" ? "it took too long" : String(error.code) },
      ),
    );
    child.stdout.on("data", (chunk: Buffer) => {
      if (out.length < outLimit) out += chunk.toString("utf8");
    });
    // A program that does not read its stdin closes it.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    child.on("close", (code) =>
      resolve(code === 0 ? { is: "done", out } : { is: "failed", why: `it ended with exit code ${code}` }),
    );
  });
}
