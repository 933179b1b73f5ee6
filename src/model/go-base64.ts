// Base64 as Go's encoding/base64 decodes it: line ends are passed over, everything else counts,
// and the error names the byte.

export type GoDecoded =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly why: string };

/** StdEncoding with `padding`, RawStdEncoding without. The error holds a number and no text. */
export function decodeGoBase64(text: string, padding: "padded" | "unpadded"): GoDecoded {
  const source = Buffer.from(text, "utf8");
  const wrong = firstWrong(source, padding);
  if (wrong !== undefined) return { ok: false, why: `illegal base64 data at input byte ${wrong}` };
  return { ok: true, bytes: Buffer.from(source.toString("latin1"), "base64") };
}

/** Where Go stops; `undefined` when the text is right. */
function firstWrong(source: Uint8Array, padding: "padded" | "unpadded"): number | undefined {
  let filled = 0; // characters of the group of four at hand
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    if (isLineEnd(byte)) continue;
    if (isAlphabet(byte)) {
      filled = (filled + 1) % 4;
      continue;
    }
    if (byte !== equals || padding === "unpadded" || filled < 2) return at;
    return wrongAfterPadding(source, at + 1, filled);
  }
  if (filled === 0 || (padding === "unpadded" && filled > 1)) return undefined;
  return source.length - filled;
}

/** After the first `=`: one more where the group had two characters, then nothing. */
function wrongAfterPadding(source: Uint8Array, from: number, filled: number): number | undefined {
  let at = passLineEnds(source, from);
  if (filled === 2) {
    if (at === source.length) return at;
    if (source[at] !== equals) return at - 1;
    at = passLineEnds(source, at + 1);
  }
  return at < source.length ? at : undefined;
}

function passLineEnds(source: Uint8Array, from: number): number {
  let at = from;
  while (at < source.length && isLineEnd(source[at] ?? 0)) at++;
  return at;
}

const equals = "=".charCodeAt(0);
const isLineEnd = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
const isAlphabet = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) ||
  (byte >= 97 && byte <= 122) ||
  (byte >= 48 && byte <= 57) ||
  byte === 43 ||
  byte === 47;
