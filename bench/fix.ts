// From `fix --yes` to the first new pull attempt, against kubectl with the same patch; and `fix --all` on many findings: time,
// calls for each object, and the most that went in one second. The cluster is simulated and shares this process.

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openGate } from "../test/fix/gate.js";
import { cannotPull, type MendingWorld, mendingWorld } from "../test/fix/world.js";
import { unpackKubectl } from "../test/kubectl.js";

const findings = Number(process.argv[2] ?? 500);
const runs = 5;
const host = "registry.acme.example";
const run = promisify(execFile);

await firstPull();
await all();

async function firstPull(): Promise<void> {
  const kubectl = unpackKubectl(35);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let at = 0; at < runs; at += 1) {
    ours.push(
      await untilPull(({ run: cli }) => cli(["fix", "deploy/app", "-n", "shop", "--yes", "--skip-verify"])),
    );
    const set = ["-n", "shop", "set", "image", "deployment/app", `app=${host}/shop/cart:v2.4.1`];
    theirs.push(
      await untilPull(({ env }) => run(kubectl, set, { env: { ...env, HTTPS_PROXY: "", HTTP_PROXY: "" } })),
    );
  }
  const [mine, other] = [median(ours), median(theirs)];
  console.log(
    `to the first new pull: fix ${mine.toFixed(0)} ms, kubectl ${other.toFixed(0)} ms, difference ${(mine - other).toFixed(0)} ms (median of ${runs}; fix diagnoses, asks the registry and rehearses in it; the start of its process is not in it, that of kubectl is)`,
  );
}

/** Real milliseconds from the start of `change` to a pull of the right tag. */
async function untilPull(change: (cluster: MendingWorld) => Promise<unknown>): Promise<number> {
  const cluster = await mendingWorld({
    registries: { [host]: { repositories: { "shop/cart": ["v2.4.1"] } } },
    workloads: { "shop/app": { image: `${host}/shop/cart:v2.4.l` } },
  });
  await cluster.until("a pull fails", cannotPull(cluster));
  const began = performance.now();
  const changed = change(cluster);
  await cluster.until("it pulls", () =>
    cluster.world.store
      .list("events", { namespace: "shop" })
      .some(({ reason, message }) => reason === "Pulling" && String(message).includes("v2.4.1")),
  );
  const took = performance.now() - began;
  await changed;
  await cluster.close();
  return took;
}

async function all(): Promise<void> {
  const names = Array.from({ length: findings }, (_, at) => `team-${at}`);
  const cluster = await mendingWorld(
    {
      nodes: Array.from({ length: Math.ceil(findings / 80) }, (_, at) => ({ name: `node-${at}` })),
      registries: {
        [host]: {
          dialect: "harbor",
          accounts: { robot: "today" },
          repositories: { "shop/paid": { private: true, tags: ["v1"] } },
        },
      },
      secrets: Object.fromEntries(
        names.map((name) => [`${name}/harbor`, { [host]: { username: "robot", password: "yesterday" } }]),
      ),
      workloads: Object.fromEntries(
        names.map((name) => [`${name}/app`, { image: `${host}/shop/paid:v1`, secrets: ["harbor"] }]),
      ),
    },
    2,
  );
  mkdirSync(join(cluster.folder, ".docker"));
  const auth = Buffer.from("robot:today").toString("base64");
  writeFileSync(
    join(cluster.folder, ".docker", "config.json"),
    JSON.stringify({ auths: { [host]: { auth } } }),
  );
  const gate = await openGate(cluster.world.kubeconfig);
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  await cluster.until("all of them fail", () => failing(cluster) >= findings, 240_000);
  // The kubelets' own limits of pulls have to be over, or they are what some pods tell of.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  const times: number[] = [];
  gate.onAsked = () => times.push(performance.now());
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { out } = await cluster.run(["fix", "-A", "--all", "--yes", "--probe=off"]);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const perObject = gate.asked.filter(
    (line) => /\/secrets(\/|\?)/.test(line) && !line.startsWith("GET /api/v1/secrets"),
  );
  console.log(out.split("\n").slice(-3).join(" "));
  console.log(
    `fix --all: ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor time, the cluster's included), ${gate.asked.length} requests, ${(perObject.length / findings).toFixed(2)} for each Secret, at most ${busiest(times)} in one second`,
  );
  await gate.close();
  await cluster.close();
}

function failing({ world }: MendingWorld): number {
  const pods = world.store.list("pods");
  return pods.filter(({ status }) => /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(status ?? {})))
    .length;
}

function busiest(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [at, time] of times.entries()) {
    while ((times[first] ?? 0) < time - 1000) first += 1;
    most = Math.max(most, at - first + 1);
  }
  return most;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
