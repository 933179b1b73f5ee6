// The body of an answer: gzip undone, counted, and ended when it grows beyond reason.

import { PassThrough, pipeline, type Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { ToolError } from "../model/errors.js";

const bodyLimit = 1024 * 1024 * 1024;
/** Four times zlib's own: a list of pods unpacks to megabytes, and each chunk costs a turn. */
const chunkBytes = 64 * 1024;

export interface BodyOptions {
  readonly isGzip: boolean;
  /** Called with the size of each piece as it came over the wire. */
  readonly count: (bytes: number) => void;
  /** Turns a broken connection into a ToolError. */
  readonly explain: (error: unknown) => unknown;
  /** Decoded bytes; default 1 GiB. */
  readonly limit?: number;
}

/** Leaving the loop early ends the connection. */
export async function* readBody(raw: Readable, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const decoded = options.isGzip ? gunzip(raw, options.count) : raw;
  const limit = options.limit ?? bodyLimit;
  let size = 0;
  try {
    for await (const piece of decoded) {
      const chunk: Uint8Array = piece;
      if (!options.isGzip) options.count(chunk.length);
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      yield chunk;
    }
    // undici frees the connection a moment after the body ends; asked at once, it would open another.
    await nextTurn();
  } catch (error) {
    throw options.explain(error);
  } finally {
    raw.destroy();
  }
}

function gunzip(raw: Readable, count: (bytes: number) => void): Readable {
  const counted = new PassThrough();
  counted.on("data", (chunk: Buffer) => count(chunk.length));
  // Errors of any part end the last one, where they are read.
  return pipeline(raw, counted, createGunzip({ chunkSize: chunkBytes }), () => {});
}

function tooLarge(limit: number): ToolError {
  return new ToolError("cluster-answer-too-large", {
    what: "the API server sent more than can be read",
    why: `one answer went beyond ${limit / (1024 * 1024)} MiB`,
    do: "ask for one namespace with -n, or for fewer pods with -l",
  });
}

/** At most `limit` bytes as text: for answers that are known to be small. */
export async function readText(body: AsyncIterable<Uint8Array>, limit = 1024 * 1024): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    parts.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit).toString("utf8");
}
