// Looks into the bytes of a JSON object without parsing it. Quotes inside of JSON strings are
// escaped, so a key with its quotes is found only where it is a key, at whatever depth.

/** A key to look for, made once. */
export const keyBytes = (name: string): Buffer => Buffer.from(`"${name}":`);

const quote = 0x22;
const openBrace = 0x7b;
const letterF = 0x66;

/** Whether a value of this key is an object. */
export function hasObject(bytes: Buffer, key: Buffer): boolean {
  for (let at = after(bytes, key, 0); at !== -1; at = after(bytes, key, at))
    if (bytes[at] === openBrace) return true;
  return false;
}

/** Whether a value of this key is `false`. */
export function hasFalse(bytes: Buffer, key: Buffer): boolean {
  for (let at = after(bytes, key, 0); at !== -1; at = after(bytes, key, at))
    if (bytes[at] === letterF) return true;
  return false;
}

/** The strings that this key has as values, in order; raw, as they stand between their quotes. */
export function* textsOf(bytes: Buffer, key: Buffer): Generator<string, undefined> {
  for (let at = after(bytes, key, 0); at !== -1; at = after(bytes, key, at)) {
    const found = textAt(bytes, at);
    if (found !== undefined) yield found;
  }
}

/** The last of them. */
export function lastText(bytes: Buffer, key: Buffer): string | undefined {
  const at = bytes.lastIndexOf(key);
  return at === -1 ? undefined : textAt(bytes, pastBlanks(bytes, at + key.length));
}

function textAt(bytes: Buffer, at: number): string | undefined {
  if (bytes[at] !== quote) return undefined;
  const end = bytes.indexOf(quote, at + 1);
  return end === -1 ? undefined : bytes.toString("latin1", at + 1, end);
}

/** Where the next value of this key begins; -1 when there is none. */
function after(bytes: Buffer, key: Buffer, from: number): number {
  const at = bytes.indexOf(key, from);
  return at === -1 ? -1 : pastBlanks(bytes, at + key.length);
}

function pastBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}
