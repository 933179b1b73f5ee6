// Writes the pages that come from the units: docs/causes/ and docs/commands/. With --check it
// changes nothing and fails when a written page differs from its unit.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pages } from "./pages.js";
import { root } from "./steps.js";

const isCheck = process.argv.includes("--check");
const folders = ["docs/causes", "docs/commands"];

const wanted = await pages();
const stale = [...wanted].filter(([path, text]) => read(path) !== text).map(([path]) => path);
const orphans = folders.flatMap(filesIn).filter((path) => !wanted.has(path));

if (isCheck) {
  for (const path of stale) console.error(`${path} is not what its unit says`);
  for (const path of orphans) console.error(`${path} belongs to no unit`);
  if (stale.length + orphans.length > 0) {
    console.error("run: npm run docs");
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), wanted.get(path) ?? "");
  }
  for (const path of orphans) rmSync(join(root, path));
  console.error(`${wanted.size} pages: ${stale.length} written, ${orphans.length} removed`);
}

function read(path: string): string | undefined {
  const full = join(root, path);
  return existsSync(full) ? readFileSync(full, "utf8") : undefined;
}

function filesIn(folder: string): readonly string[] {
  const full = join(root, folder);
  return existsSync(full) ? readdirSync(full).map((name) => `${folder}/${name}`) : [];
}
