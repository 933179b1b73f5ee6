// What verify says of workloads that do not come, or that cannot come now: which of it is the pull, and which is another matter.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schemaKeeper } from "../schema-keeper.js";
import { openGate } from "./gate.js";
import { cart, registries } from "./stories/story.js";
import { type MendingWorld, mendingWorld } from "./world.js";

let cluster: MendingWorld;

const template = (name: string, more: object = {}, image = `${cart}:v2.4.1`) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "app", image }], ...more },
});
const head = (kind: string, name: string, apiVersion = "apps/v1") => ({
  apiVersion,
  kind,
  metadata: { namespace: "shop", name },
});
const controller = (kind: string, name: string, more: object = {}, pod: object = {}) => ({
  ...head(kind, name),
  spec: {
    ...(kind === "DaemonSet" ? {} : { replicas: 1 }),
    ...(kind === "StatefulSet" ? { serviceName: name } : {}),
    selector: { matchLabels: { app: name } },
    template: template(name, pod),
    ...more,
  },
});
const job = { restartPolicy: "Never" };
const ghost = { serviceAccountName: "ghost" };

beforeAll(async () => {
  cluster = await mendingWorld({
    registries,
    manifests: [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      controller("Deployment", "nowhere", {}, { nodeSelector: { disk: "none" } }),
      controller("Deployment", "unmade", {}, ghost),
      controller("StatefulSet", "unmade-set", {}, ghost),
      controller("Deployment", "asleep", { replicas: 0 }),
      controller("DaemonSet", "for-none", {}, { nodeSelector: { disk: "none" } }),
      controller("Deployment", "held"),
      controller(
        "Deployment",
        "crashing",
        {},
        { containers: [{ name: "app", image: `${cart}:v2.4.1`, command: ["false"] }] },
      ),
      controller("Deployment", "rolling"),
      controller("StatefulSet", "rolling-set"),
      {
        ...head("Job", "stopped", "batch/v1"),
        spec: { suspend: true, template: template("stopped", job) },
      },
      {
        ...head("CronJob", "nightly", "batch/v1"),
        spec: {
          schedule: "0 3 1 1 *",
          timeZone: "Europe/Berlin",
          jobTemplate: { spec: { template: template("nightly", job) } },
        },
      },
    ],
  });
  await cluster.until("the good ones run", () =>
    ["held", "rolling", "rolling-set"].every((name) => has(name, '"type":"Ready"', '"phase":"Running"')),
  );
}, 60_000);
afterAll(() => cluster.close());

const podsOf = (name: string) =>
  cluster.world.store
    .list("pods", { namespace: "shop" })
    .filter(({ metadata }) => metadata.labels?.app === name);
const has = (name: string, ...texts: readonly string[]): boolean =>
  podsOf(name).some((pod) => texts.every((text) => JSON.stringify(pod).includes(text)));

const verify = (target: string, ...more: readonly string[]) =>
  cluster.run(["verify", target, "-n", "shop", "--timeout", "300ms", "--settle", "100ms", ...more]);

const edit = (resource: "deployments.apps" | "statefulsets.apps", name: string, from: RegExp, to: string) =>
  cluster.world.store.patch(resource, "shop", name, (draft) => {
    draft.spec = JSON.parse(JSON.stringify(draft.spec).replace(from, to));
  });

test("no node for it: the scheduler's words, and another matter", async () => {
  await cluster.until("it is looked at", () => has("nowhere", "Unschedulable"));
  const { code, out } = await verify("deploy/nowhere");
  expect(out).toMatch(/0 of 1 running after \d+s: nowhere-\S+ has no node: 0\/\d+ nodes are available: /);
  expect(out).toContain("That is another matter than the pull.");
  expect(code).toBe(1);
});

test.for(["deploy/unmade", "sts/unmade-set"])("%s: pods that the API server refuses", async (target) => {
  const [, name = ""] = target.split("/");
  await cluster.until("an event says so", () =>
    cluster.world.store
      .list("events", { namespace: "shop" })
      .some((event) => event.reason === "FailedCreate" && JSON.stringify(event).includes(name)),
  );
  const { code, out } = await verify(target);
  expect(out).toMatch(
    /0 of 1 running after \d+s: no new pod could be made: .*serviceaccount "ghost" not found/,
  );
  expect(out).toContain("That is another matter than the pull.");
  expect(code).toBe(1);
});

test.for([
  ["deploy/asleep", "it is scaled to 0", "kubectl -n shop scale deployment/asleep --replicas=1"],
  ["ds/for-none", "it is meant for none of the nodes", ""],
  ["job/stopped", "Job stopped is suspended", "kubectl -n shop patch job/stopped --type=merge"],
  [
    "cronjob/nightly",
    '"0 3 1 1 *" (Europe/Berlin)',
    "kubectl -n shop create job nightly-check --from=cronjob/nightly",
  ],
] as const)("%s: nothing to wait for", async ([target, why, command]) => {
  const { code, out } = await verify(target);
  expect(out.replace(/\s+/g, " ")).toContain(why);
  expect(out).toContain(command);
  expect(code).toBe(3);
});

test("commands keep the kubeconfig that was named", async () => {
  const { out } = await verify("deploy/asleep", "--kubeconfig", join(cluster.folder, "config"));
  expect(out).toContain(`kubectl --kubeconfig ${join(cluster.folder, "config")} -n shop scale`);
});

test("paused: the new template makes no pods, and how it goes on", async () => {
  edit("deployments.apps", "held", /"replicas":1/, '"paused":true,"replicas":1');
  edit("deployments.apps", "held", /v2\.4\.1/, "v2.4.0");
  await cluster.until("it is seen", () => {
    const [held] = cluster.world.store
      .list("deployments.apps", { namespace: "shop" })
      .filter(({ metadata }) => metadata.name === "held");
    return JSON.stringify(held?.status).includes(`"observedGeneration":${held?.metadata.generation},`);
  });
  const { code, out } = await verify("deploy/held");
  expect(out.replace(/\s+/g, " ")).toContain("Deployment held is paused: its new template makes no pods");
  expect(out).toContain("kubectl -n shop rollout resume deployment/held");
  expect(code).toBe(3);
});

test("a rollout under way: the old pod counts for nothing, and is not named", async () => {
  const [old = ""] = podsOf("rolling").map(({ metadata }) => metadata.name);
  edit("deployments.apps", "rolling", /v2\.4\.1/, "v9");
  await cluster.until("the new one cannot pull", () => has("rolling", "ImagePullBackOff"));
  const { code, out } = await verify("deploy/rolling");
  expect(out).toMatch(/0 of 1 running after \d+s: rolling-\S+ waits with (ErrImagePull|ImagePullBackOff)/);
  expect(out).not.toContain(`${old} waits`);
  expect(code).toBe(1);
});

test("a rollout whose new pods are refused: the old one runs on", async () => {
  edit("deployments.apps", "rolling", /"containers"/, '"serviceAccountName":"ghost","containers"');
  await cluster.until("an event says so", () =>
    cluster.world.store
      .list("events", { namespace: "shop" })
      .some(
        (event) =>
          event.reason === "FailedCreate" && /"name":"rolling-[a-z0-9]+"/.test(JSON.stringify(event)),
      ),
  );
  const { out } = await verify("deploy/rolling");
  expect(out).toMatch(/0 of 1 running after \d+s: no new pod could be made: .*"ghost" not found/);
});

test("-o json keeps its schema, and says the same", async () => {
  const keeper = schemaKeeper("verify-v1.json");
  const told = async (target: string, ...more: readonly string[]) => {
    const { code, out, err } = await verify(target, "-o", "json", ...more);
    const document = JSON.parse(out) as unknown;
    expect({ err, departures: keeper.departures(document) }).toEqual({ err: "", departures: [] });
    return { code, document };
  };
  const { document, code } = await told("sts/rolling-set", "--timeout", "90s");
  expect(code).toBe(0);
  expect(document).toMatchObject({
    workloads: [{ kind: "StatefulSet", namespace: "shop", name: "rolling-set" }],
    result: "running",
    ready: 1,
    worse: [],
  });
  expect(await told("deploy/nowhere")).toMatchObject({
    code: 1,
    document: {
      result: "timeout",
      isOther: true,
      ready: 0,
      wanted: 1,
      pods: [expect.stringMatching(/^nowhere-/)],
    },
  });
  expect(await told("deploy/asleep")).toMatchObject({
    code: 3,
    document: { result: "unclear", commands: ["kubectl -n shop scale deployment/asleep --replicas=1"] },
  });
  await cluster.until("it has crashed", () => has("crashing", '"exitCode":1'));
  expect(await told("deploy/crashing", "--timeout", "90s")).toMatchObject({
    code: 1,
    document: { result: "crashes", how: "exit 1" },
  });
  expect(keeper.unseen()).toEqual([]);
});

test("an API server that goes and comes back is waited for", async () => {
  const gate = await openGate(cluster.world.kubeconfig);
  try {
    writeFileSync(join(cluster.folder, "gate"), gate.kubeconfig);
    const argv = ["verify", "sts/rolling-set", "-n", "shop", "--timeout", "90s", "--settle", "100ms"];
    gate.onAsked = () => {
      const pods = gate.asked.filter((line) => line.includes("/pods")).length;
      if (pods === 2) gate.troubleAt(0, "cut-before", true);
      // The client itself tries three times.
      if (pods === 6) gate.calm();
    };
    const { code, out, err } = await cluster.run(argv, { env: { KUBECONFIG: join(cluster.folder, "gate") } });
    expect(out + err).toContain("1 of 1 running");
    expect(code).toBe(0);
    expect(gate.asked.filter((line) => line.includes("/pods")).length).toBeGreaterThan(6);
  } finally {
    await gate.close();
  }
});
