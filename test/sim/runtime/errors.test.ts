// What the world's runtimes say, word for word against what real ones said about the same behaviour.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HeldClock, heldClock } from "../../../src/sim/clock.js";
import type { Network } from "../../../src/sim/network/network.js";
import { startNetwork } from "../../../src/sim/network/start.js";
import { type Registries, startRegistries } from "../../../src/sim/registry/registries.js";
import { pullImage } from "../../../src/sim/runtime/pull.js";
import type { NodePullSettings, PullOutcome, PullRequest } from "../../../src/sim/runtime/pull-types.js";
import { readWorld } from "../../../src/sim/world/read.js";
import { type Recorded, recorded } from "./recorded.js";

/** Logins by behaviour: which account, and with which password. */
const logins: Readonly<Record<string, { username: string; password: string }>> = {
  "auth-basic-wrong": { username: "deploy", password: "wrong" },
  "auth-hub-wrong": { username: "deploy", password: "wrong" },
  "auth-ghcr-wrong": { username: "deploy", password: "wrong" },
  "auth-ecr-expired": { username: "expired", password: "right" },
  "denied-ecr": { username: "AWS", password: "right" },
  "denied-bearer": { username: "deploy", password: "right" },
};

const nodes: Readonly<Record<string, NodePullSettings>> = {
  "proxy-refused": { proxy: "http://dead-proxy.acme.example:3999" },
  "proxy-407": { proxy: "http://proxy.acme.example:3128" },
  "disk-full": { diskFreeBytes: 300_000 },
};

let clock: HeldClock;
let network: Network;
let registries: Registries;

beforeAll(async () => {
  clock = heldClock(Date.parse("2026-11-21T19:40:00Z"));
  const text = readFileSync(new URL("world.yaml", import.meta.url), "utf8");
  const world = readWorld(text, "world.yaml", () => undefined);
  network = await startNetwork({ clock, nameserver: world.nameserver });
  registries = await startRegistries(world, { network, clock });
  for (const { host, change } of world.networkFaults)
    await network.change(host.split(":")[0] ?? host, change);
});

afterAll(async () => {
  await registries.close();
  await network.close();
});

async function pull(behaviour: string, image: string, runtime: PullRequest["runtime"]): Promise<PullOutcome> {
  const auth = logins[behaviour];
  const node = nodes[behaviour];
  let isDone = false;
  const outcome = pullImage({
    image,
    platform: { os: "linux", architecture: "amd64" },
    runtime,
    network,
    clock,
    ...(auth === undefined ? {} : { auth }),
    ...(node === undefined ? {} : { node }),
  }).finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(1000);
  return await outcome;
}

/** What is another every time: digests, ports, times, sizes, names of temporary things. */
function normalised(text: string): string {
  return text
    .replace(/sha256:[0-9a-f]{64}/g, "sha256:DIGEST")
    .replace(/ingest\/[0-9a-f]{64}/g, "ingest/HASH")
    .replace(/read (tcp|udp) \S+->(\S+):/g, "read $1 NODE->$2:")
    .replace(/dial tcp [\d.]+:3999/g, "dial tcp PROXY:3999")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/expected \d+ bytes but got \d+/g, "expected N bytes but got M")
    .replace(/extract-\d+-\S+/g, "extract-N-NAME")
    .replace(/\/var\/tmp\/storage\d+\/\d+/g, "/var/tmp/storageN/N");
}

const rows = recorded();

describe.each(["1.6.20", "1.7.24", "2.1.9"])("containerd %s", (version) => {
  const own = rows.filter((row) => row.runtime === `containerd-${version}`);

  test.each(own.map((row) => [row.behaviour, row] as const))("%s", async (behaviour, row: Recorded) => {
    const outcome = await pull(behaviour, row.image, { name: "containerd", version });
    const said = outcome.ok ? "" : outcome.message;
    expect(normalised(said)).toBe(normalised(row.text));
    expect(outcome.ok ? "OK" : outcome.code).toBe(row.codeName);
  });
});

/** Behaviours where the command lines differ from CRI-O, with the reason. */
const commandLineOnly: Readonly<Record<string, string>> = {
  "rate-hub-get": "podman repeats until it is killed",
  "rate-hub-head": "podman repeats until it is killed",
  "ref-uppercase": "a command line words a wrong name itself",
  "ref-empty-tag": "a command line words a wrong name itself",
};

/** The same, for `skopeo copy` to a directory: it stores no layers. */
const withoutStorage: Readonly<Record<string, string>> = {
  "e500-blob": "the configuration is read after the layers",
  "layer-corrupt": "layers are not unpacked",
  "layer-truncated": "layers are not stored in a file first",
  "not-gzip": "layers are not unpacked",
  "conn-reset": "a reset on accept meets connect or the first read, by chance",
  "ref-uppercase": commandLineOnly["ref-uppercase"] ?? "",
  "ref-empty-tag": commandLineOnly["ref-empty-tag"] ?? "",
};

describe.each([
  ["podman-4.3.1", "1.26.0", commandLineOnly],
  ["skopeo-1.18.0", "1.32.0", withoutStorage],
] as const)("%s and CRI-O %s have one library", (runtime, version, other) => {
  const own = rows.filter((row) => row.runtime === runtime && !(row.behaviour in other));

  test.each(own.map((row) => [row.behaviour, row] as const))("%s", async (behaviour, row: Recorded) => {
    const outcome = await pull(behaviour, row.image, { name: "cri-o", version });
    const said = outcome.ok ? "" : outcome.message.replace(/^RegistryUnavailable: /, "");
    // Command lines end their output with a line feed of their own.
    expect(normalised(said).trimEnd()).toBe(normalised(row.text).trimEnd());
  });
});
