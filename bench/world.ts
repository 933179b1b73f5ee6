// `kubectl get pods -A` against a simulated cluster of 5,000 pods on 500 nodes, and against a server that
// sends the same bytes from files. Run with `npm run bench world`. Arguments: numbers of pods.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackKubectl } from "../test/kubectl.js";
import { root } from "../test/tree.js";
import { measure, median } from "./measuring/measured.js";
import type { WorldReady } from "./measuring/world-server.js";

const sizes = process.argv.slice(2).map(Number).filter(Number.isFinite);
const runs = 7;
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

for (const pods of sizes.length === 0 ? [5000] : sizes) await benchOf(pods);

async function benchOf(pods: number): Promise<void> {
  const server = fork(join(root, "bench/measuring/world-server.ts"), [String(pods)], {
    execArgv: ["--import", "tsx"],
  });
  try {
    const [ready] = (await once(server, "message")) as [WorldReady];
    const kubectl = unpackKubectl(35);
    const takes: Record<string, number[]> = { world: [], files: [] };
    // Turn about, so that a busy machine is busy for both.
    for (let run = 0; run <= runs; run++) {
      for (const [name, config] of Object.entries(ready.kubeconfigs)) {
        const path = join(folder, name);
        writeFileSync(path, config);
        const env = { PATH: process.env.PATH, HOME: join(folder, `home-${name}`) };
        const { seconds, code, out } = await measure(
          kubectl,
          ["get", "pods", "-A", "--kubeconfig", path],
          env,
        );
        if (code !== 0 || !out.includes("pod-0")) throw new Error(`kubectl failed:\n${out.slice(0, 500)}`);
        // The first run fills caches: the client's discovery, the server's rows, the files.
        if (run > 0) takes[name]?.push(seconds);
      }
    }
    const [world, files] = [median(takes.world ?? []), median(takes.files ?? [])];
    console.log(
      `kubectl get pods -A, ${pods} pods on ${pods / 10} nodes, median of ${runs}; Node ${process.version}`,
    );
    console.log(`  simulated API server  ${world.toFixed(3)} s`);
    console.log(`  same bytes from files ${files.toFixed(3)} s`);
    console.log(`  ratio ${(world / files).toFixed(2)} (aim below 2)`);
  } finally {
    server.disconnect();
  }
}
