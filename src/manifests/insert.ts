// Lines put into YAML in the manner of the file: its indentation, its line ends, its way of writing lists.

import { isCollection, isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from "yaml";
import { type Field, fieldOf, rangeOf, scalarText, type YamlPart } from "./parts.js";
import { type NoEdit, plainOrQuoted, type TextEdit } from "./scalar-edit.js";

/** A text, which gets quotes where it needs them, or YAML that is written as it is. */
export type Value = string | { readonly yaml: string };

/** An entry of a list: one text, or a mapping in this order. */
export type Entry = string | readonly (readonly [key: string, value: Value])[];

/** Puts an entry at the end of the list `name` of a mapping, and makes the list when there is none. */
export function entryEdit(
  part: YamlPart,
  map: YAMLMap,
  name: string,
  entry: Entry,
  /** The field whose value `map` is; new lists are put below its line. Absent: they come last. */
  parent?: Field,
): TextEdit | NoEdit {
  const list = fieldOf(part, map, name);
  if (list === undefined) return newList(part, map, name, entry, parent);
  if (isSeq(list.value) && list.value.items.length > 0) return appended(part, list.value, entry);
  if (isSeq(list.value)) {
    const [start = 0, end = 0] = rangeOf(list.value) ?? [];
    return textEdit(part, start, end, `[${flow(part, entry)}]`);
  }
  if (isScalar(list.value) && scalarText(list.value) === "" && !map.flow) {
    const keyEnd = rangeOf(list.key)?.[1] ?? 0;
    const [from, to] = rangeOf(list.value) ?? [keyEnd, keyEnd];
    if (from !== to) return textEdit(part, from, to, `[${flow(part, entry)}]`);
    return afterLine(part, keyEnd, block(entry, indentOf(part, list.key) + listStep(part)));
  }
  return { why: `${name} is no list that an entry can be put into` };
}

/** Puts `key: value` behind a field of the same mapping. */
export function pairEdit({ part, map, key, value }: Field, name: string, text: string): TextEdit {
  const end = contentEnd(part, value) ?? rangeOf(key)?.[1] ?? 0;
  if (map.flow === true) {
    const pair = isJson(part)
      ? `${JSON.stringify(name)}: ${JSON.stringify(text)}`
      : `${name}: ${shown(text, true)}`;
    return textEdit(part, end, end, `, ${pair}`);
  }
  return afterLine(part, end, [`${" ".repeat(indentOf(part, key))}${name}: ${shown(text)}`]);
}

/** Takes a field out, with its line; undefined where it shares that with something else. */
export function withoutField({ part, map, key, value }: Field): TextEdit | undefined {
  const { text } = part.file;
  const [start = 0] = rangeOf(key) ?? [];
  const end = contentEnd(part, value) ?? start;
  const lineStart = text.lastIndexOf("\n", part.at(start) - 1) + 1;
  const lineEnd = text.indexOf("\n", part.at(end));
  const isAlone = text.slice(lineStart, part.at(start)).trim() === "" && map.flow !== true;
  if (!isAlone || lineEnd === -1 || text.slice(part.at(start), part.at(end)).includes("\n")) return undefined;
  return { file: part.file, start: lineStart, end: lineEnd + 1, after: "" };
}

function appended(part: YamlPart, list: YAMLSeq, entry: Entry): TextEdit | NoEdit {
  const last = list.items.at(-1);
  const end = contentEnd(part, last);
  if (end === undefined) return { why: "the list ends in something that cannot be followed" };
  if (list.flow === true) return textEdit(part, end, end, `, ${flow(part, entry)}`);
  return afterLine(part, end, block(entry, indentOf(part, list)));
}

function newList(
  part: YamlPart,
  map: YAMLMap,
  name: string,
  entry: Entry,
  parent: Field | undefined,
): TextEdit | NoEdit {
  const [start = 0] = rangeOf(map) ?? [];
  if (map.flow === true) {
    const isLast = /[\r\n]/.test(part.source[start + 1] ?? "");
    const rest = map.items.length === 0 ? "" : isLast ? "," : ", ";
    const text = `${isJson(part) ? JSON.stringify(name) : name}: [${flow(part, entry)}]${rest}`;
    return textEdit(part, start + 1, start + 1, text);
  }
  const [first] = map.items;
  const column = indentOf(part, first?.key);
  const lines = [`${" ".repeat(column)}${name}:`, ...block(entry, column + listStep(part))];
  if (parent !== undefined) return afterLine(part, rangeOf(parent.key)?.[1] ?? 0, lines);
  const end = contentEnd(part, map);
  return end === undefined
    ? { why: "the document ends in something that cannot be followed" }
    : afterLine(part, end, lines);
}

/** Whole lines, put below the one that holds this index. */
function afterLine(part: YamlPart, index: number, lines: readonly string[]): TextEdit {
  const { text } = part.file;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const from = part.at(index);
  // Trailing blanks and comments stay with their line.
  const end = /[^\r\n]*/.exec(text.slice(from))?.[0].length ?? 0;
  return {
    file: part.file,
    start: from + end,
    end: from + end,
    after: lines.map((line) => newline + line).join(""),
  };
}

const textEdit = (part: YamlPart, start: number, end: number, after: string): TextEdit => ({
  file: part.file,
  start: part.at(start),
  end: part.at(end),
  after,
});

function block(entry: Entry, indent: number): readonly string[] {
  const margin = " ".repeat(indent);
  if (typeof entry === "string") return [`${margin}- ${shown(entry)}`];
  return entry.map(([key, value], at) => `${margin}${at === 0 ? "- " : "  "}${key}: ${shown(value)}`);
}

function flow(part: YamlPart, entry: Entry): string {
  const isQuoted = isJson(part);
  const text = (value: Value): string =>
    isQuoted && typeof value === "string" ? JSON.stringify(value) : shown(value, true);
  if (typeof entry === "string") return text(entry);
  const pairs = entry.map(([key, value]) => `${isQuoted ? JSON.stringify(key) : key}: ${text(value)}`);
  return isQuoted ? `{${pairs.join(", ")}}` : `{ ${pairs.join(", ")} }`;
}

const shown = (value: Value, isFlow = false): string =>
  typeof value === "string" ? plainOrQuoted(value, isFlow) : value.yaml;

/** JSON is read by more than YAML parsers. */
const isJson = ({ source }: YamlPart): boolean => /^\s*\{\s*"/.test(source);

/** How far lists stand in from their key in this part; 2 where there is none to look at. */
function listStep(part: YamlPart): number {
  const found = /^([ ]*)(?:- )?[\w.-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*([ ]*)- /m.exec(
    part.source,
  );
  if (found === null) return 2;
  const dash = /^[ ]*- /.exec(found[0])?.[0].length ?? 0;
  const key = dash > 0 ? dash : (found[1]?.length ?? 0);
  return Math.max(0, (found[2]?.length ?? 0) - key);
}

/** The column that a node begins in, from 0. */
function indentOf({ source }: YamlPart, node: unknown): number {
  const [start = 0] = rangeOf(node) ?? [];
  return start - (source.lastIndexOf("\n", start - 1) + 1);
}

/** Where the last thing written in a node ends: a block's own range takes in comments and empty lines. */
function contentEnd(part: YamlPart, node: unknown): number | undefined {
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (!isMap(node)) return contentEnd(part, last);
    const pair = node.items.at(-1);
    if (pair === undefined) return undefined;
    return contentEnd(part, pair.value) ?? rangeOf(pair.key)?.[1];
  }
  const range = rangeOf(node);
  if (range === undefined || range[0] === range[1]) return undefined;
  const raw = part.source.slice(...range);
  return range[0] + raw.trimEnd().length;
}
