// Cuts the items out of a list's JSON while it arrives, without parsing them: most pods of a big
// cluster are healthy and need not become objects. Holds the largest item and one chunk.

import { ToolError } from "../model/errors.js";

/** What stands around the items. */
export interface ListHead {
  readonly kind?: string;
  readonly resourceVersion?: string;
  /** The token for the next page; absent on the last one. */
  readonly continue?: string;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;

/** The one bit by which a brace differs from its bracket: both are told by one comparison. */
const caseBit = 0x20;

/** An API server stores at most about 1.5 MB an object; this leaves room for strange ones. */
const itemLimit = 64 * 1024 * 1024;
/** kind, apiVersion and metadata of a list are small. */
const fieldLimit = 256 * 1024;

export interface ScanEvents {
  /** The bytes are only valid during the call. */
  readonly item: (bytes: Buffer) => void;
  /** As soon as the list's metadata was read, which the API server sends first. */
  readonly head?: (head: ListHead) => void;
}

/**
 * Takes the chunks of one list's body, cut anywhere. Throws ToolError `list-unreadable` when it is
 * no JSON list, and at `end()` `list-cut-short` when it stops before its last brace.
 */
export class ListScanner {
  readonly #events: ScanEvents;
  /** Braces and brackets that are open. */
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** True between the brackets of `items`. */
  #inItems = false;
  /** True inside one item. */
  #inItem = false;
  #hasItems = false;
  #isDone = false;
  /** The field of the list whose value is being read; "" while a key is awaited. */
  #key = "";
  #isValue = false;
  /** Bytes of an item that began in an earlier chunk. */
  #parts: Buffer[] = [];
  #partsSize = 0;
  /** Bytes of a key or value of the list itself. */
  #field: number[] = [];
  #head: { kind?: string; resourceVersion?: string; continue?: string } = {};

  constructor(events: ScanEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < chunk.length) at = this.#inItem ? this.#throughItem(chunk, at) : this.#throughList(chunk, at);
  }

  /** What was read around the items. */
  end(): ListHead {
    if (!this.#isDone) {
      throw new ToolError("list-cut-short", {
        what: "an answer of the API server ended in the middle",
        why:
          this.#depth === 0
            ? "it was empty"
            : `${this.#depth} ${this.#depth === 1 ? "brace was" : "braces were"} still open`,
        do: "run the command again; when it happens again, look for a proxy that cuts long answers",
      });
    }
    return this.#head;
  }

  /** From inside an item to its end or to the chunk's; the loop that sees nearly all bytes. */
  #throughItem(chunk: Buffer, from: number): number {
    const size = chunk.length;
    let depth = this.#depth;
    let at = from;
    if (this.#isEscaped && at < size) {
      this.#isEscaped = false;
      at += 1;
    }
    let inString = this.#inString;
    while (at < size) {
      while (inString && at < size) {
        const byte = chunk[at++];
        if (byte === quote) inString = false;
        else if (byte === backslash) at += 1;
      }
      if (at >= size) break;
      const byte = chunk[at++] ?? 0;
      if (byte === quote) {
        inString = true;
      } else if ((byte | caseBit) === openBrace) {
        depth += 1;
      } else if ((byte | caseBit) === closeBrace) {
        depth -= 1;
        if (depth === 2) {
          this.#depth = depth;
          this.#inString = false;
          this.#inItem = false;
          this.#finishItem(chunk.subarray(from, at));
          return at;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    // A backslash was the chunk's last byte: what it escapes is the next one's first.
    this.#isEscaped = at > size;
    this.#keep(chunk.subarray(from));
    return size;
  }

  #keep(part: Buffer): void {
    this.#partsSize += part.length;
    if (this.#partsSize > itemLimit)
      throw unreadable(`one item has more than ${itemLimit / (1024 * 1024)} MiB`);
    this.#parts.push(part);
  }

  #finishItem(last: Buffer): void {
    const whole = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#partsSize = 0;
    this.#events.item(whole);
  }

  /** One byte outside of items: the list's own fields, and the gaps between items. */
  #throughList(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (this.#inString) {
      this.#collect(byte);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#endString();
      return at + 1;
    }
    if (this.#depth === 0) return this.#start(byte, at);
    if (byte === quote) {
      if (this.#depth === 1 && !this.#isValue) this.#field = [];
      this.#inString = true;
      this.#collect(byte);
      return at + 1;
    }
    if (byte === openBrace || byte === openBracket) {
      if (this.#inItems && this.#depth === 2 && byte === openBrace) {
        this.#inItem = true;
        return at;
      }
      if (this.#depth === 1 && this.#key === "items" && byte === openBracket) {
        this.#inItems = true;
        this.#hasItems = true;
      }
      this.#depth += 1;
      this.#collect(byte);
      return at + 1;
    }
    if (byte === closeBrace || byte === closeBracket) {
      this.#depth -= 1;
      if (this.#depth > 0) this.#collect(byte);
      if (this.#depth === 1) this.#inItems = false;
      if (this.#depth === 0) this.#endList();
      return at + 1;
    }
    if (this.#depth === 1 && byte === colon && !this.#isValue) {
      this.#isValue = true;
      this.#field = [];
    } else if (this.#depth === 1 && byte === comma) {
      this.#endField();
    } else {
      this.#collect(byte);
    }
    return at + 1;
  }

  #start(byte: number, at: number): number {
    if (byte === openBrace && !this.#isDone) this.#depth = 1;
    else if (byte > 0x20)
      throw unreadable(this.#isDone ? "something follows the list" : "it is no JSON object");
    return at + 1;
  }

  #collect(byte: number): void {
    if (this.#inItems || this.#field.length >= fieldLimit) return;
    if (this.#isValue && this.#key !== "metadata" && this.#key !== "kind") return;
    this.#field.push(byte);
  }

  #endString(): void {
    this.#inString = false;
    if (this.#depth === 1 && !this.#isValue) this.#key = String(parsed(this.#field) ?? "");
  }

  #endField(): void {
    const { kind, metadata } = { [this.#key]: parsed(this.#field) } as { kind?: unknown; metadata?: unknown };
    if (typeof kind === "string") this.#head.kind = kind;
    if (typeof metadata === "object" && metadata !== null) {
      const { continue: token, resourceVersion } = metadata as Record<string, unknown>;
      if (typeof token === "string" && token !== "") this.#head.continue = token;
      if (typeof resourceVersion === "string") this.#head.resourceVersion = resourceVersion;
      this.#events.head?.(this.#head);
    }
    this.#key = "";
    this.#isValue = false;
    this.#field = [];
  }

  #endList(): void {
    this.#endField();
    this.#isDone = true;
    if (!this.#hasItems && this.#head.kind?.endsWith("List") !== true) throw unreadable("it holds no items");
  }
}

/** One item as JSON. Throws ToolError `list-unreadable` when braces match and the rest does not. */
export function parseItem(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw unreadable("one of its items is no JSON");
  }
}

function parsed(bytes: readonly number[]): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function unreadable(why: string): ToolError {
  return new ToolError("list-unreadable", {
    what: "an answer of the API server is no list",
    why,
    do: "check that the server of this context is a Kubernetes API server and no proxy's page",
  });
}
