// The YAML that kubectl and oc write, an order of magnitude faster than a whole YAML parser reads it.
// What is outside of this small part of the language is refused, and left to the whole parser; the
// tests hold the two against each other.

/** Thrown inside of this file: this text is for the whole parser. */
class Refused extends Error {}

interface Cursor {
  /** Lines that begin blocks behind a dash are rewritten in place as they are reached. */
  readonly lines: string[];
  at: number;
}

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

const maxDepth = 60;

/** Control characters, and what JavaScript takes for white space and YAML does not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const strange = /[\u0000-\u001f\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff]/;

/** The value of one block-style document; undefined when it needs the whole parser. */
export function parsePlainYaml(written: readonly string[]): Value | undefined {
  const lines = withoutEdges(written);
  // Inside of a text a blank line is a line end, and a comment may be none.
  if (lines.some((line) => /^\s*(?:#|$)/.test(line) || strange.test(line))) return undefined;
  const cursor = { lines, at: 0 };
  const [first] = lines;
  if (first === undefined) return undefined;
  try {
    const value = block(cursor, indentOf(first), 0);
    return cursor.at === lines.length ? value : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function withoutEdges(lines: readonly string[]): string[] {
  let [from, to] = [0, lines.length];
  while (from < to && lines[from]?.trim() === "") from++;
  while (to > from && lines[to - 1]?.trim() === "") to--;
  return lines.slice(from, to);
}

const indentOf = (line: string): number => {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent++;
  return indent;
};

const isItem = (line: string, indent: number): boolean =>
  line.charCodeAt(indent) === 0x2d && (line.length === indent + 1 || line.charCodeAt(indent + 1) === 0x20);

function block(cursor: Cursor, indent: number, depth: number): Value {
  if (depth > maxDepth) throw new Refused();
  const line = cursor.lines[cursor.at] ?? "";
  return isItem(line, indent) ? sequence(cursor, indent, depth) : mapping(cursor, indent, depth);
}

function sequence(cursor: Cursor, indent: number, depth: number): Value[] {
  const items: Value[] = [];
  for (;;) {
    const line = cursor.lines[cursor.at];
    if (line === undefined || indentOf(line) !== indent || !isItem(line, indent)) return items;
    const rest = line.slice(indent + 1);
    const inner = indent + 1 + indentOf(rest);
    if (rest.trim() === "") {
      cursor.at++;
      items.push(nested(cursor, indent, false, depth));
    } else if (keyed.test(rest.trimStart()) || isItem(line, inner)) {
      // `- name: x`: the rest of the line is the first line of a block that begins behind the dash.
      cursor.lines[cursor.at] = " ".repeat(inner) + line.slice(inner);
      items.push(block(cursor, inner, depth + 1));
    } else {
      items.push(scalar(cursor, rest.trim(), indent));
    }
  }
}

/** Keys as they stand in API objects, plain or quoted, and what follows the colon. */
const keyed = /^(?:"([^"\\]*)"|'([^']*)'|([A-Za-z0-9_.][A-Za-z0-9_.\-/ ]*)):(?: +(.*))?$/;

function mapping(cursor: Cursor, indent: number, depth: number): Value {
  const fields: { [key: string]: Value } = {};
  for (;;) {
    const line = cursor.lines[cursor.at];
    if (line === undefined || indentOf(line) < indent) return fields;
    if (indentOf(line) > indent || isItem(line, indent)) throw new Refused();
    const found = keyed.exec(line.slice(indent));
    if (found === null) throw new Refused();
    const key = found[1] ?? found[2] ?? found[3] ?? "";
    // A plain key can be a number, a truth value or null, and a strange one could be inherited.
    if (key === "__proto__" || (found[3] !== undefined && typeof resolved(key) !== "string"))
      throw new Refused();
    const rest = (found[4] ?? "").trim();
    if (rest === "") {
      cursor.at++;
      fields[key] = nested(cursor, indent, true, depth);
    } else fields[key] = scalar(cursor, rest, indent);
  }
}

/** What stands below `key:` or `-`: a block further in, a list at the same place, or nothing. */
function nested(cursor: Cursor, indent: number, mayBeLevel: boolean, depth: number): Value {
  const next = cursor.lines[cursor.at];
  if (next === undefined) return null;
  const inner = indentOf(next);
  if (inner > indent || (mayBeLevel && inner === indent && isItem(next, inner))) {
    if (inner > indent && !isItem(next, inner) && !keyed.test(next.slice(inner))) throw new Refused();
    return block(cursor, inner, depth + 1);
  }
  return null;
}

/** A value that begins on its key's line; lines further in than the key continue it. */
function scalar(cursor: Cursor, first: string, indent: number): Value {
  cursor.at++;
  const initial = first.charAt(0);
  if (first === "{}") return closed(cursor, indent, {});
  if (first === "[]") return closed(cursor, indent, []);
  if (initial === "|") return literal(cursor, first, indent);
  const whole = folded(cursor, first, indent);
  if (initial === '"') return doubleQuoted(whole);
  if (initial === "'") return singleQuoted(whole);
  if (/^[&*!%@`?>|{[\]},#]/.test(first) || /^-(?: |$)/.test(first) || /: | #|:$|\t/.test(whole))
    throw new Refused();
  return resolved(whole);
}

/** Nothing may continue what is complete. */
function closed(cursor: Cursor, indent: number, value: Value): Value {
  const next = cursor.lines[cursor.at];
  if (next !== undefined && indentOf(next) > indent) throw new Refused();
  return value;
}

/** Lines that a writer broke at its width, with the space between them that it took away. */
function folded(cursor: Cursor, first: string, indent: number): string {
  let whole = first;
  for (;;) {
    const next = cursor.lines[cursor.at];
    if (next === undefined || indentOf(next) <= indent) return whole;
    if (whole.endsWith("\\")) throw new Refused();
    whole += ` ${next.trim()}`;
    cursor.at++;
  }
}

function doubleQuoted(whole: string): string {
  // Escapes that JSON does not know (\x, \e, \N) are for the whole parser; so is a comment behind.
  if (!/^"(?:[^"\\\t]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"$/.test(whole)) throw new Refused();
  return JSON.parse(whole) as string;
}

function singleQuoted(whole: string): string {
  if (!/^'(?:[^'\t]|'')*'$/.test(whole)) throw new Refused();
  return whole.slice(1, -1).replaceAll("''", "'");
}

/** `|`, `|-` and `|+`, whose lines stand further in than the key. */
function literal(cursor: Cursor, head: string, indent: number): string {
  if (!/^\|[-+]?$/.test(head)) throw new Refused();
  const from = cursor.at;
  while (cursor.at < cursor.lines.length && indentOf(cursor.lines[cursor.at] ?? "") > indent) cursor.at++;
  const lines = cursor.lines.slice(from, cursor.at);
  const inner = indentOf(lines[0] ?? "");
  if (lines.length === 0 || lines.some((line) => indentOf(line) < inner)) throw new Refused();
  const text = lines.map((line) => line.slice(inner)).join("\n");
  return head === "|-" ? text : `${text}\n`;
}

/** A plain scalar by the core schema of YAML 1.2. */
function resolved(text: string): Value {
  switch (text) {
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return null;
    case "true":
    case "True":
    case "TRUE":
      return true;
    case "false":
    case "False":
    case "FALSE":
      return false;
  }
  if (!/^[-+.\d]/.test(text)) return text;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^[-+]?(?:0x|0o|\.inf|\.nan)/i.test(text)) throw new Refused();
  return text;
}
