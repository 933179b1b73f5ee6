// Which sentence begins here? Two tries over the first characters of every sentence's first
// literal, as flat tables: one for places where a segment begins, and one for the middle of a line
// of noise, where only long literals are believed. Text that begins no sentence costs a look-up or two.

import { newline, space } from "./letters.js";
import type { Reader } from "./reader.js";
import type { Grammar, Sentence } from "./sentence.js";
import { endsSentence } from "./sentence-end.js";

const depth = 16;
/** Printable ASCII, and one column for everything else. */
const columns = 96;

/** From this length on a literal is particular enough to be believed in the middle of a line. */
const anchorLength = 12;

/** A leaf that was cut off is looked for in this many characters at the end. */
const longestCut = 200;

/** Believes a sentence at the place at hand, or not. */
export type Allows = (sentence: Sentence) => boolean;

export class Dispatch {
  /** The place after the sentence that `find` found last. */
  found = 0;
  private readonly starts: Trie;
  private readonly middles: Trie;
  /** Sentences by the first character of their literal. */
  private readonly byLetter = new Map<number, Sentence[]>();
  /** Sentences that begin with a slot; tried last, and only where a segment begins. */
  private readonly open: readonly Sentence[];

  constructor(grammars: readonly Grammar[]) {
    const sentences = grammars.flatMap((grammar) => grammar.sentences);
    const literal = sentences.filter(({ template }) => template.first !== "");
    this.open = sentences.filter(({ template }) => template.first === "");
    for (const sentence of literal) {
      const code = sentence.template.first.charCodeAt(0);
      const same = this.byLetter.get(code);
      if (same === undefined) this.byLetter.set(code, [sentence]);
      else same.push(sentence);
    }
    this.starts = new Trie(literal);
    this.middles = new Trie(
      literal.filter(
        ({ template: { first }, begins, isHead }) =>
          // A word alone may be a tag's: `image:toomanyrequests`.
          (first.length >= anchorLength && (isHead || first.includes(" "))) || begins !== undefined,
      ),
    );
  }

  /** False: no sentence begins with this character. */
  canBegin(code: number, isStart: boolean): boolean {
    return isStart || this.middles.canBegin(code);
  }

  /**
   * The most particular sentence that matches at `at` and that `allows` accepts. On success the
   * reader holds its slots, and `found` the place after it.
   */
  find(reader: Reader, at: number, isStart: boolean, allows: Allows): Sentence | undefined {
    const trie = isStart ? this.starts : this.middles;
    for (let node = trie.walk(reader, at, true); node >= 0; node--) {
      const sentence = this.first(trie.sentencesAt(node), reader, at, allows);
      if (sentence !== undefined) return sentence;
    }
    if (reader.isWrapped && trie.metBreak) {
      for (let node = trie.walk(reader, at, false); node >= 0; node--) {
        const sentence = this.first(trie.sentencesAt(node), reader, at, allows);
        if (sentence !== undefined) return sentence;
      }
    }
    return isStart ? this.first(this.open, reader, at, allows) : undefined;
  }

  /**
   * The leaf that was begun at `at` when the message was cut off at `end`: its literal goes on from
   * here, or its slots do. Undefined when there is none, when several leaves say different things, or
   * when a head may have been begun.
   */
  findCut(reader: Reader, at: number, end: number, allows: Allows): Sentence | undefined {
    if (end - at < anchorLength || end - at > longestCut) return undefined;
    const rest = reader.text.slice(at, end);
    const begun = (this.byLetter.get(rest.charCodeAt(0)) ?? []).filter(({ template: { first } }) =>
      first.length > rest.length
        ? first.startsWith(rest)
        : first.length >= anchorLength && rest.startsWith(first),
    );
    const [leaf] = begun;
    return leaf !== undefined &&
      begun.every(({ says, isHead }) => !isHead && says === leaf.says) &&
      allows(leaf)
      ? leaf
      : undefined;
  }

  private first(
    list: readonly Sentence[] | undefined,
    reader: Reader,
    at: number,
    allows: Allows,
  ): Sentence | undefined {
    if (list === undefined) return undefined;
    for (const sentence of list) {
      if (!allows(sentence)) continue;
      const end = reader.match(sentence.template, at);
      if (end < 0) continue;
      if (!sentence.isHead && sentence.template.isClosed && !endsSentence(reader, end)) continue;
      this.found = end;
      return sentence;
    }
    return undefined;
  }
}

class Trie {
  private readonly table: Uint16Array;
  /** Sentences whose literal ends at a node, or runs past the trie's depth there; the heaviest first. */
  private readonly at: readonly (readonly Sentence[] | undefined)[];
  /** The last walk took a line break for a space. */
  metBreak = false;
  /** The nodes of the last walk. */
  private readonly path = new Int32Array(depth + 1);

  constructor(sentences: readonly Sentence[]) {
    const next: Map<number, number>[] = [new Map()];
    const at: (Sentence[] | undefined)[] = [undefined];
    for (const sentence of sentences) {
      let node = 0;
      for (const letter of sentence.template.first.slice(0, depth)) {
        const column = columnOf(letter.charCodeAt(0));
        let child = next[node]?.get(column);
        if (child === undefined) {
          child = next.length;
          next.push(new Map());
          at.push(undefined);
          next[node]?.set(column, child);
        }
        node = child;
      }
      at[node] ??= [];
      at[node]?.push(sentence);
    }
    for (const list of at) list?.sort((a, b) => b.template.weight - a.template.weight);
    this.at = at;
    this.table = new Uint16Array(next.length * columns);
    next.forEach((edges, node) => {
      for (const [column, child] of edges) this.table[node * columns + column] = child;
    });
  }

  canBegin(code: number): boolean {
    return this.table[columnOf(code)] !== 0;
  }

  /**
   * Goes down as far as the text leads; the last step's number, -1 for none. A line break that a narrow terminal
   * made stands for nothing, or for a space where `breakIsSpace` and one is wanted.
   */
  walk(reader: Reader, at: number, breakIsSpace: boolean): number {
    const { text, end } = reader;
    const { table, path } = this;
    let length = 0;
    this.metBreak = false;
    let node = 0;
    for (let i = at; length < depth && i < end; i++) {
      const code = text.charCodeAt(i);
      const child = table[node * columns + (code === newline ? 0 : columnOf(code))] ?? 0;
      if (code === newline && length > 0) {
        if (child !== 0) this.metBreak = true;
        if (child === 0 || !breakIsSpace) continue;
      }
      if (child === 0) break;
      node = child;
      path[length++] = node;
    }
    return length - 1;
  }

  /** What may begin where the last walk's step `step` led. */
  sentencesAt(step: number): readonly Sentence[] | undefined {
    return this.at[this.path[step] ?? 0];
  }
}

function columnOf(code: number): number {
  return code >= space && code < 127 ? code - space : columns - 1;
}
