// What the user can mend is a ToolError: three lines (what, why, do) and exit code 2.
// Anything else that is thrown is a bug of ours.

/** What went wrong, why, and what the user can do about it: one line each, no full stop. */
export interface ToolErrorText {
  readonly what: string;
  readonly why: string;
  readonly do: string;
  readonly cause?: unknown;
}

/** An error that its reader can mend. `code` never changes once released. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly do: string;

  constructor(code: string, text: ToolErrorText) {
    super(`${text.what}: ${text.why}`, text.cause === undefined ? undefined : { cause: text.cause });
    this.code = code;
    this.what = text.what;
    this.why = text.why;
    this.do = text.do;
  }
}
