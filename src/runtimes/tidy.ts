// Before a message is read: terminal codes, boxes, escapes and indentation go, so that sentences
// meet the words that their program wrote. Line breaks stay; the reader knows how to read over them.

/** Longer messages are cut; what a runtime says about one pull has a few thousand characters. */
export const longestMessage = 65_536;

export interface Tidied {
  readonly text: string;
  /** Characters at the end that are not in `text`. */
  readonly cutChars: number;
  /** The message was shortened by whoever wrote it. */
  readonly isTruncated: boolean;
  /** Where the words end: before the writer's ellipsis, else at the end. */
  readonly cutAt: number;
}

export function tidy(message: string, limit = longestMessage): Tidied {
  const cutChars = Math.max(0, message.length - limit);
  let text = cutChars === 0 ? message : message.slice(0, limit);
  const dirt = dirtIn(text);
  if (dirt !== 0) text = cleaned(text, dirt);
  const tail = text.slice(-12);
  const isTailed = tail.includes("...") || tail.includes("…");
  const cutAt = isTailed ? text.length - (ellipsis.exec(tail)?.[0].length ?? 0) : text.length;
  return { text, cutChars, isTruncated: cutAt < text.length || cutChars > 0, cutAt };
}

/** How people and programs say that there was more. */
const ellipsis = /(?: ?\.\.\.| ?…)["'\])\s]*$/;

const space = 32;
const backslash = 92;

/** What a text holds beside plain single-spaced words on one line. */
const blanks = 1;
const breaks = 2;
const quoting = 4;
const control = 8;
const signs = 16;

function dirtIn(text: string): number {
  let dirt = 0;
  let before = space;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === space) {
      if (before === space) dirt |= blanks;
    } else if (code < space) {
      dirt |= code === 10 || code === 13 ? breaks : code === 9 ? blanks : control;
    } else if (code === backslash) dirt |= quoting;
    else if (code >= 127 && (code < 161 || code > 0x1fff)) dirt |= signs | control;
    before = code;
  }
  return before === space ? dirt | blanks : dirt;
}

function cleaned(dirty: string, dirt: number): string {
  let text = dirty;
  if ((dirt & control) !== 0) text = withoutTerminalCodes(text);
  if ((dirt & quoting) !== 0) text = unescaped(text);
  // Quoting hides anything.
  const all = (dirt & quoting) === 0 ? dirt : ~0;
  if ((all & signs) !== 0) {
    text = text
      .replace(/[\u2500-\u257f\u00a0]/g, " ")
      .replace(/[“”„]/g, '"')
      .replace(/[‘’]/g, "'");
  }
  if ((all & (blanks | signs)) !== 0) text = text.replace(/[\t\v\f ]+/g, " ");
  if ((all & breaks) !== 0) text = text.replace(/ ?[\r\n][\r\n ]*/g, "\n");
  if ((all & control) !== 0) text = text.replace(controlCharacters, "");
  return text.trim();
}

/** Control and formatting characters, those that turn the direction of text among them; not line breaks. */
const controlCharacters = /(?!\n)[\p{Cc}\p{Cf}]/gu;

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);
/** Colours and cursor moves, titles of windows, and the short codes. */
const terminalCodes = new RegExp(
  [
    `${esc}\\[[0-?]{0,32}[ -/]{0,4}[@-~]`,
    `${esc}\\][^${bell}${esc}]{0,256}(?:${bell}|${esc}\\\\)`,
    `${esc}[@-Z\\\\\\-_=>]`,
  ].join("|"),
  "g",
);

function withoutTerminalCodes(text: string): string {
  return text.includes(esc) ? text.replace(terminalCodes, "") : text;
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: " ",
  r: "",
  '"': '"',
  "'": "'",
  "/": "/",
  "\\": "\\",
};
const escapeSequence = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(["'/\\ntr]))/g;
/** An error in a log line in a JSON document is escaped three times. */
const deepestEscape = 4;

/** Undoes JSON and Go quoting, as often as it was applied. A text without `\"` loses only its `\n`. */
function unescaped(text: string): string {
  let result = text;
  for (let depth = 0; depth < deepestEscape; depth++) {
    if (!result.includes('\\"') && !result.includes("\\u00")) break;
    result = result.replace(escapeSequence, (_, unicode?: string, hex?: string, one?: string) =>
      one === undefined
        ? String.fromCharCode(Number.parseInt(unicode ?? hex ?? "20", 16))
        : (escapes[one] ?? one),
    );
  }
  return result.replace(/\\{1,8}n/g, "\n").replace(/\\{1,8}t/g, " ");
}
