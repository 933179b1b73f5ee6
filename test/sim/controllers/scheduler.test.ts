// Where pods go, and what is said of those that fit nowhere.

import { afterEach, describe, expect, test } from "vitest";
import { items, text } from "../../../src/sim/api/json.js";
import { type SmallWorld, smallWorld } from "../small-world.js";

let world: SmallWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Parameters<typeof smallWorld>[0]): Promise<SmallWorld> {
  world = await smallWorld(options);
  return world;
}

const image = "registry.acme.example/shop/api:v1";
const nodeOf = (small: SmallWorld, pod: string): string => text(small.pod(pod), "spec", "nodeName");

describe("scheduling", () => {
  test("spreads pods, and binds with an event of events.k8s.io", async () => {
    const small = await start({ nodes: [{}, {}] });
    for (const name of ["a", "b"]) small.create(name, image);
    await small.seconds(1);
    expect([nodeOf(small, "a"), nodeOf(small, "b")].sort()).toEqual(["node-1", "node-2"]);
    const [event] = small.store
      .list("events", { namespace: "shop" })
      .filter(({ reason }) => reason === "Scheduled");
    expect(event).toMatchObject({
      type: "Normal",
      action: "Binding",
      reportingComponent: "default-scheduler",
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
    });
    expect(text(event, "eventTime")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test("knows architectures by label", async () => {
    const small = await start({ nodes: [{ architecture: "amd64" }, { architecture: "arm64" }] });
    small.create("a", image, { nodeSelector: { "kubernetes.io/arch": "arm64" } });
    await small.seconds(1);
    expect(nodeOf(small, "a")).toBe("node-2");
  });

  test.each([
    ["v1.20.2", "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity."],
    [
      "v1.32.5",
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
  ])("a pod that fits nowhere, %s", async (kubelet, message) => {
    const small = await start({ nodes: [{}, {}], kubelet });
    small.create("a", image, { nodeSelector: { disk: "ssd" } });
    await small.seconds(1);
    expect(small.events("a")).toEqual([`Warning FailedScheduling ${message}`]);
    const [condition] = items(small.pod("a"), "status", "conditions");
    expect(condition).toMatchObject({
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
    });
    small.store.patch("nodes", undefined, "node-2", (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, disk: "ssd" };
    });
    await small.seconds(1);
    expect(nodeOf(small, "a")).toBe("node-2");
  });

  test("taints, cordons, affinity, room", async () => {
    const nodes = [
      { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
      { isUnschedulable: true },
      { maxPods: 1, labels: { zone: "a" } },
    ];
    const small = await start({ nodes });
    small.create("first", image);
    await small.seconds(1);
    expect(nodeOf(small, "first")).toBe("node-3");
    small.create("second", image);
    await small.seconds(1);
    expect(small.events("second")[0]).toBe(
      "Warning FailedScheduling 0/3 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    );
    small.create("third", image, {
      tolerations: [{ key: "gpu", operator: "Exists" }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "DoesNotExist" }] }],
          },
        },
      },
    });
    small.create("fourth", image, {
      containers: [{ name: "app", image, resources: { requests: { cpu: "64" } } }],
      tolerations: [{ operator: "Exists" }],
    });
    await small.seconds(1);
    expect(nodeOf(small, "third")).toBe("node-1");
    expect(small.events("fourth")[0]).toContain("Insufficient cpu");
    small.store.delete("pods", "shop", "first", { graceSeconds: 0 });
    await small.seconds(2);
    expect(nodeOf(small, "second")).toBe("node-3");
  });
});
