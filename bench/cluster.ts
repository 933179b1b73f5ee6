// `diagnose -A` against `kubectl get pods -A -o json` on the same server: time, bytes, questions,
// memory. Run with `npm run bench cluster`; needs `npm run build`. Arguments: numbers of pods.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterShape } from "../test/cluster/big.js";
import { unpackKubectl } from "../test/kubectl.js";
import { root } from "../test/tree.js";
import type { Ready, Sent } from "./measuring/cluster-server.js";
import { type Measured, measure, median } from "./measuring/measured.js";

const sizes = process.argv.slice(2).map(Number).filter(Number.isFinite);
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const env = { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8" };

for (const pods of sizes.length === 0 ? [20_000, 100_000] : sizes) await benchOf(pods);

async function benchOf(pods: number): Promise<void> {
  const shape: ClusterShape = { pods, failing: 500, reasons: 40, isFull: true };
  const server = fork(join(root, "bench/measuring/cluster-server.ts"), [JSON.stringify(shape)], {
    execArgv: ["--import", "tsx"],
  });
  try {
    const [ready] = (await once(server, "message")) as [Ready];
    const config = writeConfig(ready.port);
    const program = join(root, "bin/pulldoctor.js");
    console.log(
      `${pods} pods of ${ready.bytesPerPod} bytes, 500 fail for 40 reasons; Node ${process.version}`,
    );
    const read = [program, "diagnose", "-A", "--probe=off", "-o", "json", "--kubeconfig", config];
    const ours = await series(server, "pulldoctor diagnose -A", process.execPath, read, 3);
    console.log(`  findings ${countIn(ours.out)}, exit code ${ours.code}`);
    if (pods > 20_000) return;
    const kubectl = unpackKubectl(35);
    const list = ["get", "pods", "-A", "-o", "json", "--kubeconfig", config];
    // Fills its cache of what the server offers.
    await measure(kubectl, ["get", "pods", "-n", "none", "--kubeconfig", config], env);
    const theirs = await series(server, "kubectl get pods -A -o json", kubectl, list, 1);
    const ratio = (ours.seconds / theirs.seconds).toFixed(2);
    const cpuRatio = (ours.cpuSeconds / theirs.cpuSeconds).toFixed(2);
    console.log(`  ratio to kubectl: ${ratio} of its time (aim below 0.25), ${cpuRatio} of its CPU time`);
  } finally {
    server.disconnect();
  }
}

/** The median of several runs. */
async function series(
  server: ChildProcess,
  title: string,
  command: string,
  args: readonly string[],
  runs: number,
): Promise<Measured> {
  await sentBy(server);
  const all: Measured[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await measure(command, args, env));
  const { requests, bytes } = await sentBy(server);
  const seconds = median(all.map((one) => one.seconds));
  const cpuSeconds = median(all.map((one) => one.cpuSeconds));
  const peakMb = Math.max(...all.map((one) => one.peakMb));
  console.log(
    `  ${title.padEnd(28)} ${seconds.toFixed(2)} s  ${cpuSeconds.toFixed(2)} s CPU  ${Math.round(peakMb)} MB peak  ${requests / runs} requests  ${(bytes / runs / 1e6).toFixed(1)} MB received`,
  );
  const last = all.at(-1);
  if (last === undefined) throw new Error("nothing was run");
  return { ...last, seconds, cpuSeconds, peakMb };
}

async function sentBy(server: ChildProcess): Promise<Sent> {
  server.send("sent");
  const [sent] = (await once(server, "message")) as [Sent];
  return sent;
}

function countIn(json: string): number {
  return (json.match(/"verdict":/g) ?? []).length;
}

function writeConfig(port: number): string {
  const path = join(folder, `config-${port}`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "bench",
    clusters: [{ name: "bench", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "bench", user: {} }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
