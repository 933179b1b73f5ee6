// What a file is, told from its first bytes and never from its name.

import { encodingOf } from "./lines.js";

export type Form =
  | { readonly is: "gzip" | "tar" | "json" | "yaml" | "text" | "empty" }
  | { readonly is: "binary"; readonly why: string };

/** Enough to see the header of a table or the first keys of a document. */
export const sniffBytes = 1 << 16;

const magics: readonly (readonly [string, readonly number[]])[] = [
  ["is a zip archive; unpack it, or pack it as .tar.gz", [0x50, 0x4b, 0x03, 0x04]],
  ["is compressed with zstd; unpack it first", [0x28, 0xb5, 0x2f, 0xfd]],
  ["is compressed with xz; unpack it first", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["is compressed with bzip2; unpack it first", [0x42, 0x5a, 0x68]],
];

export function sniff(start: Uint8Array): Form {
  if (start.length === 0) return { is: "empty" };
  if (start[0] === 0x1f && start[1] === 0x8b) return { is: "gzip" };
  if (latin1(start, 257, 262) === "ustar") return { is: "tar" };
  for (const [why, bytes] of magics) {
    if (bytes.every((byte, i) => start[i] === byte)) return { is: "binary", why };
  }
  if (encodingOf(start) === "utf-8" && start.includes(0)) return { is: "binary", why: "is a binary file" };
  const text = new TextDecoder(encodingOf(start)).decode(start);
  const visible = text.trimStart();
  if (visible === "") return { is: "empty" };
  if (isMostlyNoise(text)) return { is: "binary", why: "is a binary file" };
  if (/^(\{|\[\s*[\]{[])/.test(visible) && !/^\{\{/.test(visible)) return { is: "json" };
  // JSON that follows a command or the text of a ticket: the reader of JSON takes the text as well.
  if (/^(?:\[\s*)?\{\s*"(?:apiVersion|kind|items|metadata)"\s*:/m.test(text)) return { is: "json" };
  const isYaml = /^(?:- )?["']?(?:apiVersion|kind|metadata|items)["']?:(?:\s|$)/m.test(text);
  return { is: isYaml ? "yaml" : "text" };
}

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString("latin1");

/** Escapes and colours of a terminal are a few; undecodable bytes are many. */
function isMostlyNoise(text: string): boolean {
  let noise = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 27)) noise++;
  }
  return noise > text.length / 10;
}
