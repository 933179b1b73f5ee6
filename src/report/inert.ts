// Foreign text made harmless for a terminal: what would move the cursor, colour, ring, reorder or
// hide is shown as a visible escape instead. Our own text goes through here too; it has none of it.

// Control characters (C0, DEL, C1), line and paragraph separators, bidi marks and overrides,
// zero-width characters, the byte order mark, tags and lone surrogates.
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": " ", "\u001b": "\\e" };

function visible(character: string): string {
  const known = named[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

/** The text on one line, with every character that could act on a terminal made visible. */
export function inert(text: string): string {
  return text.replace(unsafe, visible);
}

/** Like `inert`, but keeps the line ends of foreign text, which the caller puts behind a sign. */
export function inertLines(text: string): readonly string[] {
  return text
    .split(/\r\n|\n/)
    .map((line) => inert(line.trimEnd()))
    .filter((line) => line.trim() !== "");
}

/**
 * Escapes the same characters as `\uXXXX`, which JSON and YAML's double quotes read back as the
 * character itself: the document stays exact and cannot act on a terminal. Line ends that lay
 * out the document itself are kept.
 */
export function escapeInDocument(document: string): string {
  return document.replace(unsafe, (character) => {
    if (character === "\n") return character;
    let escaped = "";
    for (let at = 0; at < character.length; at += 1) {
      escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
    }
    return escaped;
  });
}

/** True when the text holds a character that `inert` would change. */
export function isUnsafe(text: string): boolean {
  return text.search(unsafe) !== -1;
}

/** A copy of plain data in which every string is inert; those under the key `quote` keep line ends. */
export function inertCopy<T>(value: T): T {
  return copy(value, "") as T;
}

function copy(value: unknown, key: string): unknown {
  if (typeof value === "string") return key === "quote" ? inertLines(value).join("\n") : inert(value);
  if (Array.isArray(value)) return value.map((item) => copy(item, key));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [inert(name), copy(item, name)]));
}
