// Real messages with their labels, packed beside this file; see pack.ts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** One message as users met it, with the cause that it shows. */
export interface CorpusRow {
  readonly id: string;
  readonly message: string;
  readonly waitingReason?: string;
  readonly image?: string;
  readonly cause: string;
  readonly also?: readonly string[];
  readonly trueCause?: string;
}

/** One text of a runtime, with what the registry or the network really did. */
export interface RuntimeRow {
  readonly behaviour: string;
  readonly runtime: string;
  readonly cause: string;
  readonly credentials: string;
  readonly message?: string;
}

const packed = (file: string): string =>
  brotliDecompressSync(readFileSync(join(import.meta.dirname, file))).toString("utf8");

function rows<T>(text: string): readonly T[] {
  return text
    .trim()
    .split("\n")
    .map((line): T => JSON.parse(line));
}

export const corpus = (): readonly CorpusRow[] => rows(packed("messages.jsonl.br"));

export const runtimeErrors = (): readonly RuntimeRow[] => rows(packed("runtime-errors.jsonl.br"));

/**
 * Messages collected afterwards from public issues and files, each with its source, and labelled by the rules of
 * the corpus before they were read by anything here.
 */
export const more = (): readonly CorpusRow[] =>
  rows(readFileSync(join(import.meta.dirname, "more.jsonl"), "utf8"));

/**
 * Messages of programs and wordings that nobody here had seen, from public issues and files (some composed of the format
 * strings of their programs), labelled before they were read by anything here. `half` tells those that
 * taught the grammars (`open`) from those kept away until the end (`sealed`).
 */
export const fresh = (): readonly CorpusRow[] =>
  rows(readFileSync(join(import.meta.dirname, "fresh.jsonl"), "utf8"));

/** A fixed fifth, by the id: it was not looked at while the grammars were written. */
export function isHeldOut(id: string): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % 5 === 0;
}

export const isNegative = (row: { readonly cause: string }): boolean =>
  row.cause === "unknown" || row.cause === "not-image-pull";
