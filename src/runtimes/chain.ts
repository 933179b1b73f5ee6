// What one line of reading has gathered so far: the layers that were peeled, the facts in their
// slots, and what they mean. A message with several errors side by side has several chains.

import type { Layer, Reading, Stage } from "../model/reading.js";
import { registryOf, urlParts } from "./addresses.js";
import type { Reader } from "./reader.js";
import { type Branch, type Meaning, marksOf, type PullSign, type Sentence } from "./sentence.js";

const longestLayer = 300;
const mostLayers = 32;
const proxy = marksOf(["proxy"]);

export class Chain {
  readonly layers: Layer[] = [];
  readonly branch: Branch | undefined;
  leaf: Sentence | undefined;
  leafText = "";
  /** The innermost head that means something by itself. */
  saying: Sentence | undefined;
  /** The outermost head that settles the meaning, whatever is inside. */
  decided: Sentence | undefined;
  /** The innermost sentence with a stage of its own. */
  stage: Stage | undefined;
  pull: PullSign = "never";
  isElsewhere = false;
  /** Text was skipped between the layers that were understood. */
  hasSkipped = false;
  /** The leaf was only begun where the message was cut. */
  isCutLeaf = false;
  only: number | undefined;
  image: string | undefined;
  ref: string | undefined;
  /** The tag or digest that was asked for, where the sentence names it apart. */
  tag: string | undefined;
  host: string | undefined;
  url: string | undefined;
  status: number | undefined;
  credentials: Reading["credentials"];
  runtime: Reading["runtime"];
  isMirror = false;
  /** The grammars and groups of the layers so far. */
  private marks = 0;

  constructor(branch?: Branch, base?: Chain) {
    this.branch = branch;
    if (base === undefined) return;
    this.layers.push(...base.layers);
    this.marks = base.marks;
    this.pull = base.pull;
    this.isElsewhere = base.isElsewhere;
    this.image = base.image;
    this.ref = base.ref;
    this.runtime = base.runtime;
    this.saying = base.saying;
    this.decided = base.decided;
    this.stage = base.stage;
  }

  /** True when the sentence may be believed below what was peeled so far. */
  allows(sentence: Sentence): boolean {
    if (this.only !== undefined && sentence.begins === undefined && (sentence.marks & this.only) === 0)
      return false;
    return sentence.under === undefined || (sentence.under & this.marks) !== 0;
  }

  /** True below a layer with one of these marks; see `marksOf`. */
  isUnder(marks: number): boolean {
    return (this.marks & marks) !== 0;
  }

  add(sentence: Sentence, reader: Reader, from: number, to: number): void {
    if (this.layers.length < mostLayers) {
      const text = reader.text.slice(from, Math.min(to, from + longestLayer));
      this.layers.push({ id: sentence.id, by: sentence.by, text });
    }
    this.marks |= sentence.marks;
    this.runtime ??= sentence.runtime;
    this.stage = sentence.stage ?? this.stage;
    this.credentials = sentence.credentials ?? this.credentials;
    // Inside what is only ever said of a pull, such words tell how the pull failed.
    const isInside = sentence.elsewhere && this.pull === "always";
    if (sentence.elsewhere && !isInside) this.isElsewhere = true;
    this.see(sentence.pull);
    this.takeSlots(sentence, reader);
    if (!sentence.isHead) {
      this.leaf = sentence;
      this.leafText = reader.text.slice(from, Math.min(to, from + longestLayer));
      return;
    }
    if (sentence.says !== undefined && !isInside) this.saying = sentence;
    if (sentence.decides) this.decided ??= sentence;
    if (sentence.only !== undefined) this.only = sentence.only;
  }

  /** Takes a leaf of which only the beginning is there. */
  addCut(sentence: Sentence, text: string): void {
    this.layers.push({ id: sentence.id, by: sentence.by, text });
    this.stage = sentence.stage ?? this.stage;
    this.see(sentence.pull);
    this.leaf = sentence;
    this.leafText = text;
    this.isCutLeaf = true;
  }

  private see(sign: PullSign): void {
    if (sign === "always") {
      this.pull = "always";
      this.isElsewhere = false;
    } else if (sign === "usually" && this.pull === "never") {
      this.pull = "usually";
    }
  }

  private takeSlots(sentence: Sentence, reader: Reader): void {
    const { slots } = sentence.template;
    for (let i = 0; i < slots.length; i++) {
      switch (slots[i]) {
        case "image":
        case "qimage":
          this.image ??= trimmed(reader.slot(i));
          break;
        case "ref":
        case "qref":
          this.ref = trimmed(reader.slot(i)) ?? this.ref;
          break;
        case "tag":
          this.tag = reader.slot(i);
          break;
        case "host":
          this.host = reader.slot(i);
          break;
        case "addr":
          if (this.host === undefined || this.isUnder(proxy)) this.host = reader.slot(i);
          break;
        case "url":
        case "qurl":
          this.takeUrl(reader.slot(i));
          break;
        case "status":
          this.status = Number.parseInt(reader.slot(i), 10);
          break;
      }
    }
  }

  private takeUrl(url: string): void {
    const parts = urlParts(url);
    if (parts === undefined) return;
    this.url = url;
    this.host = parts.host;
    this.isMirror = parts.isMirror;
    if (parts.stage === undefined) {
      // No registry has such a path: the words around it must say that it is about a pull.
      this.hasSkipped = true;
    } else {
      this.stage = parts.stage;
      // A probe may ask a registry's own paths.
      if (!this.isElsewhere) this.see("always");
    }
  }

  /** What it means: what settles it, else the innermost words, else the innermost layer that says something. */
  get meaning(): Meaning {
    if (this.decided?.says !== undefined) return this.decided.says;
    if (this.leaf !== undefined && this.leaf.says !== "nothing" && this.leaf.says !== undefined)
      return this.leaf.says;
    return this.saying?.says ?? "nothing";
  }

  /** The registry that the reference names. */
  get registry(): string | undefined {
    const named = this.ref ?? this.image;
    return named === undefined ? undefined : registryOf(named);
  }
}

const scheme = "docker://";
/** What people put around a name in place of double quotes. */
const around = " \n'`";
const aroundName = /^[\s'`]+|[\s'`]+$/g;

function trimmed(text: string): string | undefined {
  const named = text.startsWith(scheme) ? text.slice(scheme.length) : text;
  const isDressed = around.includes(named[0] ?? "") || around.includes(named.at(-1) ?? "");
  const bare = isDressed ? named.replace(aroundName, "") : named;
  return bare === "" ? undefined : bare;
}
