// Archives as streams: each entry is read where it comes and nothing is written to disk, so names
// that point out of the archive are names and nothing more. Bombs are stopped by what they unpack to.

import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Source } from "./sources.js";

export const archiveLimits = {
  /** Of one input, unpacked. */
  maxBytes: 4 * 2 ** 30,
  /** Unpacked bytes for each packed one, once `ratioFromBytes` came out; text packs 5 to 40 times. */
  maxRatio: 200,
  ratioFromBytes: 64 << 20,
};

/** Why an archive was not read to its end. */
export class ArchiveTrouble extends Error {}

/** What comes out of gzip. Throws ArchiveTrouble on damage and on bombs. */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  limits = archiveLimits,
): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      packedBytes += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted(), { objectMode: false });
  const unpacked = source.pipe(createGunzip({ chunkSize: 1 << 16 }));
  source.on("error", (cause) => unpacked.destroy(cause));
  try {
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) {
        throw new ArchiveTrouble(`unpacks to more than ${limits.maxBytes / 2 ** 30} GB`);
      }
      if (bytes > limits.ratioFromBytes && bytes > packedBytes * limits.maxRatio) {
        throw new ArchiveTrouble(
          `unpacks to more than ${limits.maxRatio} times its size, as a gzip bomb does`,
        );
      }
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof ArchiveTrouble || !isZlibError(cause)) throw cause;
    const words =
      cause.code === "Z_BUF_ERROR"
        ? "ends in the middle: it was cut or is still being written"
        : "is damaged: gzip cannot be unpacked";
    throw new ArchiveTrouble(words, { cause });
  } finally {
    unpacked.destroy();
    source.destroy();
  }
}

const isZlibError = (cause: unknown): cause is Error & { code: string } =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("Z_");

/** The files of a tar stream, to be read one after the other. */
export async function* tarEntries(bytes: AsyncIterable<Uint8Array>, archive: string): AsyncGenerator<Source> {
  const source = Readable.from(bytes, { objectMode: false });
  const entries = extract();
  source.on("error", (cause) => entries.destroy(cause));
  source.pipe(entries);
  try {
    for await (const entry of entries) {
      const { name, type, mtime } = entry.header;
      if (type !== "file" && type !== "contiguous-file") {
        entry.resume();
        continue;
      }
      const path = name.replace(/^(\.?\/)+/, "");
      const slash = path.lastIndexOf("/");
      yield {
        name: `${archive}: ${path}`,
        base: path.slice(slash + 1),
        folder: slash === -1 ? `${archive}:` : `${archive}: ${path.slice(0, slash)}`,
        isNamed: false,
        ...(mtime && mtime.getTime() > 0 ? { writtenAt: mtime } : {}),
        bytes: () => inWords(entry as AsyncIterable<Uint8Array>),
      };
      entry.resume();
    }
  } catch (cause) {
    throw tarTrouble(cause);
  } finally {
    entries.destroy();
    source.destroy();
  }
}

/** A cut shows in the entry at hand before it shows in the archive. */
async function* inWords(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* entry;
  } catch (cause) {
    throw tarTrouble(cause);
  }
}

/** What tar-stream throws, in our words; anything else as it is. */
function tarTrouble(cause: unknown): unknown {
  if (cause instanceof ArchiveTrouble || !(cause instanceof Error)) return cause;
  if (/unexpected end/i.test(cause.message)) {
    return new ArchiveTrouble("ends in the middle: the archive was cut", { cause });
  }
  if (/tar header|checksum/i.test(cause.message)) {
    return new ArchiveTrouble("is damaged: a tar header cannot be read", { cause });
  }
  return cause;
}
