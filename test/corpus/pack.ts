// Packs the corpus and the runtime texts for the tests: `npx tsx test/corpus/pack.ts <folder of the reference material>`.
// Only the fields that a test compares are kept.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const from = process.argv[2] ?? "shared";

function pack(source: string, target: string, keep: readonly string[]): void {
  const lines = readFileSync(join(from, source), "utf8").trim().split("\n");
  const kept = lines.map((line) => {
    const row: Record<string, unknown> = JSON.parse(line);
    return JSON.stringify(
      Object.fromEntries(keep.flatMap((key) => (row[key] == null ? [] : [[key, row[key]]]))),
    );
  });
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  writeFileSync(join(import.meta.dirname, target), brotliCompressSync(`${kept.join("\n")}\n`, { params }));
}

pack("corpus/messages.jsonl", "messages.jsonl.br", [
  "id",
  "message",
  "waitingReason",
  "image",
  "cause",
  "also",
  "trueCause",
]);
pack("recordings/runtime-errors.jsonl", "runtime-errors.jsonl.br", [
  "behaviour",
  "runtime",
  "cause",
  "credentials",
  "message",
]);
