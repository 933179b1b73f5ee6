// What a failing command says: three lines for what the user can mend, a bug report for the rest.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolError } from "../model/errors.js";
import { version } from "../model/version.js";
import { inert } from "../report/inert.js";
import { lookFor } from "../report/signs.js";
import { type Io, placeOf } from "./io.js";

/** What, why, do: one line each. */
export function showToolError(error: ToolError, io: Io): void {
  const { signs, paint } = lookFor({ ...placeOf(io), isTerminal: io.isTerminal.err }, "auto", io.program);
  io.err(`${paint.problem(signs.problem)} ${inert(error.what)}\n`);
  io.err(`  why  ${inert(error.why)}\n`);
  io.err(`  do   ${inert(asCalled(error.do, io.program))}\n`);
}

/** Our own commands in a text, by the name that the reader called us by. */
function asCalled(text: string, program: string): string {
  return text.replace(/(?<!kubectl )\bpulldoctor (?=[a-z])/g, `${program} `);
}

/**
 * Says that it is our fault, and leaves a report to attach. The report holds the error's kind and
 * the places in our code, never its message or the arguments: those may hold what is the user's.
 */
export function showBug(error: unknown, command: string, io: Io): void {
  const kind = error instanceof Error ? error.name : typeof error;
  io.err(`this is a bug in pulldoctor: ${inert(kind)} in ${inert(command)}\n`);
  if (io.env.PULLDOCTOR_DEBUG !== undefined && io.env.PULLDOCTOR_DEBUG !== "") {
    io.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  const path = writeReport(kind, command, error, io.now());
  if (path !== undefined)
    io.err(`  a report without your data is in ${path}; please attach it to an issue\n`);
  io.err(`  PULLDOCTOR_DEBUG=1 shows the whole error here; ${afterBug(command, io.program)}\n`);
}

/** A command that changes things may have been at it; each change is in the journal before it is made. */
const afterBug = (command: string, program: string): string =>
  command === "fix" || command === "undo"
    ? `\`${program} undo\` lists what was changed`
    : "nothing was changed";

function writeReport(kind: string, command: string, error: unknown, at: Date): string | undefined {
  const lines = [
    `pulldoctor ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
    `at ${at.toISOString()}, command ${command}`,
    kind,
    ...placesOf(error),
  ];
  try {
    const path = join(mkdtempSync(join(tmpdir(), "pulldoctor-")), "bug.txt");
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
    return path;
  } catch {
    // The report is a courtesy; a full disk must not hide the bug itself.
    return undefined;
  }
}

/** The stack's `at ...` lines, with file names cut to their last two parts. */
function placesOf(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.replace(/(?:file:\/\/)?(?:\/[^/\s()]+)*\/([^/\s()]+\/[^/\s()]+)/g, "$1"));
}
