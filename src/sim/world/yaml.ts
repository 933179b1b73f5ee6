// Reads a world file part by part. What does not fit is a ToolError that names line and column.

import { distance } from "fastest-levenshtein";
import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { ToolError } from "../../model/errors.js";

/** Where the text came from, for errors. */
interface Source {
  readonly name: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

/** One value of the file, and the way to it: `registries.quay.io.faults[0]`. */
export class Part {
  readonly path: string;
  readonly #source: Source;
  readonly #node: Node;

  constructor(source: Source, node: Node, path: string) {
    this.#source = source;
    this.#node = node;
    this.path = path;
  }

  /** `world.yaml:12:7`; without numbers where there is no text. */
  get place(): string {
    const [from] = this.#node.range ?? [];
    if (from === undefined) return this.#source.name;
    const { line, col } = this.#source.lines.linePos(from);
    return `${this.#source.name}:${line}:${col}`;
  }

  /** Refuses this value. `why` is one line without a full stop. */
  fail(why: string, mend = "mend that line and start the world again"): never {
    const where = this.path === "" ? "" : `: ${this.path}`;
    throw new ToolError("world-malformed", { what: `${this.place}${where}`, why, do: mend });
  }

  /** A mapping that has no other fields than these. */
  fields<Name extends string>(...names: readonly Name[]): Fields<Name> {
    const found = new Map<string, Part>();
    for (const [key, value, part] of this.#pairs()) {
      if (!names.some((name) => name === key)) {
        const near = [...names].sort((a, b) => distance(key, a) - distance(key, b))[0];
        const isNear = near !== undefined && distance(key, near) <= 2;
        part.fail(
          `${key} is no field here; ${isNear ? `the nearest is ${near}` : `there are ${names.join(", ")}`}`,
        );
      }
      found.set(key, value);
    }
    return new Fields(this, found);
  }

  /** A mapping whose keys are names. */
  entries(): readonly (readonly [string, Part])[] {
    return this.#pairs().map(([key, value]) => [key, value]);
  }

  items(): readonly Part[] {
    if (!isSeq(this.#node)) return this.fail("is no list");
    return this.#node.items.map((item, index) => this.#part(item, `${this.path}[${index}]`));
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  get isMapping(): boolean {
    return isMap(this.#node);
  }

  /** As written: 1.10 stays `1.10`. */
  text(): string {
    if (!isScalar(this.#node) || this.#node.value === null) return this.fail("is no text");
    return scalarText(this.#node.value, this.#node.source);
  }

  /** A number of at least `least`. */
  number(least = 0): number {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== "number" || !(value >= least)) return this.fail(`is no number from ${least} on`);
    return value;
  }

  whole(least = 0): number {
    const value = this.number(least);
    return Number.isInteger(value) ? value : this.fail("is no whole number");
  }

  flag(): boolean {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    return typeof value === "boolean" ? value : this.fail("is neither true nor false");
  }

  choice<Name extends string>(names: readonly Name[]): Name {
    const text = this.text();
    return names.find((name) => name === text) ?? this.fail(`${text} is none of ${names.join(", ")}`);
  }

  texts(): readonly string[] {
    return this.items().map((item) => item.text());
  }

  /** Milliseconds since the epoch. */
  time(): number {
    const at = Date.parse(this.text());
    return Number.isNaN(at) ? this.fail("is no time such as 2026-11-27T16:00:00Z") : at;
  }

  /** Whatever it is, as JSON. */
  json(): unknown {
    return this.#node.toJS(this.#source.document);
  }

  #pairs(): readonly (readonly [string, Part, Part])[] {
    if (!isMap(this.#node)) return this.fail("is no mapping");
    return this.#node.items.map(({ key, value }) => {
      if (!isScalar(key)) return this.fail("has a key that is no text");
      const name = scalarText(key.value, key.source);
      const path = this.path === "" ? name : `${this.path}.${name}`;
      return [name, this.#part(value, path, key), new Part(this.#source, key, path)];
    });
  }

  #part(node: unknown, path: string, otherwise?: Node): Part {
    const found = isAlias(node) ? node.resolve(this.#source.document) : node;
    if (isMap(found) || isSeq(found) || isScalar(found)) return new Part(this.#source, found, path);
    const empty = this.#source.document.createNode(null) as Node;
    if (otherwise?.range !== undefined && otherwise.range !== null) empty.range = otherwise.range;
    return new Part(this.#source, empty, path);
  }
}

/** The fields of one mapping. */
export class Fields<Name extends string> {
  readonly whole: Part;
  readonly #found: ReadonlyMap<string, Part>;

  constructor(whole: Part, found: ReadonlyMap<string, Part>) {
    this.whole = whole;
    this.#found = found;
  }

  has(name: Name): boolean {
    return this.#found.has(name);
  }

  /** What `read` makes of the field; undefined when it is not there. */
  get<Value>(name: Name, read: (part: Part) => Value): Value | undefined {
    const part = this.#found.get(name);
    return part === undefined ? undefined : read(part);
  }

  need<Value>(name: Name, read: (part: Part) => Value): Value {
    const part = this.#found.get(name);
    return part === undefined ? this.whole.fail(`lacks the field ${name}`) : read(part);
  }

  /** `{ [name]: value }`, or {} when the field is not there: for optional fields. */
  take<Field extends Name, Value>(name: Field, read: (part: Part) => Value): { [key in Field]?: Value } {
    const part = this.#found.get(name);
    return part === undefined ? {} : ({ [name]: read(part) } as { [key in Field]?: Value });
  }

  /** The parts of a list field; [] when it is not there. */
  items(name: Name): readonly Part[] {
    return this.get(name, (part) => part.items()) ?? [];
  }

  entries(name: Name): readonly (readonly [string, Part])[] {
    return this.get(name, (part) => part.entries()) ?? [];
  }
}

/** `name` is what errors call the file. Throws ToolError when it is no YAML. */
export function parseYaml(text: string, name: string): Part {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ToolError("world-malformed", {
      what: `${name}:${line}:${col} is no YAML`,
      why: error.message.split("\n")[0] ?? error.code,
      do: "mend that line and start the world again",
      cause: error,
    });
  }
  const contents = document.contents ?? (document.createNode({}) as Node);
  return new Part({ name, lines, document }, contents as Node, "");
}

/** Data in the shape of a file. Errors name the way to a value, and no line. */
export function partOf(data: unknown, name: string): Part {
  const document = new Document(data);
  const contents = isNode(document.contents) ? document.contents : (document.createNode({}) as Node);
  return new Part({ name, lines: new LineCounter(), document }, contents, "");
}

function scalarText(value: unknown, source: string | undefined): string {
  return typeof value === "string" ? value : (source ?? String(value));
}
