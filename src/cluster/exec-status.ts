// The Status with which the API server ends an exec.

import { record, records, text } from "./objects-fields.js";

/** How a command ended. `exitCode` undefined: it did not end by itself; `why` says what was in the way. */
export interface Executed {
  readonly exitCode: number | undefined;
  readonly out: string;
  readonly err: string;
  readonly why?: string;
}

/** `Success`, or a failure whose cause `ExitCode` is a number; else the words of what was in the way. */
export function readStatus(content: string): {
  readonly exitCode: number | undefined;
  readonly why?: string;
} {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { exitCode: undefined, why: "its end cannot be read" };
  }
  const status = record(parsed);
  if (status.status === "Success") return { exitCode: 0 };
  const causes = records(record(status.details).causes);
  const code = Number(text(causes.find(({ reason }) => reason === "ExitCode")?.message) ?? Number.NaN);
  if (Number.isInteger(code)) return { exitCode: code };
  const why = (text(status.message) ?? "it did not start").replace(/\s+/g, " ").slice(0, 300);
  return { exitCode: undefined, why };
}
