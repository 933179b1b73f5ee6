// Byte ranges of a file that become others: everything outside of them stays as it is.

import { createHash } from "node:crypto";
import type { ManifestEdit } from "./change.js";

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const byPlace = (a: ManifestEdit, b: ManifestEdit): number => a.start - b.start || a.end - b.end;

/** Undefined when two of them overlap or the file does not hold what they replace. */
export function spliced(bytes: Buffer, edits: readonly ManifestEdit[]): Buffer | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, before, after } of [...edits].sort(byPlace)) {
    if (start < at || !bytes.subarray(start, end).equals(Buffer.from(before))) return undefined;
    parts.push(bytes.subarray(at, start), Buffer.from(after));
    at = end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}

/** The edits of one file that take these back. Lines and columns stay those of the way there. */
export function inverted(edits: readonly ManifestEdit[]): readonly ManifestEdit[] {
  let shift = 0;
  return [...edits].sort(byPlace).map((edit) => {
    const start = edit.start + shift;
    const length = Buffer.byteLength(edit.after);
    shift += length - (edit.end - edit.start);
    return { ...edit, start, end: start + length, before: edit.after, after: edit.before };
  });
}
