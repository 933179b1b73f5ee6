// The bytes of one scalar replaced: in the quotes that it has, or with quotes where it would need them.

import { isAlias, isScalar, isSeq, parseDocument, visit } from "yaml";
import { behind, type Field, lineAt, rangeOf, type YamlPart } from "./parts.js";
import type { ManifestFile } from "./tree.js";

/** A range of a file's text that becomes another text; the file is as it was read. */
export interface TextEdit {
  readonly file: ManifestFile;
  readonly start: number;
  readonly end: number;
  readonly after: string;
}

export interface NoEdit {
  readonly why: string;
}

/** The value of a field replaced, or why that cannot be done by itself. */
export function scalarEdit(field: Field, text: string): TextEdit | NoEdit {
  const { part, value } = field;
  if (isAlias(value)) return { why: aliasWords(part, value) };
  const shared = sharedWords(part, value);
  if (shared !== undefined) return { why: shared };
  const range = rangeOf(value);
  if (value === null || range === undefined || range[0] === range[1]) return emptyEdit(field, text);
  if (!isScalar(value)) return { why: `line ${lineAt(part, field.key)} holds no single value` };
  const raw = part.source.slice(...range);
  if (/^[|>]/.test(raw)) return { why: `line ${lineAt(part, field.key)} is a block of text` };
  if (/[\r\n]/.test(raw)) return { why: `line ${lineAt(part, field.key)} goes on over several lines` };
  return {
    file: part.file,
    start: part.at(range[0]),
    end: part.at(range[0]) + raw.length,
    after: inStyleOf(raw, text, field.map.flow === true),
  };
}

/** `tag:` with nothing behind it. */
function emptyEdit({ part, key, map }: Field, text: string): TextEdit | NoEdit {
  const end = rangeOf(key)?.[1] ?? 0;
  const colon = part.source.indexOf(":", end);
  if (colon === -1 || part.source.slice(end, colon).trim() !== "")
    return { why: `line ${lineAt(part, key)} has no value` };
  const place = part.at(colon + 1);
  return { file: part.file, start: place, end: place, after: ` ${plainOrQuoted(text, map.flow === true)}` };
}

function inStyleOf(raw: string, text: string, isFlow: boolean): string {
  if (raw.startsWith("'")) return `'${text.replaceAll("'", "''")}'`;
  if (raw.startsWith('"')) return JSON.stringify(text);
  return plainOrQuoted(text, isFlow);
}

/** Numbers, times and the like of YAML 1.1 as other parsers than ours take them, and signs that stand for something. */
const isOdd =
  /^[+-]?(?:[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|0[box][\da-fA-F_]+|\d[\d_]*(?::\d+)+(?:\.\d*)?)$|^\d{4}-\d\d?-\d\d?(?:$|[Tt ])|^[=~]$|^<<$/;

/** Without quotes where every parser reads the text as this string: `1.10`, `0123`, `on` and `1_000` need them. */
export function plainOrQuoted(text: string, isFlow = false): string {
  const isPlain = (["1.1", "1.2"] as const).every((version) => {
    const document = parseDocument(isFlow ? `[${text}]` : `- ${text}`, { version, logLevel: "silent" });
    const { contents, errors } = document;
    if (errors.length > 0 || !isSeq(contents) || contents.items.length !== 1) return false;
    const [item] = contents.items;
    return isScalar(item) && item.value === text;
  });
  return isPlain && !isOdd.test(text) ? text : JSON.stringify(text);
}

function aliasWords(part: YamlPart, alias: unknown): string {
  const source = behind(part, alias);
  const name = isAlias(alias) ? alias.source : "";
  const from =
    source === undefined ? "" : ` of line ${lineAt(part, source)}, which sets other values as well`;
  return `line ${lineAt(part, alias)} takes it from the anchor &${name}${from}`;
}

/** An anchor on the value or around it that others use: what changes here changes there. */
function sharedWords(part: YamlPart, value: unknown): string | undefined {
  const at = rangeOf(value)?.[0];
  if (at === undefined || !part.source.includes("&")) return undefined;
  const around = new Map<string, number>();
  const users = new Map<string, number[]>();
  visit(part.document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        users.set(node.source, [...(users.get(node.source) ?? []), lineAt(part, node)]);
        return;
      }
      const [start = 0, end = -1] = rangeOf(node) ?? [];
      if (node.anchor !== undefined && start <= at && at <= end) around.set(node.anchor, lineAt(part, node));
    },
  });
  for (const [anchor, line] of around) {
    const lines = users.get(anchor) ?? [];
    if (lines.length > 0)
      return `line ${line} has the anchor &${anchor}, which line ${lines.join(", ")} uses as well`;
  }
  return undefined;
}
