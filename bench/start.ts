// How long `pulldoctor --version` takes against an empty Node program, and how large the packed
// package is. Run with `npm run bench start`; needs `npm run build`.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../test/tree.js";
import { measure, median } from "./measuring/measured.js";

const runs = 15;
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const program = join(root, "bin/pulldoctor.js");

const ours: number[] = [];
const bare: number[] = [];
// By turns, so that a busy moment of the machine meets both.
for (let run = 0; run < runs; run += 1) {
  bare.push((await measure(process.execPath, ["-e", "0"], process.env)).seconds);
  ours.push((await measure(process.execPath, [program, "--version"], process.env)).seconds);
}
const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
console.log(`Node ${process.version}, median of ${runs}`);
console.log(`  node -e 0              ${ms(median(bare))}`);
console.log(`  pulldoctor --version   ${ms(median(ours))}`);
console.log(`  ratio                  ${(median(ours) / median(bare)).toFixed(2)} (aim at most 1.5)`);

execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
const megabytes = statSync(join(folder, tarball)).size / 1e6;
console.log(`  packed package         ${megabytes.toFixed(2)} MB (limit 2 MB)`);
