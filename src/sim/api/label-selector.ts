// Label selectors as clients write them, read word by word as the real server reads them, so that
// what it takes and what it says otherwise are the same.

import { keyDoubt, valueDoubt } from "./admission/names.js";
import { badRequest } from "./errors.js";
import type { Match } from "./selectors.js";

type Labels = Readonly<Record<string, string>>;
type LabelTest = (labels: Labels) => boolean;

const OPERATORS = ["in", "notin", "=", "==", "!=", "gt", "lt"];
const SYMBOLS = new Set([")", ",", "!", "==", "=", ">", "<", "!=", "("]);
const WORDS = /[=!(),<>]+|[^\s=!(),<>]+/g;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>3`. Throws ApiError 400. */
export function labelSelector(selector: string): Match {
  const tests = new Reader(selector).all();
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

/** Signs that stand together are cut into the longest that mean something: `!=`, `),`. */
function wordsOf(selector: string): string[] {
  return [...selector.matchAll(WORDS)].flatMap(([word]) => {
    if (!/^[=!(),<>]/.test(word)) return [word];
    const signs: string[] = [];
    for (let rest = word; rest !== ""; ) {
      const sign = SYMBOLS.has(rest.slice(0, 2)) ? rest.slice(0, 2) : rest.slice(0, 1);
      signs.push(sign);
      rest = rest.slice(sign.length);
    }
    return signs;
  });
}

class Reader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(selector: string) {
    this.#words = wordsOf(selector);
  }

  all(): LabelTest[] {
    const tests: LabelTest[] = [];
    while (this.#next() !== "") {
      if (!this.#isName(this.#next()) && this.#next() !== "!") {
        throw wrong(this.#next(), "!, identifier, or 'end of string'");
      }
      tests.push(this.#requirement());
      const after = this.#take();
      if (after === "") break;
      if (after !== ",") throw wrong(after, "',' or 'end of string'");
      const first = this.#next();
      if (!this.#isName(first) && first !== "!") throw wrong(first, "identifier after ','");
    }
    return tests;
  }

  /** "" at the end. */
  #next(): string {
    return this.#words[this.#at] ?? "";
  }

  #take(): string {
    this.#at++;
    return this.#words[this.#at - 1] ?? "";
  }

  #isName(word: string): boolean {
    return word !== "" && !SYMBOLS.has(word);
  }

  #requirement(): LabelTest {
    const isAbsent = this.#next() === "!";
    if (isAbsent) this.#take();
    const key = this.#take();
    if (!this.#isName(key)) throw unparsed(`found '${key}', expected: identifier`);
    const doubt = keyDoubt(key);
    if (doubt !== undefined) throw unparsed(`<nil>: Invalid value: ${JSON.stringify(key)}: ${doubt}`);
    if (isAbsent) return (labels) => labels[key] === undefined;
    if (this.#next() === "" || this.#next() === ",") return (labels) => labels[key] !== undefined;
    const operator = this.#take();
    switch (operator) {
      case "in":
      case "notin": {
        const values = this.#values(key);
        return operator === "in"
          ? (labels) => labels[key] !== undefined && values.has(labels[key])
          : (labels) => labels[key] === undefined || !values.has(labels[key]);
      }
      case "=":
      case "==":
      case "!=": {
        const value = this.#value(key);
        return (labels) => (labels[key] === value) !== (operator === "!=");
      }
      case ">":
      case "<": {
        const limit = this.#number();
        return (labels) => {
          const number = /^-?\d+$/.test(labels[key] ?? "") ? Number(labels[key]) : Number.NaN;
          return operator === ">" ? number > limit : number < limit;
        };
      }
      default:
        throw unparsed(`found '${operator}', expected: ${OPERATORS.join(", ")}`);
    }
  }

  #value(key: string): string {
    if (this.#next() === "" || this.#next() === ",") return "";
    const value = this.#take();
    if (!this.#isName(value)) throw unparsed(`found '${value}', expected: identifier`);
    return checked(key, value, 0);
  }

  #number(): number {
    const value = this.#take();
    if (!this.#isName(value)) throw unparsed(`found '${value}', expected: identifier`);
    if (/^[-+]?\d+$/.test(value)) return Number(value);
    const why = "for 'Gt', 'Lt' operators, the value must be an integer";
    throw unparsed(`values[0]: Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  /** `(a, b)`; a value that is left out is "". */
  #values(key: string): Set<string> {
    const open = this.#take();
    if (open !== "(") throw unparsed(`found '${open}' expected: '('`);
    const values = new Set<string>();
    let isFilled = false;
    for (;;) {
      const word = this.#take();
      if (this.#isName(word) && !isFilled) {
        values.add(word);
        isFilled = true;
        if (this.#next() !== "," && this.#next() !== ")") {
          throw unparsed(`found '${this.#next()}', expected: ',' or ')'`);
        }
      } else if (word === "," || word === ")") {
        if (!isFilled) values.add("");
        isFilled = false;
        if (word === ")") break;
      } else throw unparsed(`found '${word}', expected: ',', ')' or identifier`);
    }
    for (const [index, value] of [...values].sort().entries()) checked(key, value, index);
    return values;
  }
}

function checked(key: string, value: string, index: number): string {
  const doubt = valueDoubt(value);
  if (doubt === undefined) return value;
  throw unparsed(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${doubt}`);
}

function wrong(found: string, expected: string) {
  return badRequest(`found '${found}', expected: ${expected}`);
}

function unparsed(why: string) {
  return badRequest(`unable to parse requirement: ${why}`);
}
