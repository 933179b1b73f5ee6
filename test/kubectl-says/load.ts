// Texts that real kubectl printed; README.md here says how they were made.

import { readFileSync } from "node:fs";

export type Saying = "pod" | "node" | "deploy" | "sa" | "odd" | "events" | "custom" | "cluster-info-dump";

export function kubectlSays(what: Saying, version: "1.29" | "1.35"): string {
  return readFileSync(new URL(`./${what}-${version}.txt`, import.meta.url), "utf8");
}
