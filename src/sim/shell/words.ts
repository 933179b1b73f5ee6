// Words and operators of a shell script: quotes, variables and substitutions, before expansion.

/** A piece of a word, before expansion. */
export type Piece =
  | { readonly is: "text"; readonly text: string }
  | {
      readonly is: "variable";
      readonly name: string;
      readonly fallback: string | undefined;
      readonly isQuoted: boolean;
    }
  | { readonly is: "output"; readonly source: string; readonly isQuoted: boolean };

export type Word = readonly Piece[];

export class ShellSyntaxError extends Error {
  override readonly name = "ShellSyntaxError";
}

export type Token =
  | { readonly is: "word"; readonly word: Word; readonly bare: string | undefined }
  | { readonly is: "operator"; readonly text: string };

const OPERATOR = /^(&&|\|\||2>&1|1>&2|>&2|2>>|2>|1>|>>|>|<|;|\||\n|\(|\)|&)/;

/** Throws ShellSyntaxError. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source[at] ?? "";
    if (char === " " || char === "\t" || char === "\r") at++;
    else if (char === "\\" && source[at + 1] === "\n") at += 2;
    else if (char === "#") while (at < source.length && source[at] !== "\n") at++;
    else {
      const operator = OPERATOR.exec(source.slice(at))?.[0];
      if (operator !== undefined) {
        found.push({ is: "operator", text: operator });
        at += operator.length;
        continue;
      }
      const read = readWord(source, at);
      found.push({ is: "word", word: read.word, bare: read.bare });
      at = read.end;
    }
  }
  return found;
}

function readWord(source: string, start: number): { word: Word; bare: string | undefined; end: number } {
  const pieces: Piece[] = [];
  let plain = "";
  let isBare = true;
  let at = start;
  let quote = "";
  const flush = (): void => {
    if (plain !== "") pieces.push({ is: "text", text: plain });
    plain = "";
  };
  for (; at < source.length; at++) {
    const char = source[at] ?? "";
    if (quote === "" && /[\s;&|<>()]/.test(char)) break;
    if (quote === "'" ? char === "'" : char === quote && quote !== "") quote = "";
    else if (quote === "'") plain += char;
    else if (char === "\\") plain += escaped(source[++at] ?? "", quote);
    else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      isBare = false;
      // An empty pair of quotes is a word too.
      pieces.push({ is: "text", text: "" });
    } else if (char === "$" || char === "`") {
      const read = readDollar(source, at, quote === '"');
      if (read === undefined) plain += char;
      else {
        flush();
        pieces.push(read.piece);
        at = read.end - 1;
        isBare = false;
      }
    } else plain += char;
  }
  if (quote !== "") throw new ShellSyntaxError("unterminated quoted string");
  const bare = isBare && pieces.length === 0 ? plain : undefined;
  flush();
  return { word: pieces, bare, end: at };
}

function escaped(char: string, quote: string): string {
  return quote === '"' && !'"\\$`'.includes(char) ? `\\${char}` : char;
}

function readDollar(
  source: string,
  at: number,
  isQuoted: boolean,
): { piece: Piece; end: number } | undefined {
  const rest = source.slice(at);
  if (rest.startsWith("`")) {
    const end = rest.indexOf("`", 1);
    if (end < 0) throw new ShellSyntaxError("unterminated backquote");
    return { piece: { is: "output", source: rest.slice(1, end), isQuoted }, end: at + end + 1 };
  }
  if (rest.startsWith("$(")) {
    const end = closing(rest, 1);
    return { piece: { is: "output", source: rest.slice(2, end), isQuoted }, end: at + end + 1 };
  }
  const braced = /^\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}/.exec(rest);
  const plain = /^\$([A-Za-z_]\w*|[?$#0-9@*])/.exec(rest);
  const found = braced ?? plain;
  if (found === null) return undefined;
  const piece = { is: "variable", name: found[1] ?? "", fallback: braced?.[2], isQuoted } as const;
  return { piece, end: at + found[0].length };
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  throw new ShellSyntaxError("unterminated command substitution");
}
