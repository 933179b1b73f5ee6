// Deployments, StatefulSets, DaemonSets, Jobs and CronJobs, as kubectl's rollout commands see them.

import { afterEach, describe, expect, test } from "vitest";
import { copy, count, items, type Json, type KubeObject, record, text } from "../../../src/sim/api/json.js";
import { isReady } from "../../../src/sim/controllers/owned-pods.js";
import { type SmallWorld, smallWorld, stateOf } from "../small-world.js";

let world: SmallWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

const host = "registry.acme.example";
const registries = { [host]: { repositories: { "shop/api": ["v1", "v2"] } } };
const image = (tag: string): string => `${host}/shop/api:${tag}`;

async function start(options: Parameters<typeof smallWorld>[0] = {}): Promise<SmallWorld> {
  world = await smallWorld({ registries, ...options });
  return world;
}

const template = (tag: string, spec: Json = {}): Json => ({
  metadata: { labels: { app: "api" } },
  spec: { containers: [{ name: "app", image: image(tag) }], ...spec },
});

const selector = { matchLabels: { app: "api" } };

function deployment(small: SmallWorld, spec: Json = {}): KubeObject {
  return small.apply(
    { metadata: { name: "api" }, spec: { replicas: 4, selector, template: template("v1"), ...spec } },
    "deployments.apps",
  );
}

function setImage({ store }: SmallWorld, resource: string, tag: string): void {
  store.patch(resource, "shop", "api", (draft) => {
    draft.spec = { ...record(draft, "spec"), template: template(tag) };
  });
}

const condition = (object: KubeObject, type: string): Json | undefined =>
  items(object, "status", "conditions").find((one) => one.type === type);

const tags = (pods: readonly KubeObject[]): string[] =>
  pods
    .map(
      (pod) =>
        text(items(pod, "spec", "containers")[0], "image")
          .split(":")
          .at(-1) ?? "",
    )
    .sort();

describe("Deployments", () => {
  test("run, with counts and conditions", async () => {
    const small = await start();
    deployment(small);
    await small.seconds(5);
    const made = small.store.get("deployments.apps", "shop", "api");
    expect(made.status).toMatchObject({
      observedGeneration: 1,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
    });
    expect(made.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("1");
    expect(condition(made, "Available")).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
    });
    expect(condition(made, "Progressing")).toMatchObject({
      status: "True",
      reason: "NewReplicaSetAvailable",
    });
    const [set] = small.store.list("replicasets.apps", { namespace: "shop" });
    expect(set?.metadata.name).toMatch(/^api-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(small.events("api")).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${set?.metadata.name} from 0 to 4`,
    ]);
  });

  test("a rollout that cannot be pulled keeps the old pods", async () => {
    const small = await start();
    deployment(small);
    await small.seconds(5);
    setImage(small, "deployments.apps", "v9");
    await small.seconds(60);
    const now = small.store.get("deployments.apps", "shop", "api");
    // 4 replicas, 25 % each way: one old pod may go, two new ones may come.
    expect(tags(small.pods().filter(isReady))).toEqual(["v1", "v1", "v1"]);
    expect(tags(small.pods())).toEqual(["v1", "v1", "v1", "v9", "v9"]);
    expect(now.status).toMatchObject({ updatedReplicas: 2, readyReplicas: 3, unavailableReplicas: 2 });
    expect(condition(now, "Progressing")).toMatchObject({ status: "True", reason: "ReplicaSetUpdated" });
    expect(condition(now, "Available")).toMatchObject({ status: "True" });
  });

  test("undo: the old template becomes the newest revision", async () => {
    const small = await start();
    deployment(small);
    await small.seconds(5);
    setImage(small, "deployments.apps", "v9");
    await small.seconds(20);
    setImage(small, "deployments.apps", "v1");
    await small.seconds(20);
    expect(tags(small.pods())).toEqual(["v1", "v1", "v1", "v1"]);
    const now = small.store.get("deployments.apps", "shop", "api");
    expect(now.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    const revisions = small.store
      .list("replicasets.apps", { namespace: "shop" })
      .map(
        (set) =>
          `${set.metadata.annotations?.["deployment.kubernetes.io/revision"]} ${count(set, "spec", "replicas")}`,
      );
    expect(revisions.sort()).toEqual(["2 0", "3 4"]);
  });

  test("a good rollout replaces every pod", async () => {
    const small = await start();
    deployment(small);
    await small.seconds(5);
    setImage(small, "deployments.apps", "v2");
    await small.seconds(30);
    expect(tags(small.pods())).toEqual(["v2", "v2", "v2", "v2"]);
    expect(small.store.get("deployments.apps", "shop", "api").status).toMatchObject({
      replicas: 4,
      updatedReplicas: 4,
      availableReplicas: 4,
    });
  });

  test("past its deadline it says so", async () => {
    const small = await start();
    deployment(small, { replicas: 1, template: template("v9"), progressDeadlineSeconds: 45 });
    await small.seconds(44);
    const progressing = (): Json | undefined =>
      condition(small.store.get("deployments.apps", "shop", "api"), "Progressing");
    expect(progressing()).toMatchObject({ status: "True" });
    await small.seconds(4);
    expect(progressing()).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    expect(text(progressing(), "message")).toMatch(/^ReplicaSet "api-\w+" has timed out progressing\.$/);
  });

  test("paused it does nothing; Recreate has no old pod beside a new one", async () => {
    const small = await start();
    deployment(small, { strategy: { type: "Recreate" }, replicas: 2 });
    await small.seconds(5);
    small.store.patch("deployments.apps", "shop", "api", (draft) => {
      record(draft, "spec").paused = true;
    });
    setImage(small, "deployments.apps", "v2");
    await small.seconds(5);
    expect(tags(small.pods())).toEqual(["v1", "v1"]);
    let mixed = false;
    small.store.watch("pods", { namespace: "shop" }, () => {
      mixed ||= new Set(tags(small.pods())).size > 1;
    });
    small.store.patch("deployments.apps", "shop", "api", (draft) => {
      delete record(draft, "spec").paused;
    });
    await small.seconds(20);
    expect(tags(small.pods())).toEqual(["v2", "v2"]);
    expect(mixed).toBe(false);
  });

  test("scaled, and deleted with all it owns", async () => {
    const small = await start();
    deployment(small);
    await small.seconds(5);
    small.store.patch("deployments.apps", "shop", "api", (draft) => {
      record(draft, "spec").replicas = 1;
    });
    await small.seconds(5);
    expect(small.pods()).toHaveLength(1);
    small.store.delete("deployments.apps", "shop", "api");
    await small.seconds(5);
    expect(small.pods()).toEqual([]);
    expect(small.store.list("replicasets.apps", { namespace: "shop" })).toEqual([]);
  });

  test("a pod that the API server refuses is an event", async () => {
    const small = await start();
    deployment(small, { replicas: 1, template: template("v1", { serviceAccountName: "robot" }) });
    await small.seconds(3);
    const [set] = small.store.list("replicasets.apps", { namespace: "shop" });
    expect(small.events(set?.metadata.name ?? "")[0]).toMatch(
      /^Warning FailedCreate Error creating: pods "api-[\w-]+" is forbidden: error looking up service account shop\/robot: serviceaccount "robot" not found$/,
    );
  });
});

describe("StatefulSets", () => {
  const make = (small: SmallWorld, spec: Json = {}): KubeObject =>
    small.apply(
      {
        metadata: { name: "api" },
        spec: { replicas: 3, serviceName: "api", selector, template: template("v1"), ...spec },
      },
      "statefulsets.apps",
    );

  test("one pod after the other, each when the one before is ready", async () => {
    const small = await start();
    make(small);
    await small.seconds(1);
    expect(small.pods().map(({ metadata: { name } }) => name)).toEqual(["api-0"]);
    await small.seconds(10);
    expect(small.pods().map(({ metadata: { name } }) => name)).toEqual(["api-0", "api-1", "api-2"]);
    expect(small.events("api")[0]).toBe(
      "Normal SuccessfulCreate create Pod api-0 in StatefulSet api successful",
    );
  });

  test("a stuck pod stops the update, also after the template is mended", async () => {
    const small = await start();
    make(small);
    await small.seconds(12);
    setImage(small, "statefulsets.apps", "v9");
    await small.seconds(30);
    expect(tags(small.pods())).toEqual(["v1", "v1", "v9"]);
    const before = small.store.get("statefulsets.apps", "shop", "api");
    expect(text(before, "status", "currentRevision")).not.toBe(text(before, "status", "updateRevision"));
    expect(before.status).toMatchObject({
      replicas: 3,
      readyReplicas: 2,
      updatedReplicas: 1,
      currentReplicas: 2,
    });
    setImage(small, "statefulsets.apps", "v2");
    await small.seconds(30);
    expect(stateOf(small.pod("api-2"))).toMatch(/ImagePull/);
    small.store.delete("pods", "shop", "api-2");
    await small.seconds(40);
    expect(tags(small.pods())).toEqual(["v2", "v2", "v2"]);
    const after = small.store.get("statefulsets.apps", "shop", "api");
    expect(text(after, "status", "currentRevision")).toBe(text(after, "status", "updateRevision"));
  });

  test("OnDelete waits for its user", async () => {
    const small = await start();
    make(small, { updateStrategy: { type: "OnDelete" } });
    await small.seconds(12);
    setImage(small, "statefulsets.apps", "v2");
    await small.seconds(10);
    expect(tags(small.pods())).toEqual(["v1", "v1", "v1"]);
    small.store.delete("pods", "shop", "api-1");
    await small.seconds(10);
    expect(tags(small.pods())).toEqual(["v1", "v1", "v2"]);
  });
});

describe("DaemonSets", () => {
  const nodes = [
    {},
    { labels: { disk: "ssd" } },
    { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
  ];
  const make = (small: SmallWorld, spec: Json = {}): KubeObject =>
    small.apply(
      { metadata: { name: "api" }, spec: { selector, template: template("v1", spec) } },
      "daemonsets.apps",
    );

  test("one pod on each node that takes it", async () => {
    const small = await start({ nodes });
    make(small);
    await small.seconds(5);
    expect(
      small
        .pods()
        .map((pod) => text(pod, "spec", "nodeName"))
        .sort(),
    ).toEqual(["node-1", "node-2"]);
    expect(small.store.get("daemonsets.apps", "shop", "api").status).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
      updatedNumberScheduled: 2,
    });
  });

  test("selects nodes; an update goes one by one and stops at a pod that cannot be pulled", async () => {
    const small = await start({ nodes });
    make(small, { nodeSelector: { disk: "ssd" } });
    await small.seconds(5);
    expect(small.pods()).toHaveLength(1);
    small.store.delete("daemonsets.apps", "shop", "api");
    await small.seconds(5);
    make(small);
    await small.seconds(5);
    setImage(small, "daemonsets.apps", "v9");
    await small.seconds(30);
    expect(tags(small.pods())).toEqual(["v1", "v9"]);
    expect(small.store.list("controllerrevisions.apps", { namespace: "shop" })).toHaveLength(2);
  });
});

describe("Jobs and CronJobs", () => {
  const job = (small: SmallWorld, command: readonly string[], spec: Json = {}): KubeObject =>
    small.apply(
      {
        metadata: { name: "api" },
        spec: {
          ...spec,
          template: {
            spec: {
              restartPolicy: "Never",
              containers: [{ name: "app", image: image("v1"), command: [...command] }],
            },
          },
        },
      },
      "jobs.batch",
    );

  test("complete", async () => {
    const small = await start();
    job(small, ["true"], { completions: 2 });
    await small.seconds(15);
    const now = small.store.get("jobs.batch", "shop", "api");
    expect(now.status).toMatchObject({ succeeded: 2 });
    expect(condition(now, "Complete")).toMatchObject({ status: "True" });
    expect(small.events("api").at(-1)).toBe("Normal Completed Job completed");
  });

  test("fail after the last retry, later each time", async () => {
    const small = await start();
    job(small, ["false"], { backoffLimit: 2 });
    await small.seconds(8);
    expect(small.pods()).toHaveLength(1);
    await small.seconds(60);
    const now = small.store.get("jobs.batch", "shop", "api");
    expect(now.status).toMatchObject({ failed: 3 });
    expect(condition(now, "Failed")).toMatchObject({ reason: "BackoffLimitExceeded" });
  });

  test("a pod that cannot be pulled is no failure: the job waits", async () => {
    const small = await start();
    const made = job(small, ["true"], { backoffLimit: 1 });
    await small.seconds(1);
    small.store.delete("jobs.batch", "shop", made.metadata.name);
    small.apply(
      {
        metadata: { name: "stuck" },
        spec: {
          template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: image("v9") }] } },
        },
      },
      "jobs.batch",
    );
    await small.seconds(120);
    const now = small.store.get("jobs.batch", "shop", "stuck");
    expect(now.status).toMatchObject({ active: 1 });
    expect(condition(now, "Failed")).toBeUndefined();
  });

  test("a CronJob makes one for each minute, and Forbid waits for the one that runs", async () => {
    const small = await start();
    const inner = {
      spec: {
        template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: image("v9") }] } },
      },
    };
    small.apply(
      {
        metadata: { name: "every" },
        spec: { schedule: "* * * * *", concurrencyPolicy: "Forbid", jobTemplate: inner },
      },
      "cronjobs.batch",
    );
    await small.seconds(200);
    expect(small.store.list("jobs.batch", { namespace: "shop" })).toHaveLength(1);
    expect(small.events("every").some((line) => line.includes("JobAlreadyActive"))).toBe(true);
    const quick = copy(inner);
    const [container] = items(quick, "spec", "template", "spec", "containers");
    Object.assign(container ?? {}, { image: image("v1"), command: ["true"] });
    small.apply(
      { metadata: { name: "quick" }, spec: { schedule: "*/2 * * * *", jobTemplate: quick } },
      "cronjobs.batch",
    );
    await small.seconds(600);
    const done = small.store
      .list("jobs.batch", { namespace: "shop" })
      .filter((one) => one.metadata.name.startsWith("quick-"));
    // Five ran, three are kept.
    expect(done).toHaveLength(3);
    expect(done.every((one) => condition(one, "Complete") !== undefined)).toBe(true);
  });
});

describe("namespaces", () => {
  test("have an account, and go with all that is in them", async () => {
    const small = await start();
    expect(small.store.find("serviceaccounts", "shop", "default")).toBeDefined();
    expect(small.store.find("configmaps", "shop", "kube-root-ca.crt")).toBeDefined();
    deployment(small);
    await small.seconds(5);
    small.store.delete("namespaces", undefined, "shop");
    expect(text(small.store.get("namespaces", undefined, "shop"), "status", "phase")).toBe("Terminating");
    await small.seconds(60);
    expect(small.store.find("namespaces", undefined, "shop")).toBeUndefined();
    expect(small.pods()).toEqual([]);
  });
});
