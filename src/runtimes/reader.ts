// A tidied message and where sentences match in it. In text that was wrapped by a narrow terminal a "\n" stands for
// a space or for nothing, and every comparison allows both; unwrapped text takes the fast paths.

import { isDigit, isLetter, isUpper, newline, quote, space } from "./letters.js";
import type { SlotKind, Template } from "./template.js";

/** Longest text a slot may hold, in characters. */
const slotLimits: Readonly<Record<SlotKind, number>> = {
  token: 1500,
  quoted: 1500,
  any: 4000,
  word: 40,
  digits: 20,
  status: 4,
};
/** A fair text needs a few steps for each character. */
const fairShare = 20_000;
const sharePerCharacter = 8;
const longestPhrase = 60;
/** How many places a slot's end may be tried at, before the sentence is given up. */
const triesPerSlot = 6;

const closing = ";,.)]}>'`*|";

/** One message under the knife. `match` leaves the places of the slots in `starts` and `ends`. */
export class Reader {
  text = "";
  isWrapped = false;
  /** Where reading stops. */
  end = 0;
  /** Steps that may still be spent on looking for the ends of slots; a text made to be slow runs out of them. */
  private patience = 0;
  readonly starts = new Int32Array(12);
  readonly ends = new Int32Array(12);

  /** Takes up a new text; what the reader knew of the one before is gone. */
  read(text: string): void {
    this.text = text;
    this.patience = fairShare + sharePerCharacter * text.length;
    this.isWrapped = text.includes("\n");
    this.end = text.length;
  }

  /** The place after `literal` at `at`, or -1. */
  after(literal: string, at: number): number {
    if (!this.isWrapped) {
      const end = at + literal.length;
      if (end <= this.end) return this.text.startsWith(literal, at) ? end : -1;
      // A head whose text was cut right after it has lost its last space.
      return end === this.end + 1 && literal.endsWith(" ") && this.text.startsWith(literal.slice(0, -1), at)
        ? this.end
        : -1;
    }
    let i = at;
    for (let k = 0; k < literal.length; k++) {
      let code = i < this.end ? this.text.charCodeAt(i) : -1;
      if (code === -1 && k === literal.length - 1 && k > 1 && literal.charCodeAt(k) === space) return i;
      const wanted = literal.charCodeAt(k);
      if (code === newline && wanted !== newline) {
        if (wanted === space) {
          i++;
          continue;
        }
        if (k > 0) code = ++i < this.end ? this.text.charCodeAt(i) : -1;
      }
      if (code !== wanted) return -1;
      i++;
    }
    return i;
  }

  /** The place after the whole template at `at`, or -1. */
  match(template: Template, at: number): number {
    const next = this.after(template.first, at);
    if (next < 0 || template.slots.length === 0) return next;
    return this.matchSlot(template, 0, next);
  }

  private matchSlot(template: Template, slot: number, at: number): number {
    const kind = template.kinds[slot] ?? "any";
    const literal = template.after[slot] ?? "";
    this.starts[slot] = at;
    if (kind === "digits" || kind === "status" || kind === "word") {
      let end = this.wordEnd(kind, at);
      if (end < 0) return -1;
      if (kind === "status" && literal === "") end = this.phraseEnd(end);
      this.ends[slot] = end;
      return this.afterSlot(template, slot, literal, end);
    }
    if (literal === "") {
      const end = kind === "token" ? this.tokenEnd(at) : this.lineEnd(at);
      this.ends[slot] = end;
      return end;
    }
    return this.seekSlotEnd(template, slot, kind, literal, at);
  }

  /** Tries the literal after a slot at every place that the slot's kind allows. */
  private seekSlotEnd(template: Template, slot: number, kind: SlotKind, literal: string, at: number): number {
    const limit = Math.min(this.end, at + Math.min(slotLimits[kind], this.patience));
    const firstCode = literal.charCodeAt(0);
    let tries = 0;
    let i = at;
    for (; i < limit; i++) {
      const code = this.text.charCodeAt(i);
      if (code === firstCode || (code === newline && firstCode === space)) {
        const next = this.after(literal, i);
        if (next >= 0) {
          this.ends[slot] = i;
          const end = slot + 1 < template.slots.length ? this.matchSlot(template, slot + 1, next) : next;
          if (end >= 0) return end;
          if (++tries === triesPerSlot) break;
        }
      }
      if (kind === "token" ? code === space || code === quote : kind === "quoted" && code === quote) break;
    }
    this.patience -= i - at;
    return -1;
  }

  private afterSlot(template: Template, slot: number, literal: string, at: number): number {
    const next = literal === "" ? at : this.after(literal, at);
    if (next < 0 || slot + 1 >= template.slots.length) return next;
    return this.matchSlot(template, slot + 1, next);
  }

  private wordEnd(kind: SlotKind, at: number): number {
    let i = at;
    let count = 0;
    const limit = slotLimits[kind];
    while (i < this.end && count < limit) {
      const code = this.text.charCodeAt(i);
      if (code === newline && this.isWrapped && (count > 0 || kind !== "word")) {
        // A break inside a number goes on; one after it ends the word.
        const following = this.text.charCodeAt(i + 1);
        if (!isOfKind(kind, following)) break;
        if (kind === "word" && count > 0) break;
        if (kind === "status" && count === 3) break;
        i++;
        continue;
      }
      if (!isOfKind(kind, code)) break;
      i++;
      count++;
    }
    if (kind === "status") return count === 3 ? i : -1;
    return count > 0 ? i : -1;
  }

  /** A status at the end of a sentence takes its reason phrase along: `429 Too Many Requests`. */
  private phraseEnd(at: number): number {
    let i = at;
    const limit = Math.min(this.end, at + longestPhrase);
    while (i < limit) {
      const code = this.text.charCodeAt(i);
      const isBreakBefore = code === newline && i === at && isUpper(this.text.charCodeAt(i + 1));
      const isPhrase =
        code === space
          ? isLetter(this.text.charCodeAt(i + 1))
          : isLetter(code) || code === 39 || isBreakBefore;
      if (!isPhrase) break;
      i++;
    }
    return i;
  }

  private tokenEnd(at: number): number {
    let i = at;
    const limit = Math.min(this.end, at + slotLimits.token);
    while (i < limit) {
      const code = this.text.charCodeAt(i);
      if (code === space || code === quote || code === newline) break;
      i++;
    }
    // The signs that close a sentence are not the name's.
    while (i > at && closing.includes(this.text[i - 1] ?? "")) i--;
    return i;
  }

  /** The end of the line that `at` is on. */
  lineEnd(at: number): number {
    if (!this.isWrapped) return this.end;
    const found = this.text.indexOf("\n", at);
    return found < 0 || found > this.end ? this.end : found;
  }

  /** The text of slot number `slot` of the last match, unwrapped. */
  slot(slot: number): string {
    const raw = this.text.slice(this.starts[slot] ?? 0, this.ends[slot] ?? 0);
    return this.isWrapped && raw.includes("\n") ? raw.replaceAll("\n", "") : raw;
  }
}

function isOfKind(kind: SlotKind, code: number): boolean {
  if (kind === "word") return isLetter(code);
  return isDigit(code);
}
