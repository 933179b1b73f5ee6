// JSON as Go's encoding/json reads it: its words for what is wrong, and every member of an object,
// repeated names included. One pass without recursion, so that no nesting can exhaust the stack.

/** A JSON value. Objects keep their members in order, and names that come twice. */
export type GoValue = null | boolean | number | string | readonly GoValue[] | GoObject;

export class GoObject {
  readonly members: [name: string, value: GoValue][] = [];
}

export type GoParsed =
  | { readonly ok: true; readonly value: GoValue }
  | { readonly ok: false; readonly why: string };

/** The value, or Go's syntax error, which quotes at most one character of the text. */
export function parseGoJson(bytes: Uint8Array): GoParsed {
  try {
    return { ok: true, value: new Parser(Buffer.from(bytes).toString("latin1")).document() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    throw error;
  }
}

/** Go's name for the kind of a value, as `cannot unmarshal <kind> into …` has it. */
export function goKind(value: GoValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof GoObject) return "object";
  return typeof value === "boolean" ? "bool" : typeof value;
}

const deepest = 10_000;

class Refused extends Error {}

/** A container whose end has not come yet, with the name that its next value gets. */
type Open =
  | { readonly close: "]"; readonly value: GoValue[] }
  | { readonly close: "}"; readonly value: GoObject; name: string };

/** Reads bytes, one to a character, for Go's errors name bytes. */
class Parser {
  readonly #text: string;
  #offset = 0;

  constructor(latin1: string) {
    this.#text = latin1;
  }

  document(): GoValue {
    const open: Open[] = [];
    for (;;) {
      const begun = this.#begin(open);
      if (begun === undefined) continue;
      const done = this.#settle(begun.value, open);
      if (done !== undefined) return done.value;
    }
  }

  /** A scalar or an empty container; `undefined` when a container was opened. */
  #begin(open: Open[]): { readonly value: GoValue } | undefined {
    this.#skip();
    const char = this.#peek();
    if (char !== "{" && char !== "[") return { value: this.#scalar(char) };
    if (open.length >= deepest) this.#refuse("exceeded max depth");
    this.#offset++;
    this.#skip();
    const container: Open =
      char === "[" ? { close: "]", value: [] } : { close: "}", value: new GoObject(), name: "" };
    if (this.#peek() === container.close) {
      this.#offset++;
      return { value: container.value };
    }
    if (container.close === "}") container.name = this.#name();
    open.push(container);
    return undefined;
  }

  /** Puts a value into its container and closes what ends after it; the whole once all is closed. */
  #settle(finished: GoValue, open: Open[]): { readonly value: GoValue } | undefined {
    let value = finished;
    for (;;) {
      const parent = open.at(-1);
      this.#skip();
      if (parent === undefined) {
        if (this.#peek() !== "") this.#refuse("after top-level value");
        return { value };
      }
      if (parent.close === "]") parent.value.push(value);
      else parent.value.members.push([parent.name, value]);
      const next = this.#peek();
      if (next !== parent.close && next !== ",") {
        this.#refuse(parent.close === "]" ? "after array element" : "after object key:value pair");
      }
      this.#offset++;
      if (next === ",") {
        if (parent.close === "}") parent.name = this.#name();
        return undefined;
      }
      open.pop();
      value = parent.value;
    }
  }

  #peek(): string {
    return this.#text[this.#offset] ?? "";
  }

  #skip(): void {
    while (" \t\r\n".includes(this.#peek() || "end")) this.#offset++;
  }

  #refuse(context: string): never {
    // At the end Go reads one space more: wherever a space may stand, it is the end that is wrong.
    const char = this.#peek() === "" && !takesSpace(context) ? " " : this.#peek();
    throw new Refused(
      char === "" ? "unexpected end of JSON input" : `invalid character ${quoted(char)} ${context}`,
    );
  }

  #name(): string {
    this.#skip();
    if (this.#peek() !== '"') this.#refuse("looking for beginning of object key string");
    const name = this.#string();
    this.#skip();
    if (this.#peek() !== ":") this.#refuse("after object key");
    this.#offset++;
    return name;
  }

  #scalar(char: string): GoValue {
    if (char === '"') return this.#string();
    if (char === "-" || isDigit(char)) return this.#number();
    if (char === "t") return this.#literal("true", true);
    if (char === "f") return this.#literal("false", false);
    if (char === "n") return this.#literal("null", null);
    return this.#refuse("looking for beginning of value");
  }

  #string(): string {
    const start = this.#offset++;
    for (;;) {
      const char = this.#peek();
      if (char === "" || char < " ") this.#refuse("in string literal");
      this.#offset++;
      if (char === '"') break;
      if (char === "\\") this.#escape();
    }
    const source = this.#text.slice(start, this.#offset);
    const read: unknown = JSON.parse(Buffer.from(source, "latin1").toString("utf8"));
    // To UTF-8 and back, as in Go: half a surrogate pair becomes U+FFFD.
    return Buffer.from(String(read), "utf8").toString("utf8");
  }

  #escape(): void {
    const escaped = this.#peek();
    if (escaped === "" || !'bfnrt\\/"u'.includes(escaped)) this.#refuse("in string escape code");
    this.#offset++;
    for (let left = escaped === "u" ? 4 : 0; left > 0; left--) {
      if (!/[0-9a-fA-F]/.test(this.#peek())) this.#refuse("in \\u hexadecimal character escape");
      this.#offset++;
    }
  }

  #number(): number {
    const start = this.#offset;
    if (this.#peek() === "-") this.#offset++;
    if (this.#peek() === "0") this.#offset++;
    else this.#digits("in numeric literal");
    if (this.#peek() === ".") {
      this.#offset++;
      this.#digits("after decimal point in numeric literal");
    }
    if (this.#peek() === "e" || this.#peek() === "E") {
      this.#offset++;
      if (this.#peek() === "+" || this.#peek() === "-") this.#offset++;
      this.#digits("in exponent of numeric literal");
    }
    return Number(this.#text.slice(start, this.#offset));
  }

  #digits(context: string): void {
    if (!isDigit(this.#peek())) this.#refuse(context);
    while (isDigit(this.#peek())) this.#offset++;
  }

  #literal<T>(word: string, value: T): T {
    for (const expected of word) {
      if (this.#peek() !== expected) this.#refuse(`in literal ${word} (expecting '${expected}')`);
      this.#offset++;
    }
    return value;
  }
}

/** Within a token no space may stand; in front of one, behind one and in a string it may. */
const takesSpace = (context: string): boolean => !/^in (?!string literal)|numeric literal$/.test(context);

const isDigit = (char: string): boolean => char >= "0" && char <= "9";

const named: Readonly<Record<string, string>> = {
  "'": "\\'",
  '"': '"',
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
};

/** A byte as Go quotes it: taken for the character of that number. */
function quoted(char: string): string {
  const code = char.charCodeAt(0);
  if (named[char] !== undefined) return `'${named[char]}'`;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  const isPrintable = code < 0x7f || (code > 0xa0 && code !== 0xad);
  return isPrintable ? `'${char}'` : `'\\u${code.toString(16).padStart(4, "0")}'`;
}
