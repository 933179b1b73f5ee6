// The recordings of a real cluster, packed into one file: their cluster-side files alone. The
// answers lie beside them and are never unpacked with them.

import { readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { brotliDecompressSync } from "node:zlib";
import { extract } from "tar-stream";

/** What a recording must be found to be. `results` is a matrix's, by pod. */
export interface Answer {
  readonly cause: string;
  readonly outcome?: string;
  readonly alsoPlausible?: string[];
  readonly results?: Record<string, string>;
}

export interface RecordedCase {
  readonly id: string;
  readonly answer: Answer;
  /** The folder with the case's files, somewhere under the system's temporary folder. */
  readonly folder: () => Promise<string>;
}

const here = new URL("./", import.meta.url);

export function cases(): RecordedCase[] {
  const answers = JSON.parse(readFileSync(new URL("answers.json", here), "utf8")) as Record<string, Answer>;
  return Object.entries(answers).map(([id, answer]) => ({
    id,
    answer,
    folder: async () => join(await unpacked(), id),
  }));
}

let root: Promise<string> | undefined;

/** Unpacked once for each process, and removed when it ends. */
function unpacked(): Promise<string> {
  root ??= unpack();
  return root;
}

async function unpack(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulldoctor-recordings-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const tar = brotliDecompressSync(readFileSync(new URL("recordings.tar.br", here)));
  const entries = extract();
  Readable.from([tar], { objectMode: false }).pipe(entries);
  for await (const entry of entries) {
    const path = join(folder, entry.header.name);
    if (entry.header.type === "file") {
      await mkdir(dirname(path), { recursive: true });
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      await writeFile(path, Buffer.concat(chunks));
    }
    entry.resume();
  }
  return folder;
}
