// Cuts a stream of JSON into its documents, and long lists into their items, without holding more
// than one of them: lists of several hundred megabytes are read in the memory of their largest item.

import { type Inside, scanInside } from "./json-scan.js";

/** What `splitJson` finds, in the order of the stream. */
export type JsonPiece =
  /** A whole document; a list comes after its items, with `items: []`. */
  | { readonly is: "document"; readonly value: unknown; readonly line: number; readonly items?: number }
  /** One item of a list; `kind` is the list's, when written before its items. */
  | { readonly is: "item"; readonly value: unknown; readonly line: number; readonly listKind?: string }
  /** A line between documents that is no JSON. */
  | { readonly is: "text"; readonly text: string; readonly line: number }
  /** Something that begins as JSON and is none; what follows is still read where that is possible. */
  | { readonly is: "broken"; readonly why: string; readonly line: number; readonly byte: number };

export interface SplitLimits {
  /** Largest single object, in bytes. */
  readonly maxObjectBytes: number;
  readonly maxDepth: number;
}

const jsonLimits: SplitLimits = { maxObjectBytes: 32 << 20, maxDepth: 500 };

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
/** More spaces before a text mean nothing more. */
const maxIndent = 200;

/** `1 whole item`, for what is said of a list that was cut. */
export const wholeItems = (count: number): string => `${count} whole item${count === 1 ? "" : "s"}`;

/** Splits concatenated documents, JSON lines, watch streams and lists. */
export async function* splitJson(
  chunks: AsyncIterable<Uint8Array>,
  limits: SplitLimits = jsonLimits,
): AsyncGenerator<JsonPiece> {
  const splitter = new JsonSplitter(limits);
  for await (const chunk of chunks) {
    yield* splitter.push(chunk);
    if (splitter.hasGivenUp) return;
  }
  yield* splitter.end();
}

class JsonSplitter {
  /** After a piece that is too large or too deep nothing can be told apart any more. */
  hasGivenUp = false;
  readonly #limits: SplitLimits;
  /** Bytes from the start of the open piece on; what was handed out is gone. */
  #held: Buffer = Buffer.alloc(0);
  #heldAt = 0;
  #at = 0;
  readonly #in: Inside = { depth: 0, line: 1, inString: false, isEscaped: false };
  #stringAt = 0;
  #key = "";
  /** Where the open piece begins: a document, an item or a line of text; -1 for none. */
  #start = -1;
  #startLine = 1;
  #isText = false;
  /** Spaces before the text of a line; what follows a document on its line has none. */
  #indent = 0;
  #isBlankLine = true;
  #isInLog = false;
  /** Depth at which the items of the open list lie; 0 when no list is open. */
  #itemDepth = 0;
  #items = 0;
  #listKind: string | undefined;
  #shell = "";
  #documentLine = 1;

  constructor(limits: SplitLimits) {
    this.#limits = limits;
  }

  *push(chunk: Uint8Array): Generator<JsonPiece> {
    const from = this.#start === -1 ? this.#at : this.#start;
    const kept = this.#held.subarray(from - this.#heldAt);
    this.#held =
      kept.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([kept, chunk]);
    this.#heldAt = from;
    const bytes = this.#held;
    for (let i = this.#at - from; i < bytes.length; i++) {
      const floor = this.#itemDepth > 0 ? this.#itemDepth : 1;
      if (this.#in.depth > floor) {
        i = scanInside(bytes, i, this.#in, floor, this.#limits.maxDepth);
        if (i === bytes.length) break;
      }
      const byte = bytes[i] ?? 0;
      this.#at = from + i;
      if (this.#isText) {
        if (byte === newline) yield* this.#endText(i);
        continue;
      }
      if (this.#in.inString) {
        if (this.#in.isEscaped) this.#in.isEscaped = false;
        else if (byte === backslash) this.#in.isEscaped = true;
        else if (byte === quote) {
          this.#in.inString = false;
          if (this.#in.depth === 1)
            this.#key = bytes.toString(
              "latin1",
              this.#stringAt - from,
              Math.min(i, this.#stringAt - from + 16),
            );
        }
        continue;
      }
      switch (byte) {
        case newline:
          if (this.#in.depth === 0) yield* this.#endBlankLine();
          this.#in.line++;
          break;
        case quote:
          this.#in.inString = true;
          this.#stringAt = this.#at + 1;
          if (this.#in.depth === 0) this.#startText();
          break;
        case 0x7b: // {
        case 0x5b: // [
          this.#open(byte);
          if (this.#in.depth > this.#limits.maxDepth) {
            yield* this.#giveUp(`is nested more than ${this.#limits.maxDepth} levels deep`);
            return;
          }
          break;
        case 0x7d: // }
        case 0x5d: // ]
          if (this.#in.depth === 0) this.#startText();
          else yield* this.#close();
          break;
        case 0x20:
        case 0x09:
          if (this.#in.depth === 0) this.#indent++;
          break;
        case 0x0d:
        case 0x1e: // the record separator of RFC 7464
          break;
        default:
          if (this.#in.depth === 0) this.#startText();
      }
    }
    this.#at = from + bytes.length;
    if (this.#start !== -1 && this.#at - this.#start > this.#limits.maxObjectBytes) {
      yield* this.#giveUp(`holds a single object of more than ${this.#limits.maxObjectBytes >> 20} MB`);
    }
  }

  *end(): Generator<JsonPiece> {
    if (this.#isText) yield* this.#endText(this.#at - this.#heldAt);
    if (this.#in.depth === 0 && !this.#in.inString) return;
    const read = this.#itemDepth > 0 ? `, after ${wholeItems(this.#items)}` : "";
    yield {
      is: "broken",
      why: `ends in the middle of a document${read}`,
      line: this.#in.line,
      byte: this.#at,
    };
  }

  *#giveUp(why: string): Generator<JsonPiece> {
    this.hasGivenUp = true;
    yield { is: "broken", why, line: this.#startLine, byte: this.#at };
  }

  #startText(): void {
    this.#in.inString = false;
    this.#isText = true;
    this.#start = this.#at;
    this.#startLine = this.#in.line;
  }

  /** Blank lines divide what stands in the text. */
  *#endBlankLine(): Generator<JsonPiece> {
    if (this.#isBlankLine && !this.#isInLog) yield { is: "text", text: "", line: this.#in.line };
    this.#isBlankLine = true;
    this.#indent = 0;
  }

  *#endText(end: number): Generator<JsonPiece> {
    const words = this.#held.toString("utf8", this.#start - this.#heldAt, end).replace(/\r$/, "");
    const text = " ".repeat(Math.min(this.#indent, maxIndent)) + words;
    this.#isText = false;
    this.#isBlankLine = true;
    this.#indent = 0;
    this.#start = -1;
    // `kubectl cluster-info dump` puts the logs of containers between its lists.
    if (text.startsWith("==== START logs ")) this.#isInLog = true;
    else if (text.startsWith("==== END logs ")) this.#isInLog = false;
    else if (!this.#isInLog) yield { is: "text", text, line: this.#startLine };
    this.#in.line++;
  }

  #open(byte: number): void {
    if (this.#in.depth === 0 && this.#isInLog) {
      this.#startText();
      return;
    }
    this.#isBlankLine = false;
    if (this.#in.depth === 0) {
      this.#begin();
      this.#documentLine = this.#in.line;
      this.#shell = "";
      if (byte === 0x5b) this.#openList(1);
    } else if (this.#in.depth === this.#itemDepth && byte === 0x7b) {
      this.#begin();
    } else if (this.#in.depth === 1 && byte === 0x5b && this.#key === "items" && this.#itemDepth === 0) {
      this.#openList(2);
    }
    this.#in.depth++;
  }

  #begin(): void {
    this.#start = this.#at;
    this.#startLine = this.#in.line;
    if (this.#in.depth === 0) this.#key = "";
  }

  #openList(itemDepth: number): void {
    this.#shell = this.#slice(this.#at + 1);
    this.#listKind = /"kind"\s*:\s*"([A-Za-z]{1,60})"/.exec(this.#shell)?.[1];
    this.#itemDepth = itemDepth;
    this.#items = 0;
    this.#start = -1;
  }

  *#close(): Generator<JsonPiece> {
    this.#in.depth--;
    if (this.#itemDepth > 0 && this.#in.depth === this.#itemDepth && this.#start !== -1) {
      this.#items++;
      const value = this.#parse(this.#slice(this.#at + 1));
      this.#start = -1;
      if (value === undefined) yield this.#invalid();
      else
        yield {
          is: "item",
          value,
          line: this.#startLine,
          ...(this.#listKind ? { listKind: this.#listKind } : {}),
        };
    } else if (this.#itemDepth > 0 && this.#in.depth === this.#itemDepth - 1) {
      // The list's own closing bracket: what follows belongs to its shell again.
      this.#itemDepth = 0;
      this.#start = this.#at;
      this.#listKind = undefined;
      if (this.#in.depth === 0) yield* this.#endDocument(true);
    } else if (this.#in.depth === 0) {
      yield* this.#endDocument(this.#shell !== "");
    }
  }

  *#endDocument(isList: boolean): Generator<JsonPiece> {
    this.#isBlankLine = false;
    this.#indent = 0;
    const value = this.#parse(this.#shell + this.#slice(this.#at + 1));
    this.#start = -1;
    this.#shell = "";
    if (value === undefined) yield this.#invalid();
    else yield { is: "document", value, line: this.#documentLine, ...(isList ? { items: this.#items } : {}) };
  }

  #slice(end: number): string {
    return this.#held.toString("utf8", this.#start - this.#heldAt, end - this.#heldAt);
  }

  /** The engine's own words quote the text, which may be a secret: they are not used. */
  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  #invalid(): JsonPiece {
    return { is: "broken", why: "is not valid JSON", line: this.#startLine, byte: this.#at };
  }
}
