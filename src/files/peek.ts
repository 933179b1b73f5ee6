// A look at the first bytes of a stream that is then read from its beginning all the same.

import { encodingOf, textOf } from "./lines.js";

export interface Peeked {
  readonly start: Uint8Array;
  /** The whole stream, `start` included. To be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export async function peek(stream: AsyncIterable<Uint8Array>, count: number): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    length += next.value.length;
  }
  const start = Buffer.concat(held);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      if (start.length > 0) yield start;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { start: start.subarray(0, count), bytes: bytes() };
}

/** UTF-8 without a byte order mark, from UTF-8 or UTF-16. */
export async function* asUtf8(
  start: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const isMarked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  if (encodingOf(start) === "utf-8" && !isMarked) {
    yield* bytes;
    return;
  }
  for await (const text of textOf(bytes)) yield Buffer.from(text);
}
