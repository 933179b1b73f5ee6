// Parts of files that are YAML documents: parsed one at a time with positions, and only those that are asked for, since
// the parser is slow on what nobody wants.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { ManifestFile } from "./tree.js";

export interface YamlPart {
  readonly file: ManifestFile;
  readonly document: Document.Parsed;
  /** The source that was parsed. */
  readonly source: string;
  /** From an index into `source` to one into the file's text. */
  readonly at: (index: number) => number;
}

export interface BrokenPart {
  /** In the file, from 1. */
  readonly line: number;
  readonly why: string;
  readonly source: string;
}

export interface Parts {
  readonly parts: readonly YamlPart[];
  readonly broken: readonly BrokenPart[];
}

const parsed = new WeakMap<ManifestFile, Map<string, Parts>>();

/**
 * The documents of a file, and the items of its lists, whose text holds all of `words`. What comes from one file with the
 * same words is parsed once.
 */
export function partsOf(file: ManifestFile, words: readonly string[] = []): Parts {
  const known = parsed.get(file) ?? new Map<string, Parts>();
  parsed.set(file, known);
  const key = words.join("\0");
  const found = known.get(key) ?? parseParts(file, words);
  known.set(key, found);
  return found;
}

function parseParts(file: ManifestFile, words: readonly string[]): Parts {
  const parts: YamlPart[] = [];
  const broken: BrokenPart[] = [];
  // `checkout` is no word of `checkout-2`: of thousands of documents few are parsed.
  const whole = words.map((word) => new RegExp(`(?<![\\w-])${word.replace(/\W/g, "\\$&")}(?![\\w-])`));
  const hasAll = (text: string): boolean => whole.every((word) => word.test(text));
  for (const chunk of documentChunks(file.text)) {
    // Definitions are long and full of the words of what they define.
    if (!hasAll(chunk.source) || /^kind: ["']?CustomResourceDefinition/m.test(chunk.source)) continue;
    // An alias to another item does not resolve in an item alone; then the document is parsed whole.
    const items = itemChunks(chunk).filter(({ source }) => hasAll(source));
    const alone = items.map((item) => parsePart(file, item));
    const isSplit = alone.length > 0 && alone.every((one) => !("why" in one));
    for (const one of isSplit ? alone : [parsePart(file, chunk)]) {
      if ("why" in one) broken.push(one);
      else parts.push(one);
    }
  }
  return { parts, broken };
}

interface Chunk {
  readonly source: string;
  readonly start: number;
}

function documentChunks(text: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  // The byte order mark is no part of a document that begins behind a comment.
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (const mark of text.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    chunks.push({ source: text.slice(start, mark.index), start });
    start = mark.index + 3;
  }
  chunks.push({ source: text.slice(start), start });
  return chunks.filter(({ source }) => /^[ \t]*[^\s#%]/m.test(source));
}

/** The items of a list as kubectl and people write it, each a list of one; [] for any other document. */
function itemChunks({ source, start }: Chunk): readonly Chunk[] {
  const head = /^items:[ \t]*(?:#.*)?\r?\n/m.exec(source);
  if (head === null) return [];
  const from = head.index + head[0].length;
  const dash = /^([ \t]*)-[ \t]/m.exec(source.slice(from));
  if (dash === null) return [];
  const marks = [...source.slice(from).matchAll(new RegExp(`^${dash[1]}-[ \\t\\r\\n]`, "gm"))];
  const after = /^[^\s#-]/m.exec(source.slice(from));
  const end = from + (after?.index ?? source.length - from);
  return marks
    .map(({ index }, at) => ({
      from: from + index,
      to: Math.min(from + (marks[at + 1]?.index ?? source.length), end),
    }))
    .filter((item) => item.from < end)
    .map((item) => ({ source: source.slice(item.from, item.to), start: start + item.from }));
}

function parsePart(file: ManifestFile, { source, start }: Chunk): YamlPart | BrokenPart {
  const lineOf = (index: number): number => file.text.slice(0, start + index).split("\n").length;
  const document = parseText(source);
  if (typeof document === "string") {
    const first = Math.max(source.search(/\S/), 0);
    return { line: lineOf(first), why: document, source };
  }
  const [error] = document.errors;
  if (error !== undefined) {
    const why = source.includes("{{") ? "a template, not YAML" : "not valid YAML";
    return { line: lineOf(error.pos[0]), why, source };
  }
  return { file, document, source, at: (index) => start + index };
}

/** The document, with its errors, or why there is none. */
export function parseText(source: string): Document.Parsed | string {
  if (isDeep(source)) return "nested too deep";
  try {
    return parseDocument(source, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
  } catch (cause) {
    // The parser walks down by calling itself.
    return cause instanceof RangeError ? "nested too deep" : "not valid YAML";
  }
}

function isDeep(source: string): boolean {
  let depth = 0;
  for (const [bracket] of source.matchAll(/[[\]{}]/g)) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > 200) return true;
  }
  return false;
}

/** What the document says at its top; the item itself where it is one of a list. */
export function topOf(part: YamlPart): unknown {
  const { contents } = part.document;
  return contents !== null && "items" in contents && !isMap(contents) && contents.items.length === 1
    ? contents.items[0]
    : contents;
}

/** A field of a mapping, with what is needed to write it. */
export interface Field {
  readonly part: YamlPart;
  readonly map: YAMLMap;
  readonly key: Scalar;
  readonly value: unknown;
}

export function fieldOf(part: YamlPart, map: unknown, name: string): Field | undefined {
  if (!isMap(map)) return undefined;
  const pair = map.items.find(({ key }: Pair) => isScalar(key) && key.value === name);
  return pair !== undefined && isScalar(pair.key)
    ? { part, map, key: pair.key, value: pair.value }
    : undefined;
}

export const nodeAt = (part: YamlPart, map: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((value, name) => fieldOf(part, value, name)?.value, map);

/** A scalar's text as it would be pasted into a name: `1.10` of a number is `1.10`; null is "". */
export function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  if (node.value === null || node.value === undefined) return "";
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

export const textAt = (part: YamlPart, map: unknown, ...names: readonly string[]): string | undefined =>
  scalarText(nodeAt(part, map, ...names));

/** The items of a list; [] for anything else. */
export function itemsAt(part: YamlPart, map: unknown, ...names: readonly string[]): readonly unknown[] {
  const list = nodeAt(part, map, ...names);
  return typeof list === "object" &&
    list !== null &&
    "items" in list &&
    Array.isArray(list.items) &&
    !isMap(list)
    ? list.items
    : [];
}

/** What an alias stands for; undefined when that is not in the part. */
export function behind(part: YamlPart, node: unknown): Node | undefined {
  return isAlias(node) ? node.resolve(part.document) : undefined;
}

export function lineAt(part: YamlPart, node: unknown): number {
  const range = rangeOf(node);
  return part.file.text.slice(0, part.at(range?.[0] ?? 0)).split("\n").length;
}

/** Start and end in the part's source. */
export function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  if (!Array.isArray(range)) return undefined;
  const [start, end]: readonly unknown[] = range;
  return typeof start === "number" && typeof end === "number" ? [start, end] : undefined;
}
