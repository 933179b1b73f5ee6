// Packs the answers of the real Go code for the tests: `npx tsx test/oracle/pack.ts FOLDER`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: tsx test/oracle/pack.ts FOLDER");

for (const name of ["references.jsonl", "keyring.jsonl", "more-references.jsonl", "secrets.jsonl"]) {
  const path = join(folder, name);
  if (!existsSync(path)) continue;
  const text = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(new URL(`${name}.br`, import.meta.url), brotliCompressSync(text, { params }));
}
