// How fast a dump of 200 MB is read and in how much memory, beside `cat` and JSON.parse of the same
// file. Run with `npx tsx bench/files.ts [megabytes]`; everything is printed as a ratio as well.

import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { stringify } from "yaml";
import { readFiles } from "../src/files/read.js";

interface Figure {
  readonly seconds: number;
  readonly peakMB: number;
  readonly pods: number;
}

const now = new Date("2026-11-26T00:00:00Z");

/** A pod as the API server lists it, with the managed fields that make half of it. One in 40 fails. */
function podNumber(at: number): object {
  const name = `web-${at.toString(36)}-${(at * 7919).toString(36)}`;
  const image = `registry.example.com/team-${at % 97}/app-${at % 911}:v${at % 37}`;
  const isFailing = at % 40 === 0;
  const hash = (at * 2654435761).toString(16).padStart(16, "0").repeat(4).slice(0, 64);
  const fields = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`f:field-${n}-${at % 13}`, { "f:x": {} }]),
  );
  const status = {
    name: "app",
    image,
    imageID: isFailing ? "" : `${image.slice(0, -2)}@sha256:${hash}`,
    ready: !isFailing,
    restartCount: 0,
    state: isFailing
      ? { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } }
      : { running: { startedAt: "2026-11-25T10:00:00Z" } },
  };
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name,
      namespace: `ns-${at % 50}`,
      uid: `${hash.slice(0, 8)}-0000-4000-8000-${hash.slice(8, 20)}`,
      resourceVersion: String(1_000_000 + at),
      creationTimestamp: "2026-11-25T09:59:00Z",
      labels: { app: `app-${at % 911}`, "pod-template-hash": hash.slice(0, 10) },
      managedFields: [
        { manager: "kubelet", operation: "Update", time: "2026-11-25T10:00:00Z", fieldsV1: fields },
      ],
    },
    spec: {
      nodeName: `node-${at % 300}`,
      serviceAccountName: "default",
      containers: [
        {
          name: "app",
          image,
          env: Array.from({ length: 30 }, (_, n) => ({ name: `VARIABLE_${n}`, value: `${hash.slice(n)}` })),
        },
      ],
    },
    status: {
      phase: isFailing ? "Pending" : "Running",
      startTime: "2026-11-25T09:59:00Z",
      containerStatuses: [status],
    },
  };
}

async function writeDump(path: string, megabytes: number, form: "json" | "yaml"): Promise<void> {
  async function* parts(): AsyncGenerator<string> {
    let bytes = 0;
    yield form === "json"
      ? '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[\n'
      : "apiVersion: v1\nitems:\n";
    for (let at = 0; bytes < megabytes * 1e6; at++) {
      const text =
        form === "json"
          ? `${at === 0 ? "" : ","}${JSON.stringify(podNumber(at), null, 4)}\n`
          : stringify([podNumber(at)], { lineWidth: 0 });
      bytes += text.length;
      yield text;
    }
    yield form === "json" ? "]}\n" : "kind: PodList\nmetadata: {}\n";
  }
  await pipeline(parts, createWriteStream(path));
}

const tasks: Readonly<Record<string, (path: string) => Promise<number>>> = {
  read: async (path) => {
    const snapshot = await readFiles([path], { cwd: "/", now, readStdin: () => createReadStream(path) });
    return snapshot.pods.length;
  },
  parse: async (path) => (JSON.parse(readFileSync(path, "utf8")) as { items: unknown[] }).items.length,
  cat: async (path) => {
    for await (const _chunk of createReadStream(path, { highWaterMark: 1 << 18 }));
    return 0;
  },
};

/** One task in a process of its own, so that its peak memory is its own. */
function measured(task: string, path: string): Figure {
  const argv = ["--import", "tsx", fileURLToPath(import.meta.url), "--task", task, path];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${task} failed: ${stderr.slice(0, 500)}`);
  return JSON.parse(stdout) as Figure;
}

function show(what: string, megabytes: number, figure: Figure): void {
  const speed = (megabytes / figure.seconds).toFixed(0).padStart(5);
  const pods = figure.pods === 0 ? "" : `, ${figure.pods} pods`;
  console.log(
    `${what.padEnd(34)} ${speed} MB/s  ${figure.peakMB.toFixed(0).padStart(5)} MB at its peak${pods}`,
  );
}

async function main(): Promise<void> {
  const [flag, task = "", path = ""] = process.argv.slice(2);
  if (flag === "--task") {
    const run = tasks[task];
    if (run === undefined) throw new Error(`there is no task ${task}`);
    const start = performance.now();
    const pods = await run(path);
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ seconds, pods, peakMB: process.resourceUsage().maxRSS / 1024 }));
    return;
  }
  const megabytes = Number(flag ?? 200);
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
  try {
    const json = join(folder, "pods.json");
    await writeDump(json, megabytes, "json");
    const size = statSync(json).size / 1e6;
    console.log(`one PodList of ${size.toFixed(0)} MB`);
    const [cat, parse, read] = [measured("cat", json), measured("parse", json), measured("read", json)];
    show("read and thrown away", size, cat);
    show("readFileSync and JSON.parse", size, parse);
    show("read as evidence", size, read);
    console.log(
      `  ${(read.seconds / parse.seconds).toFixed(2)} times the time of JSON.parse, ${(read.peakMB / parse.peakMB).toFixed(2)} times its memory; ${(read.seconds / cat.seconds).toFixed(1)} times the time of reading alone`,
    );
    const packed = join(folder, "pods.json.gz");
    await pipeline(createReadStream(json), createGzip({ level: 1 }), createWriteStream(packed));
    show("the same, gzipped", size, measured("read", packed));
    const yaml = join(folder, "pods.yaml");
    const yamlMegabytes = Math.max(1, megabytes / 10);
    await writeDump(yaml, yamlMegabytes, "yaml");
    show(`${yamlMegabytes} MB of YAML`, statSync(yaml).size / 1e6, measured("read", yaml));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
