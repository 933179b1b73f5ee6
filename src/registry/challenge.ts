// What a registry asks for before it answers: the WWW-Authenticate header, read as RFC 9110 writes it.

/** One challenge. `scheme` is lower case; parameters keep their case, their names do not. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const maxLength = 8 * 1024;
const maxChallenges = 8;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const blank = /[ \t]*/y;

/**
 * Every challenge of the header's values, in order: registries offer Bearer and Basic side by side, in one header or in
 * several. What cannot be read ends the list; what was read before it is kept. Linear in the header's length.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): readonly Challenge[] {
  const values = headers === undefined ? [] : typeof headers === "string" ? [headers] : headers;
  return values.flatMap((value) => parseOne(value.slice(0, maxLength))).slice(0, maxChallenges);
}

function parseOne(text: string): Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match[0];
  };
  for (;;) {
    while (text[at] === "," || text[at] === " " || text[at] === "\t") at++;
    const word = take(token);
    if (word === undefined) return found;
    const spaced = take(blank) ?? "";
    const current = found.at(-1);
    if (text[at] === "=" && current !== undefined) {
      at++;
      take(blank);
      const value = text[at] === '"' ? takeQuoted() : take(token);
      if (value === undefined) return found;
      // The first of two equal names counts: a later one may have been smuggled in.
      const name = word.toLowerCase();
      if (!current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    found.push({ scheme: word.toLowerCase(), parameters: new Map() });
    if (spaced === "" && at < text.length && text[at] !== ",") return found;
  }

  function takeQuoted(): string | undefined {
    let value = "";
    for (let i = at + 1; i < text.length; i++) {
      const character = text[i] ?? "";
      if (character === '"') {
        at = i + 1;
        return value;
      }
      if (character === "\\") i++;
      value += text[i] ?? "";
    }
    return undefined;
  }
}
