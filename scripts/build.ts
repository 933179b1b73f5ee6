// Bundles the program and the library into dist/, with everything they need, split so that each
// command loads only its own part; then writes the declarations of the library's face.

import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pruneTypes } from "./prune-types.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isQuick = process.argv.includes("--quick");

rmSync(join(root, "dist"), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: { main: "src/cli/main.ts", index: "src/index.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  keepNames: true,
  legalComments: "none",
  sourcemap: false,
  chunkNames: "parts/[name]-[hash]",
  // CommonJS dependencies ask for Node's own modules through `require`.
  banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  logLevel: "warning",
});

// The worlds that come with the program stand beside its parts.
cpSync(join(root, "src/sim/world/worlds"), join(root, "dist/worlds"), { recursive: true });

if (!isQuick) {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.types.json"], { cwd: root, stdio: "inherit" });
  pruneTypes(join(root, "dist/types"), "index.d.ts");
}
