// The grammar of `sh`, as far as people type it into a pod: lists, pipes, redirections, quotes,
// variables, substitutions, if, while, for.

import { ShellSyntaxError, type Token, tokens, type Word } from "./words.js";

export interface Redirect {
  readonly from: 0 | 1 | 2;
  /** `same`: 2>&1 or 1>&2. */
  readonly to: "read" | "write" | "append" | "same";
  readonly target: Word;
}

export type Command =
  | {
      readonly is: "simple";
      readonly sets: readonly [string, Word][];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly is: "if";
      readonly branches: readonly { readonly test: Script; readonly body: Script }[];
      readonly otherwise: Script | undefined;
    }
  | { readonly is: "while"; readonly test: Script; readonly body: Script; readonly isUntil: boolean }
  | { readonly is: "for"; readonly name: string; readonly words: readonly Word[]; readonly body: Script }
  | { readonly is: "group" | "subshell"; readonly body: Script };

export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

/** Pipelines and what joins each to the one before it. */
export type Script = readonly { readonly after: ";" | "&&" | "||"; readonly run: Pipeline }[];

/** Throws ShellSyntaxError. */
export function parseScript(source: string): Script {
  const parser = new Parser(tokens(source));
  const script = parser.script([]);
  parser.expectEnd();
  return script;
}

const CLOSERS = new Set(["then", "else", "elif", "fi", "do", "done", "}"]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expectEnd(): void {
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw unexpected(left);
  }

  /** Up to one of the reserved words, which is left standing. */
  script(until: readonly string[]): Script {
    const found: { after: ";" | "&&" | "||"; run: Pipeline }[] = [];
    let after: ";" | "&&" | "||" = ";";
    for (;;) {
      while (this.#operator(";", "\n", "&") !== undefined) after = ";";
      const next = this.#tokens[this.#at];
      if (next === undefined || (next.is === "operator" && next.text === ")")) break;
      const word = next.is === "word" ? (next.bare ?? "") : "";
      if (CLOSERS.has(word)) {
        if (until.includes(word)) break;
        throw unexpected(next);
      }
      found.push({ after, run: this.#pipeline() });
      const join = this.#operator("&&", "||");
      if (join === "&&" || join === "||") {
        after = join;
        while (this.#operator("\n") !== undefined);
      } else after = ";";
    }
    return found;
  }

  #pipeline(): Pipeline {
    const isNegated = this.#reserved("!");
    const commands = [this.#command()];
    while (this.#operator("|") !== undefined) commands.push(this.#command());
    return { isNegated, commands };
  }

  #command(): Command {
    if (this.#reserved("if")) return this.#if();
    if (this.#reserved("while")) return this.#loop(false);
    if (this.#reserved("until")) return this.#loop(true);
    if (this.#reserved("for")) return this.#for();
    if (this.#reserved("{")) return this.#grouped("}");
    if (this.#operator("(") !== undefined) {
      const body = this.script([]);
      if (this.#operator(")") === undefined)
        throw new ShellSyntaxError('syntax error: unexpected end of file (expecting ")")');
      return { is: "subshell", body };
    }
    return this.#simple();
  }

  #grouped(end: string): Command {
    const body = this.script([end]);
    this.#expect(end);
    return { is: "group", body };
  }

  #if(): Command {
    const branches: { test: Script; body: Script }[] = [];
    let otherwise: Script | undefined;
    do {
      const test = this.script(["then"]);
      this.#expect("then");
      branches.push({ test, body: this.script(["elif", "else", "fi"]) });
    } while (this.#reserved("elif"));
    if (this.#reserved("else")) otherwise = this.script(["fi"]);
    this.#expect("fi");
    return { is: "if", branches, otherwise };
  }

  #loop(isUntil: boolean): Command {
    const test = this.script(["do"]);
    this.#expect("do");
    const body = this.script(["done"]);
    this.#expect("done");
    return { is: "while", test, body, isUntil };
  }

  #for(): Command {
    const name = this.#word()?.bare ?? "";
    const words: Word[] = [];
    if (this.#reserved("in"))
      for (let next = this.#word(); next !== undefined; next = this.#word()) words.push(next.word);
    while (this.#operator(";", "\n") !== undefined);
    this.#expect("do");
    const body = this.script(["done"]);
    this.#expect("done");
    return { is: "for", name, words, body };
  }

  #simple(): Command {
    const sets: [string, Word][] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const operator = this.#operator("2>&1", "1>&2", ">&2", "2>>", "2>", "1>", ">>", ">", "<");
      if (operator !== undefined) redirects.push(this.#redirect(operator));
      else {
        const next = this.#word();
        if (next === undefined) break;
        const assigned = words.length === 0 ? assignment(next.word) : undefined;
        if (assigned !== undefined) sets.push(assigned);
        else words.push(next.word);
      }
    }
    if (sets.length + words.length + redirects.length === 0) throw unexpected(this.#tokens[this.#at]);
    return { is: "simple", sets, words, redirects };
  }

  #redirect(operator: string): Redirect {
    if (operator === "2>&1") return { from: 2, to: "same", target: [] };
    if (operator === "1>&2" || operator === ">&2") return { from: 1, to: "same", target: [] };
    const next = this.#word();
    if (next === undefined) throw unexpected(this.#tokens[this.#at]);
    if (operator === "<") return { from: 0, to: "read", target: next.word };
    return {
      from: operator.startsWith("2") ? 2 : 1,
      to: operator.endsWith(">>") ? "append" : "write",
      target: next.word,
    };
  }

  #operator(...wanted: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next?.is !== "operator" || !wanted.includes(next.text)) return undefined;
    this.#at++;
    return next.text;
  }

  #word(): { readonly word: Word; readonly bare: string | undefined } | undefined {
    const next = this.#tokens[this.#at];
    if (next?.is !== "word") return undefined;
    this.#at++;
    return next;
  }

  #reserved(word: string): boolean {
    const next = this.#tokens[this.#at];
    if (next?.is !== "word" || next.bare !== word) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#reserved(word)) throw unexpected(this.#tokens[this.#at], word);
  }
}

function assignment(word: Word): [string, Word] | undefined {
  const [first, ...rest] = word;
  if (first?.is !== "text") return undefined;
  const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text);
  if (found === null) return undefined;
  return [found[1] ?? "", [{ is: "text", text: found[2] ?? "" }, ...rest]];
}

function unexpected(token: Token | undefined, wanted?: string): ShellSyntaxError {
  const what =
    token === undefined
      ? "end of file"
      : token.is === "operator"
        ? token.text === "\n"
          ? "newline"
          : `"${token.text}"`
        : token.bare === undefined
          ? "word"
          : `"${token.bare}"`;
  return new ShellSyntaxError(
    `syntax error: unexpected ${what}${wanted === undefined ? "" : ` (expecting "${wanted}")`}`,
  );
}
