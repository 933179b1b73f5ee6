// The walk over one message, left to right: peel every head that fits, stop at a leaf, step over
// what no sentence knows. Leaves are believed where a segment begins and a sentence ends, so a name
// or a path that happens to contain their words changes nothing.

import { Chain } from "./chain.js";
import type { Dispatch } from "./dispatch.js";
import { isLower, isWordCode, newline, quote, space } from "./letters.js";
import type { Reader } from "./reader.js";
import { marksOf, type Sentence } from "./sentence.js";

const comma = 44;
const bracket = 91;
const less = 60;
const mostChains = 12;

/** Grammars whose sentences begin branches. */
const errors = marksOf(["errors"]);
const branching = marksOf(["cri-o", "containers-image"]);

/** After these signs a segment begins: at once (1), or when a space follows (2). */
const signs = new Uint8Array(128);
for (const sign of "\"'`([{=\n|>]") signs[sign.charCodeAt(0)] = 1;
for (const sign of ":;,.-") signs[sign.charCodeAt(0)] = 2;

/**
 * Reads the whole message; every chain is one reading, in the order of the text. Never empty.
 * `cutAt` is where the words end: before the end when the message was cut off by whoever wrote it.
 */
export function walk(reader: Reader, dispatch: Dispatch, cutAt: number): readonly Chain[] {
  return new Walk(reader, dispatch, cutAt).run();
}

class Walk {
  private readonly chains: Chain[] = [new Chain()];
  private chain: Chain = this.chains[0] ?? new Chain();
  /** What the branches of the group at hand have in common. */
  private base: Chain | undefined;
  private isInList = false;
  private at = 0;
  private readonly reader: Reader;
  private readonly dispatch: Dispatch;
  private readonly cutAt: number;
  private readonly allows = (sentence: Sentence): boolean => this.isAllowed(sentence);

  constructor(reader: Reader, dispatch: Dispatch, cutAt: number) {
    this.reader = reader;
    this.dispatch = dispatch;
    this.cutAt = cutAt;
  }

  run(): readonly Chain[] {
    const { reader, dispatch } = this;
    const { text } = reader;
    let isStart = true;
    let hasSkipped = false;
    while (this.at < reader.end) {
      const at = this.at;
      const code = text.charCodeAt(at);
      if (code === newline && (this.chain.leaf !== undefined || this.hasFirstOfErrors())) this.beginLine();
      if (code === space || code === newline) {
        isStart ||= code === newline || isAfterSign(text, at);
        this.at++;
        continue;
      }
      const isWord = isStart || !isWordCode(text.charCodeAt(at - 1));
      const found =
        isWord && dispatch.canBegin(code, isStart)
          ? dispatch.find(reader, at, isStart, this.allows)
          : undefined;
      if (found === undefined) {
        if (isStart && this.takeCutLeaf()) {
          this.chain.hasSkipped ||= hasSkipped;
          break;
        }
        hasSkipped ||= isWordCode(code);
        isStart = code < 128 && signs[code] === 1;
        this.at++;
        continue;
      }
      const end = Math.max(dispatch.found, at + 1);
      this.branch(found);
      if (hasSkipped) this.chain.hasSkipped = true;
      this.chain.add(found, reader, at, end);
      if (found.only === 0) {
        if (found.covers) this.chains.splice(0, this.chains.length, this.chain);
        break;
      }
      this.at = this.chain.leaf === undefined || this.mayBranch() ? end : endOfLine(text, end);
      hasSkipped = false;
      isStart = true;
    }
    if (hasSkipped && this.chain.leaf === undefined) this.chain.hasSkipped = true;
    return this.chains;
  }

  /** Where the message was cut inside a leaf, what is left of it may be enough. */
  private takeCutLeaf(): boolean {
    const { at, cutAt, reader } = this;
    const leaf = cutAt === reader.end ? undefined : this.dispatch.findCut(reader, at, cutAt, this.allows);
    if (leaf === undefined) return false;
    this.chain.addCut(leaf, reader.text.slice(at, cutAt));
    return true;
  }

  /** False: after its leaf the line says nothing more. */
  private mayBranch(): boolean {
    return this.isInList || this.chain.branch !== undefined || this.chain.isUnder(branching);
  }

  private isAllowed(sentence: Sentence): boolean {
    if (sentence.begins !== undefined || this.isElement(sentence)) {
      return (
        this.chains.length < mostChains && (sentence.begins === undefined || this.chain.allows(sentence))
      );
    }
    return this.chain.leaf === undefined && this.chain.allows(sentence);
  }

  /** An element of a kubelet's list `[one, two]` begins with an outermost head of a runtime, nothing else. */
  private isElement(sentence: Sentence): boolean {
    if (sentence.group !== "top") return false;
    const before = this.reader.text.charCodeAt(this.at - 1);
    return this.isInList
      ? (before === space || before === newline) && this.reader.text.charCodeAt(this.at - 2) === comma
      : before === bracket;
  }

  private branch(sentence: Sentence): void {
    if (this.isElement(sentence)) {
      if (!this.isInList) {
        this.base = this.chain;
        this.chain.layers.push({ id: "kubelet.aggregate", by: "kubelet", text: "[" });
      }
      this.isInList = true;
      this.begin(new Chain("attempt", this.base));
      return;
    }
    const { begins } = sentence;
    if (begins === undefined) return;
    if (begins !== "primary" && this.chain.branch !== begins) this.base = this.chain;
    this.begin(new Chain(begins, this.base));
  }

  /** In a registry's list of errors, one a line, the first that says something is the one. */
  private hasFirstOfErrors(): boolean {
    return this.chain.saying?.grammar === "registry" && this.chain.isUnder(errors);
  }

  /** A line after a leaf speaks for itself; of what was said before only the image is known. */
  private beginLine(): void {
    if (this.isContinued()) return;
    if (this.chains.length >= mostChains || this.chain.branch === "mirror") return;
    const next = new Chain(this.chain.isUnder(errors) ? "side" : undefined);
    next.image = this.chain.image;
    next.ref = this.chain.ref;
    if (this.chain.pull === "always") next.pull = "usually";
    next.isElsewhere = this.chain.isElsewhere;
    next.runtime = this.chain.runtime;
    this.begin(next);
  }

  /** A leaf that runs to the end of its line goes on below it where a narrow terminal broke the sentence. */
  private isContinued(): boolean {
    const { leaf } = this.chain;
    if (leaf === undefined || leaf.template.isClosed || leaf.says === "nothing") return false;
    const { text } = this.reader;
    const next = text.charCodeAt(this.at + 1);
    const isPage = next === less || (next === quote && text.charCodeAt(this.at + 2) === less);
    if (isPage || isInBrackets(this.chain.leafText)) return true;
    let i = this.at + 1;
    while (isLower(text.charCodeAt(i))) i++;
    // `time="..."` begins a line of a log.
    return i > this.at + 1 && text[i] !== "=";
  }

  private begin(chain: Chain): void {
    const isUnused = this.chain.layers.length === 0 && this.chains.length > 0;
    if (isUnused) this.chains.pop();
    this.chains.push(chain);
    this.chain = chain;
  }
}

/** True when a round bracket is still open at the end. */
function isInBrackets(text: string): boolean {
  return text.lastIndexOf("(") > text.lastIndexOf(")");
}

function isAfterSign(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before < 128 && signs[before] === 2;
}
function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
