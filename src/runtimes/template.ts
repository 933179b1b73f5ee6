// Templates: literal text with {slots}, compiled once to flat arrays that `Reader.match` walks without regular
// expressions. `{a|b}` is a choice between literals, `{}` optional text is written as a choice with nothing.

/** What a slot accepts. Every kind is bounded, so that a failed match costs a constant. */
export const slotKinds = {
  /** No white space and no double quote. */
  image: "token",
  ref: "token",
  repo: "token",
  tag: "token",
  host: "token",
  addr: "token",
  url: "token",
  digest: "token",
  token: "token",
  /** Anything but a double quote. */
  qimage: "quoted",
  qref: "quoted",
  quoted: "quoted",
  qurl: "quoted",
  /** Anything; at the end of a template to the end of the line. */
  any: "any",
  /** Letters only. */
  word: "word",
  reason: "word",
  n: "digits",
  status: "status",
} as const;

export type SlotName = keyof typeof slotKinds;
export type SlotKind = (typeof slotKinds)[SlotName];

export interface Template {
  /** The literal every match begins with; "" when it begins with a slot, which only sentences with `under` may. */
  readonly first: string;
  readonly slots: readonly SlotName[];
  readonly kinds: readonly SlotKind[];
  /** The literal after each slot; "" only at the end. */
  readonly after: readonly string[];
  /** True when nothing is left open at the end: the match must be followed by an end of sentence. */
  readonly isClosed: boolean;
  /** Characters of literal text: the more, the more particular. */
  readonly weight: number;
}

/** One template for every combination of its choices. Throws on a template that cannot be dispatched. */
export function compileTemplate(source: string): Template[] {
  return spell(source).map((pieces) => compileOne(pieces, source));
}

/** A literal, or a slot. */
type Piece = string | { readonly slot: string };

/** Every way to spell a template: choices are multiplied out, `{{` and `}}` are braces. */
function spell(source: string): Piece[][] {
  let ways: Piece[][] = [[]];
  let literal = "";
  const add = (pieces: readonly Piece[][]): void => {
    ways = ways.flatMap((way) => pieces.map((more) => [...way, ...more]));
  };
  for (let i = 0; i < source.length; i++) {
    const one = source[i] ?? "";
    if ((one === "{" || one === "}") && source[i + 1] === one) {
      literal += one;
      i++;
    } else if (one === "{") {
      const end = closing(source, i);
      const inside = source.slice(i + 1, end);
      add([[literal]]);
      literal = "";
      const choices = split(inside);
      add(choices.length > 1 ? choices.flatMap(spell) : [[{ slot: inside }]]);
      i = end;
    } else {
      literal += one;
    }
  }
  add([[literal]]);
  return ways;
}

/** The place of the brace that closes the one at `open`. */
function closing(source: string, open: number): number {
  let depth = 0;
  for (let i = open; i < source.length; i++) {
    if (source[i] === "{") depth++;
    if (source[i] === "}" && --depth === 0) return i;
  }
  throw new Error(`template ${JSON.stringify(source)} has an open brace`);
}

/** Splits at the bars that are in no inner brace. */
function split(inside: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const one of inside) {
    if (one === "{") depth++;
    if (one === "}") depth--;
    if (one === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += one;
  }
  return parts;
}

function compileOne(pieces: readonly Piece[], source: string): Template {
  const literals = [""];
  const slots: SlotName[] = [];
  for (const piece of pieces) {
    if (typeof piece === "string") {
      literals[literals.length - 1] += piece;
      continue;
    }
    if (!isSlot(piece.slot))
      throw new Error(`template ${JSON.stringify(source)} has an unknown slot {${piece.slot}}`);
    // A choice that ends in {any} before an {any} is one {any}.
    if (piece.slot === "any" && slots.at(-1) === "any" && literals.at(-1) === "") continue;
    slots.push(piece.slot);
    literals.push("");
  }
  const [first = "", ...after] = literals;
  if (first === "" && slots.length === 0) throw new Error(`template ${JSON.stringify(source)} is empty`);
  if (after.slice(0, -1).includes(""))
    throw new Error(`template ${JSON.stringify(source)} has two slots side by side`);
  const kinds = slots.map((name) => slotKinds[name]);
  const isOpen = kinds.at(-1) === "any" && after.at(-1) === "";
  return { first, slots, kinds, after, isClosed: !isOpen, weight: literals.join("").length };
}

const isSlot = (name: string): name is SlotName => Object.hasOwn(slotKinds, name);
