// How long `pulldoctor cluster up` takes from process start to ready, and how much memory it then has: the
// 54-workload world, the built program, five runs each begun afresh. `npm run build` first.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = join(dirname(fileURLToPath(import.meta.url)), "..", "bin", "pulldoctor.js");
const runs = 5;
const settleMs = 5000;

interface Run {
  readonly readyMs: number;
  /** Processor time until ready: what a machine that does nothing else needs at least. */
  readonly cpuMs: number;
  /** At ready, and after the pulls of the first seconds. */
  readonly megabytes: readonly [number, number];
}

async function once(): Promise<Run> {
  const state = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
  const began = performance.now();
  const child = spawn(process.execPath, [program, "cluster", "up", "--fresh"], {
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes("is up")) resolve();
    });
    void ended.then(() => reject(new Error(`it did not start:\n${said}`)));
  });
  const readyMs = performance.now() - began;
  const cpuMs = cpuOf(child.pid ?? 0);
  const first = memoryOf(child.pid ?? 0);
  await wait(settleMs);
  const run: Run = { readyMs, cpuMs, megabytes: [first, memoryOf(child.pid ?? 0)] };
  child.kill("SIGINT");
  await ended;
  rmSync(state, { recursive: true, force: true });
  return run;
}

/** Resident memory by /proc, which only Linux has; 0 elsewhere. */
function memoryOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return 0;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(path, "utf8"))?.[1] ?? 0) / 1024;
}

/** User and system time by /proc, in hundredths of a second as Linux counts them; 0 elsewhere. */
function cpuOf(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const [user = 0, system = 0] =
    readFileSync(path, "utf8").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
  return (user + system) * 10;
}

const results: Run[] = [];
for (let run = 0; run < runs; run++) results.push(await once());
const ready = results.map(({ readyMs }) => readyMs).sort((a, b) => a - b);
const cpu = results.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
console.log(
  `ready after ${ready.map((ms) => ms.toFixed(0)).join(", ")} ms; median ${ready[Math.floor(runs / 2)]?.toFixed(0)} ms (budget 1000)`,
);
console.log(`processor time until ready: ${cpu.join(", ")} ms`);
for (const [index, when] of ["at ready", `${settleMs / 1000} s later`].entries()) {
  const most = Math.max(...results.map(({ megabytes }) => megabytes[index] ?? 0));
  console.log(`memory ${when}: ${most.toFixed(0)} MB at most (budget 150)`);
}
