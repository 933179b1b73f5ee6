// A unified diff of edits, as git prints it, without git: what changes is known, so nothing has to be compared.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { ManifestEdit } from "./change.js";
import { spliced } from "./splice.js";

export interface ChangedFile {
  /** Below the folder. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly edits: readonly ManifestEdit[];
  /** `100644`, `100755`. */
  readonly mode: string;
}

const contextLines = 3;

/** The folder that git calls the top of the checkout that holds `folder`. */
export function checkoutOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

export function unifiedDiff(folder: string, files: readonly ChangedFile[]): string {
  const top = checkoutOf(folder);
  return files
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .map((file) => {
      const path = relative(top ?? folder, join(folder, file.file))
        .split(sep)
        .join("/");
      return fileDiff(file, path, top !== undefined);
    })
    .join("");
}

function fileDiff({ bytes, edits, mode }: ChangedFile, path: string, isGit: boolean): string {
  const after = spliced(bytes, edits) ?? bytes;
  const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const head = isGit ? `diff --git ${from} ${to}\nindex ${blob(bytes)}..${blob(after)} ${mode}\n` : "";
  // git puts a tab behind names with blanks, so that they can be told from what may follow.
  const tail = path.includes(" ") ? "\t" : "";
  return `${head}--- ${from}${tail}\n+++ ${to}${tail}\n${hunks(linesOf(bytes), linesOf(after)).join("")}`;
}

const blob = (bytes: Buffer): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex").slice(0, 7);

/** Each with its end, where it has one. */
const linesOf = (bytes: Buffer): readonly string[] => bytes.toString("utf8").match(/[^\n]*\n|[^\n]+$/g) ?? [];

interface Run {
  /** Indexes of lines. */
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Lines that differ, in runs. Edits are few and far between: what is equal in between finds itself again at once. */
function runsOf(before: readonly string[], after: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  let [a, b] = [0, 0];
  while (a < before.length || b < after.length) {
    if (a < before.length && before[a] === after[b]) {
      a += 1;
      b += 1;
      continue;
    }
    const [skipA, skipB] = nextMatch(before, after, a, b);
    runs.push({ from: a, to: a + skipA, newFrom: b, newTo: b + skipB });
    a += skipA;
    b += skipB;
  }
  return runs;
}

/** The fewest lines to pass over on both sides until two lines in a row are the same again. */
function nextMatch(
  before: readonly string[],
  after: readonly string[],
  a: number,
  b: number,
): readonly [number, number] {
  const most = before.length - a + after.length - b;
  for (let sum = 1; sum < most; sum++) {
    for (let skipA = 0; skipA <= sum; skipA++) {
      const [x, y] = [a + skipA, b + sum - skipA];
      if (x > before.length || y > after.length) continue;
      if (before[x] === after[y] && before[x + 1] === after[y + 1]) return [skipA, sum - skipA];
    }
  }
  return [before.length - a, after.length - b];
}

function hunks(before: readonly string[], after: readonly string[]): readonly string[] {
  const groups: Run[][] = [];
  for (const run of runsOf(before, after)) {
    const open = groups.at(-1);
    const last = open?.at(-1);
    if (open !== undefined && last !== undefined && run.from - last.to <= 2 * contextLines) open.push(run);
    else groups.push([run]);
  }
  return groups.map((group) => hunk(before, after, group));
}

function hunk(before: readonly string[], after: readonly string[], runs: readonly Run[]): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return "";
  const from = Math.max(0, first.from - contextLines);
  const to = Math.min(before.length, last.to + contextLines);
  const newFrom = first.newFrom - (first.from - from);
  const lines: string[] = [];
  let at = from;
  for (const run of runs) {
    lines.push(...before.slice(at, run.from).map((line) => ` ${line}`));
    lines.push(...before.slice(run.from, run.to).map((line) => `-${line}`));
    lines.push(...after.slice(run.newFrom, run.newTo).map((line) => `+${line}`));
    at = run.to;
  }
  lines.push(...before.slice(at, to).map((line) => ` ${line}`));
  const newCount = last.newTo - newFrom + (to - last.to);
  const heading = before.slice(0, from).findLast((line) => /^[A-Za-z_$]/.test(line));
  const title = heading === undefined ? "" : ` ${heading.slice(0, 80).trimEnd()}`;
  const head = `@@ -${span(from, to - from)} +${span(newFrom, newCount)} @@${title}\n`;
  return (
    head +
    lines.map((line) => (line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`)).join("")
  );
}

const span = (from: number, count: number): string =>
  count === 1 ? `${from + 1}` : `${count === 0 ? from : from + 1},${count}`;

/** As git quotes names with quotes, backslashes, control characters or anything beyond ASCII. */
function quoted(path: string): string {
  const bytes = [...Buffer.from(path)];
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c)) return path;
  const names: Readonly<Record<number, string>> = {
    7: "a",
    8: "b",
    9: "t",
    10: "n",
    11: "v",
    12: "f",
    13: "r",
    34: '"',
    92: "\\",
  };
  const inner = bytes.map((byte) => {
    const name = names[byte];
    if (name !== undefined) return `\\${name}`;
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${inner.join("")}"`;
}
