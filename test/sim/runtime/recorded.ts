// The exact texts of real runtimes for some fifty behaviours of registries and networks, packed:
// `npx tsx test/sim/runtime/recorded.ts FILE` packs them from runtime-errors.jsonl.

import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

export interface Recorded {
  readonly behaviour: string;
  readonly image: string;
  readonly credentials: "none" | "given";
  /** `containerd-1.7.24`, `podman-4.3.1`, `skopeo-1.18.0`. */
  readonly runtime: string;
  /** gRPC code; command lines have none. */
  readonly codeName?: string;
  /** The runtime's text; "" where the pull worked. */
  readonly text: string;
}

const packed = new URL("runtime-errors.json.br", import.meta.url);

export function recorded(): Recorded[] {
  return JSON.parse(brotliDecompressSync(readFileSync(packed)).toString("utf8"));
}

const [, script, file] = process.argv;
if (file !== undefined && script?.endsWith("recorded.ts") === true) {
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ behaviour, image, credentials, runtime, codeName, exit, message, error }) => ({
      behaviour,
      image,
      credentials: credentials === "none" ? "none" : "given",
      runtime,
      codeName,
      text: error ?? (codeName === undefined && exit === 0 ? "" : message),
    }));
  writeFileSync(packed, brotliCompressSync(Buffer.from(JSON.stringify(rows))));
}
