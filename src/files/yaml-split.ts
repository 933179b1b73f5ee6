// YAML streams into values, one document or one item of a list at a time. Aliases are counted, so
// that a bomb is refused before it is expanded, and no message ever quotes the text.

import { parseDocument } from "yaml";
import { readObject } from "../cluster/objects.js";
import { wholeItems } from "./json-split.js";
import { parsePlainYaml } from "./yaml-plain.js";

export type YamlPiece =
  | { readonly is: "document"; readonly value: unknown; readonly line: number; readonly items?: number }
  | { readonly is: "item"; readonly value: unknown; readonly line: number; readonly listKind?: string }
  | { readonly is: "broken"; readonly why: string; readonly line: number };

export const yamlLimits = { maxObjectBytes: 8 << 20, maxAliases: 100, maxDepth: 100 };

/** Blocks of objects that are not even parsed. `env` can hold secrets besides. */
const unread: ReadonlySet<string> = new Set([
  "managedFields",
  "env",
  "envFrom",
  "volumeMounts",
  "tolerations",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "affinity",
  "topologySpreadConstraints",
  "securityContext",
  "resources",
]);

/**
 * Takes the lines of a stream, without their ends, and gives its documents; the items of a top-level
 * list come by themselves, before the list.
 */
export class YamlSplitter {
  /** After an object that is too large nothing more is read. */
  hasGivenUp = false;
  #line = 0;
  /** The open document without the items of its list. */
  #shell: string[] = [];
  #shellLine = 1;
  #item: string[] = [];
  #itemLine = 1;
  #isInItems = false;
  /** Where the dashes of the items stand: at the margin from kubectl, further in from others. */
  #itemIndent = -1;
  #items = 0;
  #bytes = 0;
  /** Indentation under which everything belongs to a block that is left out. */
  #skipUnder = -1;

  /** `number` is the line's own, from 1. */
  *push(line: string, number: number): Generator<YamlPiece> {
    this.#line = number;
    if (this.#shell.length === 0) this.#shellLine = number;
    if (/^(---|\.\.\.)(\s|$)/.test(line)) {
      yield* this.end();
      const rest = line.slice(3).trim();
      if (rest !== "" && !rest.startsWith("#")) this.#shell.push(rest);
      return;
    }
    if (this.#skips(line)) return;
    if (this.#isInItems) {
      const dash = line.search(/\S/);
      if (this.#itemIndent === -1 && line[dash] === "-") this.#itemIndent = dash;
      if (dash === this.#itemIndent && /^-( |$)/.test(line.slice(dash))) {
        yield* this.#endItem();
        this.#itemLine = this.#line;
      } else if (/^[^\s#-]/.test(line)) {
        yield* this.#endItem();
        this.#isInItems = false;
      }
    }
    if (this.#isInItems) {
      this.#item.push(line);
    } else if (/^items:\s*(#.*)?$/.test(line)) {
      this.#isInItems = true;
      this.#itemIndent = -1;
    } else {
      this.#shell.push(line);
    }
    this.#bytes += line.length + 1;
    if (this.#bytes > yamlLimits.maxObjectBytes) {
      this.hasGivenUp = true;
      yield {
        is: "broken",
        why: `holds a single YAML object of more than ${yamlLimits.maxObjectBytes >> 20} MB; as JSON it could be larger`,
        line: this.#isInItems ? this.#itemLine : this.#shellLine,
      };
    }
  }

  *end(): Generator<YamlPiece> {
    // kubectl writes `kind: List` behind the items: without it the last of them may be half of one.
    const isCut = this.#isInItems && this.#item.length > 0 && this.#listKind() === undefined;
    if (isCut) {
      this.#item = [];
      const why = `ends in the middle of a list, after ${wholeItems(this.#items)}`;
      yield { is: "broken", why, line: this.#line };
    }
    yield* this.#endItem();
    const [shell, items] = [this.#shell, this.#items];
    const line = this.#shellLine;
    this.#shell = [];
    this.#items = 0;
    this.#bytes = 0;
    this.#isInItems = false;
    this.#skipUnder = -1;
    if (shell.every((one) => /^\s*(#.*)?$/.test(one))) return;
    if (isCut) return;
    const parsed = parseObject(shell, line);
    if (parsed.is !== "document" || items === 0) yield parsed;
    else yield { ...parsed, items };
  }

  *#endItem(): Generator<YamlPiece> {
    const item = this.#item;
    if (item.length === 0) return;
    this.#item = [];
    this.#bytes = 0;
    // The list may begin with blank lines or comments.
    if (!item.some((one) => /^\s*-/.test(one))) return;
    const listKind = this.#listKind();
    for (const parsed of itemsOf(parseObject(item, this.#itemLine))) {
      if (parsed.is === "document") this.#items++;
      yield parsed.is === "document" ? { ...parsed, is: "item", ...(listKind ? { listKind } : {}) } : parsed;
    }
  }

  #listKind(): string | undefined {
    return this.#shell.map((one) => /^["']?kind["']?:\s*["']?([A-Za-z]{1,60})/.exec(one)?.[1]).find(Boolean);
  }

  /** Half of a pod's YAML is nothing that decides a pull, and parsing is what takes the time. */
  #skips(line: string): boolean {
    const indent = line.search(/\S/);
    if (this.#skipUnder >= 0) {
      const isInside =
        indent === -1 || indent > this.#skipUnder || (indent === this.#skipUnder && line[indent] === "-");
      if (isInside) return true;
      this.#skipUnder = -1;
    }
    if (indent <= 0 || !line.trimEnd().endsWith(":")) return false;
    const key = line.slice(indent).trimEnd().slice(0, -1);
    if (!unread.has(key)) return false;
    this.#skipUnder = indent;
    return true;
  }
}

type Parsed = { is: "document"; value: unknown; line: number } | { is: "broken"; why: string; line: number };

/** An item is parsed as a list of one; an indented list arrives as one text and has many. */
function itemsOf(parsed: Parsed): Parsed[] {
  if (parsed.is === "broken" || !Array.isArray(parsed.value)) return [parsed];
  return parsed.value.map((value: unknown) => ({ is: "document", value, line: parsed.line }));
}

/** Of kinds that have no part in a pull (config maps, definitions, roles) only the kind is read. */
function parseObject(lines: readonly string[], line: number): Parsed {
  const kind = lines.map((one) => /^(?:\s*- |\s{0,4})kind: ([A-Z]\w+)\s*$/.exec(one)?.[1]).find(Boolean);
  if (kind === undefined || isOfInterest(kind)) {
    const value = parsePlainYaml(lines);
    return value === undefined ? parseYaml(lines.join("\n"), line) : { is: "document", value, line };
  }
  return { is: "document", value: { apiVersion: "v1", kind }, line };
}

const isOfInterest = (kind: string): boolean =>
  kind === "Status" || kind.endsWith("List") || readObject({ kind }) !== undefined;

function parseYaml(text: string, line: number): Parsed {
  const depth = deepest(text);
  if (depth > yamlLimits.maxDepth) {
    return { is: "broken", why: `is nested more than ${yamlLimits.maxDepth} levels deep`, line };
  }
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
    const [error] = document.errors;
    if (error !== undefined) {
      const before = text.slice(0, error.pos[0]);
      return {
        is: "broken",
        why: yamlWords[error.code] ?? "is not valid YAML",
        line: line + before.split("\n").length - 1,
      };
    }
    return { is: "document", value: document.toJS({ maxAliasCount: yamlLimits.maxAliases }), line };
  } catch (cause) {
    const isBomb = cause instanceof ReferenceError && cause.message.startsWith("Excessive alias count");
    if (isBomb) {
      const why = `repeats parts of itself by alias more than ${yamlLimits.maxAliases} times, as a YAML bomb does`;
      return { is: "broken", why, line };
    }
    const isUnresolved = cause instanceof ReferenceError && cause.message.startsWith("Unresolved alias");
    const why = isUnresolved ? "is not valid YAML: an alias names nothing" : "is not valid YAML";
    return { is: "broken", why, line };
  }
}

const yamlWords: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "is not valid YAML: a tab is used as indentation",
  BAD_INDENT: "is not valid YAML: a line is indented wrongly",
  MISSING_CHAR: "is not valid YAML: a closing quote or bracket is missing",
};

/** How deep brackets can be open at once: the parser's own stack must not end first. */
function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) most = Math.max(most, ++depth);
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return most;
}
