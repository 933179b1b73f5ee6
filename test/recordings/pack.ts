// Packs a folder of recordings for the tests: `npx tsx test/recordings/pack.ts FOLDER`.

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { pack } from "tar-stream";
import { parse } from "yaml";
import type { Answer } from "./load.js";

const answerFiles = new Set(["case.yaml", "actions.jsonl", "registry-requests.jsonl"]);

async function main(source: string): Promise<void> {
  const answers: Record<string, Answer> = {};
  const tar = pack();
  const cases = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory());
  for (const id of cases.sort()) {
    const { cause, outcome, alsoPlausible, results } = parse(
      readFileSync(join(source, id, "case.yaml"), "utf8"),
    );
    answers[id] = { cause, outcome, alsoPlausible, results };
    for (const file of readdirSync(join(source, id)).sort()) {
      if (answerFiles.has(file)) continue;
      const header = { name: `${id}/${file}`, mtime: new Date("2026-11-21T21:00:00Z"), uid: 0, gid: 0 };
      tar.entry(header, readFileSync(join(source, id, file)));
    }
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const here = new URL("./", import.meta.url);
  writeFileSync(new URL("recordings.tar.br", here), brotliCompressSync(Buffer.concat(chunks), { params }));
  writeFileSync(new URL("answers.json", here), `${JSON.stringify(answers, undefined, 1)}\n`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: tsx test/recordings/pack.ts FOLDER");
await main(folder);
