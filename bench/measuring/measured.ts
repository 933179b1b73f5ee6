// Runs a program and measures it from outside: wall time and peak memory.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

export interface Measured {
  readonly seconds: number;
  /** Of all its threads: what a busy machine does not blur. 0 where the system does not tell. */
  readonly cpuSeconds: number;
  /** Peak resident memory; 0 where the system does not tell. */
  readonly peakMb: number;
  readonly code: number | null;
  readonly out: string;
}

/** What kubectl prints of many pods would be measured too, if all of it were kept. */
const keptOutput = 2_000_000;

/** The first part of its output is kept; all of it is read. */
export async function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command, [...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  let peakMb = 0;
  let cpuSeconds = 0;
  const look = (): void => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid));
  };
  const timer = setInterval(look, 10);
  child.stdout.on("data", (chunk: Buffer) => {
    if (out.length < keptOutput) out += chunk.toString("utf8");
  });
  child.stdout.once("end", look);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, peakMb, code, out };
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It has just ended, or this is no Linux.
    return 0;
  }
}

/** utime and stime of proc(5), in ticks of 10 ms. */
function cpuOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
