// Lines on a screen: wrapping by display width, text with its right-hand end, shortened quotes.
// Commands are never wrapped; they do not come through here.

import stringWidth from "string-width";

export { stringWidth as widthOf };

const wide = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts to `columns` display columns; what was cut is marked. */
export function shorten(text: string, columns: number, mark: string): string {
  if (stringWidth(text) <= columns) return text;
  const room = Math.max(0, columns - stringWidth(mark));
  return takeColumns(text, room) + mark;
}

/** In UTF-16 units, with all that is joined to it. */
const longestCharacter = 16;

/** As many whole characters as fit into `columns`. */
function takeColumns(text: string, columns: number): string {
  let taken = "";
  let used = 0;
  // Only what can be seen is measured: a message may be a single word of megabytes.
  for (const { segment } of wide.segment(text.slice(0, columns * longestCharacter))) {
    const width = stringWidth(segment);
    if (used + width > columns) break;
    taken += segment;
    used += width;
  }
  return taken;
}

/**
 * Breaks at spaces so that no line is wider than `columns`. A word that is too long for a line
 * stands on a line of its own, whole: image names and addresses are copied from here.
 */
export function wrap(text: string, columns: number): readonly string[] {
  return fill(
    text.split(" ").filter((part) => part !== ""),
    " ",
    columns,
  );
}

/** As `wrap`, and never breaks what stands between backticks: a command is copied whole. */
export function wrapAroundCommands(text: string, columns: number): readonly string[] {
  return fill(text.match(/(?:`[^`]*`|[^\s`]|`)+/g) ?? [], " ", columns);
}

/** Sets as many of the words on each line as fit, with `gap` between them. */
export function fill(words: readonly string[], gap: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : line + gap + word;
    if (line === "" || stringWidth(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Wraps foreign text, breaking words too: it is read, not copied. At most `limit` lines. */
export function fold(text: string, columns: number, limit: number, mark: string): readonly string[] {
  const words = text.split(" ").filter((part) => part !== "");
  // Only its last piece shares a line with the word after it.
  const lines = fill(
    words.flatMap((word) => pieces(word, columns)),
    " ",
    columns,
  );
  if (lines.length <= limit) return lines;
  return shortenMiddle(lines, columns, limit, mark);
}

/** A word that is too long for a line, cut to lines. */
function pieces(word: string, columns: number): readonly string[] {
  const cut: string[] = [];
  let rest = word;
  while (rest.length > columns * longestCharacter || stringWidth(rest) > columns) {
    const part = takeColumns(rest, columns);
    if (part === "") break;
    cut.push(part);
    rest = rest.slice(part.length);
  }
  return [...cut, rest];
}

/** The cause of a message stands at its end, so the end is kept and the middle is cut. */
function shortenMiddle(
  lines: readonly string[],
  columns: number,
  limit: number,
  mark: string,
): readonly string[] {
  const head = lines.slice(0, 1);
  const tail = lines.slice(lines.length - (limit - 1));
  return [...head.map((line) => shorten(`${line} ${mark}`, columns, mark)), ...tail];
}

/** `left` and `right` at both ends of a line; `right` moves to its own line when there is no room. */
export function ends(left: string, right: string, columns: number): string {
  if (right === "") return left;
  const gap = columns - stringWidth(left) - stringWidth(right);
  if (gap >= 2) return left + " ".repeat(gap) + right;
  return `${left}\n${" ".repeat(Math.max(0, columns - stringWidth(right)))}${right}`;
}

/** Pads to `columns` display columns; a longer text keeps one space after it. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(1, columns - stringWidth(text)));
}

export function indent(lines: readonly string[], by: number): readonly string[] {
  const space = " ".repeat(by);
  return lines.map((line) => (line === "" ? line : space + line));
}

/** `1 pod`, `3 pods`; irregular words bring their plural. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
