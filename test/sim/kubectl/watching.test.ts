import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { kubeconfigOf } from "../../../src/sim/api/http/kubeconfig.js";
import { unpackKubectl } from "../../kubectl.js";
import { type Cluster, openCluster } from "./cluster.js";

let cluster: Cluster;
let kubectl = "";
let folder = "";
beforeAll(async () => {
  kubectl = unpackKubectl(35);
  cluster = await openCluster(kubectl, "v1.35.2");
  folder = mkdtempSync(join(tmpdir(), "pulldoctor-kubectl-test-"));
  const admin = await cluster.server.credentials();
  const config = kubeconfigOf(cluster.server, admin, { name: "w", user: "admin", namespace: "shop" });
  writeFileSync(join(folder, "config"), stringify(config));
});
afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A command that keeps running, and the lines that it prints, as they come. */
function start(...args: readonly string[]) {
  const child = spawn(kubectl, args, {
    env: { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, "config") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  let look = (): void => {};
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    look();
  });
  const closed = new Promise((resolve) => child.once("close", resolve));
  const lines = (): string[] => text.split("\n").slice(0, -1);
  return {
    lines,
    until: (count: number) =>
      new Promise<string[]>((resolve) => {
        look = () => {
          if (lines().length >= count) resolve(lines());
        };
        look();
      }),
    async stop() {
      child.kill();
      await closed;
    },
  };
}

const pod = (name: string) => ({
  metadata: { name, namespace: "shop" },
  spec: { containers: [{ name: "app", image: "registry.acme.example/nope:1" }] },
});

test("get -w prints a line for each change, and joins what was there", async () => {
  cluster.store.create("pods", pod("first"));
  const watching = start("get", "pods", "-w");
  expect(await watching.until(2)).toEqual([
    "NAME    READY   STATUS             RESTARTS   AGE",
    "first   0/1     ImagePullBackOff   0          0s",
  ]);
  cluster.store.create("pods", pod("later"));
  const lines = await watching.until(5);
  expect(lines.slice(2)).toEqual([
    "later   0/1     Pending            0          0s",
    "later   0/1     Pending            0          0s",
    "later   0/1     ImagePullBackOff   0          0s",
  ]);
  await watching.stop();
});

test("get -w -o json and --watch-only see the same events", async () => {
  const watching = start("get", "cm", "--watch-only", "-o", "jsonpath={.metadata.name}:{.data.a}{'\\n'}");
  const config = (a: string) => ({ metadata: { name: "settings", namespace: "shop" }, data: { a } });
  await ready(watching, () => {
    cluster.store.create("configmaps", {
      metadata: { generateName: "probe-", namespace: "shop" },
      data: { a: "x" },
    });
  });
  cluster.store.create("configmaps", config("1"));
  cluster.store.update("configmaps", config("2"));
  cluster.store.delete("configmaps", "shop", "settings");
  await expect
    .poll(() => watching.lines().filter((line) => line.startsWith("settings")))
    .toEqual(["settings:1", "settings:2", "settings:2"]);
  await watching.stop();
});

/** Nothing tells that a watch has begun but an event: pokes until one has come through. */
async function ready(watching: ReturnType<typeof start>, poke: () => void): Promise<void> {
  await expect
    .poll(
      () => {
        poke();
        return watching.lines().length;
      },
      { interval: 100 },
    )
    .toBeGreaterThan(0);
}

test("logs -f shows lines as the world's clock brings them", async () => {
  cluster.store.create("pods", {
    metadata: { name: "talk", namespace: "shop" },
    spec: {
      restartPolicy: "Never",
      containers: [{ name: "app", image: "busybox", command: ["sh", "-c", "echo one; sleep 60; echo two"] }],
    },
  });
  const logs = start("logs", "-f", "talk");
  expect(await logs.until(1)).toEqual(["one"]);
  await cluster.clock.advance(60_000);
  expect(await logs.until(2)).toEqual(["one", "two"]);
  await logs.stop();
});
