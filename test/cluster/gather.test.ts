// What gathering asks an API server for, and what it makes of the answers.

import { describe, expect, test } from "vitest";
import { type GatherRequest, gatherCluster } from "../../src/cluster/gather.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { KubeObject } from "../../src/sim/api/json.js";
import { aroundPods, bigNow, podOf } from "./big.js";
import { type Connected, connected } from "./connect.js";
import {
  account,
  event,
  failure,
  minutesAgo,
  namespace,
  node,
  notFoundWords,
  now,
  object,
  pod,
  pullSecret,
} from "./objects.js";
import type { ServeOptions } from "./serve.js";

const image = "registry.example.com/shop/cart:v9";
const back = `Back-off pulling image "${image}"`;

async function gathered(
  objects: readonly KubeObject[],
  request: GatherRequest = {},
  options: ServeOptions = {},
): Promise<{ snapshot: Snapshot; cluster: Connected; asked: string[] }> {
  const cluster = await connected(objects, options);
  const snapshot = await gatherCluster(request, cluster.api, { now: () => now });
  return {
    snapshot,
    cluster,
    asked: cluster.asked.map(
      ({ verb, resource, namespace: at }) => `${verb} ${resource}${at === undefined ? "" : ` in ${at}`}`,
    ),
  };
}

const names = (things: readonly { readonly name: string }[]): string[] =>
  things.map(({ name }) => name).sort();

function failingCart(): KubeObject[] {
  const bad = pod("cart-7d9f-abc", {
    image,
    waiting: "ImagePullBackOff",
    message: back,
    secrets: ["regcred", "basic"],
    owner: { kind: "ReplicaSet", name: "cart-7d9f" },
  });
  const owner = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: "cart",
    uid: "Deployment-shop-cart",
    controller: true,
  };
  return [
    bad,
    ...failure(bad, image, notFoundWords(image)),
    pod("cart-55b4-old", { owner: { kind: "ReplicaSet", name: "cart-55b4" }, node: "node-2" }),
    pod("other-1", { image: "quay.io/else/where:v1" }),
    pullSecret("regcred"),
    pullSecret("unnamed"),
    object("v1", "Secret", "basic", { type: "kubernetes.io/basic-auth", data: { password: "eA==" } }),
    object("v1", "Secret", "private", { type: "Opaque", data: { password: "eA==" } }),
    account(),
    node("node-1"),
    node("node-2"),
    namespace("shop"),
    object("apps/v1", "Deployment", "cart"),
    object("apps/v1", "ReplicaSet", "cart-7d9f", { metadata: { ownerReferences: [owner] } }),
    object("apps/v1", "ReplicaSet", "cart-55b4", { metadata: { ownerReferences: [owner] } }),
    object("apps/v1", "ReplicaSet", "else-55b4", {
      metadata: { ownerReferences: [{ ...owner, name: "else", uid: "else" }] },
    }),
  ];
}

describe("one failing pod", () => {
  test("brings all that stands around it, and nothing else", async () => {
    const { snapshot } = await gathered(failingCart(), { namespace: "shop" });
    expect(names(snapshot.pods)).toEqual(["cart-55b4-old", "cart-7d9f-abc"]);
    expect(snapshot.events.map(({ reason }) => reason).sort()).toEqual([
      "BackOff",
      "Failed",
      "Failed",
      "Pulling",
    ]);
    expect(names(snapshot.secrets)).toEqual(["basic", "regcred", "unnamed"]);
    expect(names(snapshot.workloads)).toEqual(["cart", "cart-55b4", "cart-7d9f"]);
    expect(names(snapshot.serviceAccounts)).toEqual(["default"]);
    expect(names(snapshot.nodes)).toEqual(["node-1", "node-2"]);
    expect(snapshot.complete).toEqual([
      { what: "pods", namespace: "shop" },
      { what: "secrets", namespace: "shop" },
      { what: "nodes" },
    ]);
    expect(snapshot.unread).toEqual([]);
    expect(snapshot.podsLookedAt).toBe(3);
  });

  test("asks for no secret that is neither a pull secret nor named", async () => {
    const { cluster } = await gathered(failingCart(), { namespace: "shop" });
    const secrets = cluster.asked.filter(({ resource }) => resource === "secrets");
    expect(secrets.map(({ name, query }) => name ?? query.get("fieldSelector"))).toEqual([
      "type=kubernetes.io/dockerconfigjson",
      "type=kubernetes.io/dockercfg",
      "basic",
    ]);
  });

  test("looks for a missing secret in other namespaces by its name alone", async () => {
    const objects = failingCart().filter(({ metadata }) => metadata.name !== "regcred");
    const { snapshot, cluster } = await gathered([...objects, pullSecret("regcred", "data")], {
      namespace: "shop",
    });
    expect(snapshot.secrets.map((secret) => `${secret.namespace}/${secret.name}`)).toContain("data/regcred");
    expect(
      cluster.asked.map(({ path }) => path).filter((path) => path.startsWith("/api/v1/secrets")),
    ).toEqual(["/api/v1/secrets?fieldSelector=metadata.name%3Dregcred&limit=500"]);
  });
});

describe("which pods matter", () => {
  const kept = async (one: KubeObject, more: readonly KubeObject[] = []): Promise<boolean> => {
    // Nodes are read only around pods whose image may be at fault.
    const { snapshot } = await gathered([one, ...more], { namespace: "shop" });
    return snapshot.pods.some(({ name }) => name === one.metadata.name) && snapshot.nodes.length > 0;
  };
  const aNode = node("node-1");

  test("one that hangs while its container is being made", async () => {
    expect(await kept(pod("a-1", { waiting: "ContainerCreating" }), [aNode])).toBe(true);
    expect(await kept(pod("a-1", { waiting: "ContainerCreating", minutes: 0.5 }), [aNode])).toBe(false);
  });

  test("one that ran and cannot be pulled again", async () => {
    const again = pod("a-1", {
      status: {
        phase: "Running",
        containerStatuses: [
          {
            name: "app",
            image,
            imageID: "x",
            ready: false,
            restartCount: 4,
            state: { waiting: { reason: "ErrImagePull", message: "x" } },
            lastState: { terminated: { exitCode: 1, reason: "Error" } },
          },
        ],
      },
    });
    expect(await kept(again, [aNode])).toBe(true);
  });

  test("an init container without its image, and none that runs", async () => {
    const init = (state: object): KubeObject =>
      pod("a-1", {
        waiting: "PodInitializing",
        spec: { initContainers: [{ name: "first", image }] },
        status: {
          initContainerStatuses: [
            { name: "first", image, imageID: "", ready: false, restartCount: 0, state },
          ],
        },
      });
    expect(await kept(init({ waiting: { reason: "PodInitializing" } }), [aNode])).toBe(true);
    expect(await kept(init({ running: { startedAt: minutesAgo(9) } }), [aNode])).toBe(false);
  });

  test("an ephemeral container of a pod that runs and is ready", async () => {
    const debugged = pod("a-1", {
      spec: { ephemeralContainers: [{ name: "debug", image }] },
      status: {
        ephemeralContainerStatuses: [
          {
            name: "debug",
            image,
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: "ImagePullBackOff", message: back } },
          },
        ],
      },
    });
    expect(await kept(debugged, [aNode])).toBe(true);
  });

  test("one of whose sandbox image only an event tells", async () => {
    const waiting = pod("a-1", { waiting: "ContainerCreating", minutes: 0.5 });
    const told = event(
      waiting,
      "Warning",
      "FailedCreatePodSandBox",
      `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.8"`,
    );
    expect(await kept(waiting, [aNode, told])).toBe(true);
  });

  test("none for a crash, a probe, or words in an annotation", async () => {
    const crashed = pod("a-1", { waiting: "CrashLoopBackOff" });
    const told = event(crashed, "Warning", "BackOff", "Back-off restarting failed container app in pod a-1");
    expect(await kept(crashed, [aNode, told])).toBe(false);
    const quoted = pod("a-1", { spec: { note: '{"waiting":{"reason":"ImagePullBackOff"}}' } });
    expect(await kept(quoted, [aNode])).toBe(false);
  });

  test("one that is gone is told by its events", async () => {
    const gone = pod("a-1", { image });
    const { snapshot } = await gathered([...failure(gone, image, notFoundWords(image)), aNode, pod("b-1")], {
      namespace: "shop",
    });
    expect(snapshot.earlier.map((seen) => [seen.pod.name, seen.isGone])).toEqual([["a-1", true]]);
  });
});

describe("what is not there any more, or not to be read", () => {
  test("expired events are said where the status gives no reason", async () => {
    const bare = failingCart().filter(({ kind }) => kind !== "Event");
    const { snapshot } = await gathered(bare, { namespace: "shop" });
    expect(snapshot.unread).toEqual([
      {
        what: "events",
        namespace: "shop",
        why: "those about pod/cart-7d9f-abc have expired, and the status gives no reason",
        isMinor: true,
      },
    ]);
  });

  test("and not where it does", async () => {
    const told = pod("a-1", {
      waiting: "ImagePullBackOff",
      message: `${back}: ErrImagePull: ${notFoundWords(image)}`,
    });
    const { snapshot } = await gathered([told, namespace("shop")], { namespace: "shop" });
    expect(snapshot.unread).toEqual([]);
  });

  test.each([
    ["secrets", "secrets", true],
    ["nodes", "nodes", true],
    ["serviceaccounts", "serviceaccounts", true],
    ["deployments", "workloads", true],
    ["events", "events", true],
    ["pods", "pods", false],
  ])("a refusal of %s is one line, and the rest goes on", async (resource, what, isMinor) => {
    const { snapshot } = await gathered(
      failingCart(),
      { namespace: "shop" },
      { forbid: (ask) => ask.resource === resource },
    );
    const lines = snapshot.unread.filter((line) => line.what === what);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ isMinor });
    expect(lines[0]?.why).toMatch(
      /^403 Forbidden: [\w.]+( "default")? is forbidden: User "dev" cannot (list|get) resource "\w+" in API group/,
    );
    expect(lines[0]?.why).toContain(`resource "${resource}"`);
    const isRead = {
      pods: snapshot.pods,
      events: snapshot.events,
      nodes: snapshot.nodes,
      secrets: snapshot.secrets,
    };
    for (const [name, list] of Object.entries(isRead)) {
      const needsPods = resource === "pods" && name !== "events";
      if (name !== what && !needsPods) expect(list, name).not.toEqual([]);
    }
  });

  test("events are read in their newer API group where only that is allowed", async () => {
    const { snapshot } = await gathered(
      failingCart(),
      { namespace: "shop" },
      {
        forbid: (ask) => ask.resource === "events" && ask.group === "",
      },
    );
    expect(snapshot.unread).toEqual([]);
    expect(snapshot.events.map(({ reason }) => reason).sort()).toEqual([
      "BackOff",
      "Failed",
      "Failed",
      "Pulling",
    ]);
    expect(snapshot.events[0]?.message).toMatch(/image|ErrImagePull/);
  });

  test("a named pod is read by its name where pods may not be listed", async () => {
    const request = { namespace: "shop", targets: [{ kind: "Pod", name: "cart-7d9f-abc" }] };
    const { snapshot } = await gathered(failingCart(), request, {
      forbid: (ask) => ask.verb === "list" && (ask.resource === "pods" || ask.resource === "events"),
    });
    expect(names(snapshot.pods)).toEqual(["cart-7d9f-abc"]);
  });
});

describe("all namespaces, with rights in some", () => {
  const two = (): KubeObject[] => [
    ...failingCart(),
    namespace("data"),
    pod("etl-1", { namespace: "data", image, waiting: "ErrImagePull", message: notFoundWords(image) }),
  ];
  const nothingAtOnce: ServeOptions["forbid"] = (ask) =>
    ask.namespace === undefined && ask.resource !== "namespaces";

  test("each namespace is read alone, and nothing is missing", async () => {
    const { snapshot } = await gathered(two(), {}, { forbid: nothingAtOnce });
    expect(names(snapshot.pods)).toContain("etl-1");
    expect(names(snapshot.pods)).toContain("cart-7d9f-abc");
    expect(snapshot.unread.filter(({ isMinor }) => !isMinor)).toEqual([]);
  });

  test("a namespace that may not be read is named", async () => {
    const { snapshot } = await gathered(
      two(),
      {},
      {
        forbid: (ask) => nothingAtOnce(ask) || ask.namespace === "data",
      },
    );
    expect(snapshot.unread.filter(({ isMinor }) => !isMinor)).toEqual([
      {
        what: "pods",
        namespace: "data",
        why: '403 Forbidden: pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "data"',
        isMinor: false,
      },
      expect.objectContaining({ what: "events", namespace: "data" }),
    ]);
    expect(names(snapshot.pods)).toContain("cart-7d9f-abc");
  });

  test("without the list of namespaces the context's own is read, and that is said", async () => {
    const { snapshot } = await gathered(two(), {}, { forbid: (ask) => ask.namespace === undefined });
    const [line] = snapshot.unread.filter(({ what }) => what === "pods");
    expect(line?.why).toMatch(
      /at the cluster scope; the namespaces cannot be listed either, so only shop was read$/,
    );
    expect(line?.isMinor).toBe(false);
    expect(names(snapshot.pods)).not.toContain("etl-1");
  });
});

describe("pages", () => {
  const many = (): KubeObject[] => [
    ...Array.from({ length: 1201 }, (_, at) => pod(`web-${at}`)),
    pod("zzz-bad", { image, waiting: "ErrImagePull", message: notFoundWords(image) }),
  ];
  const gone = (goOn?: string) => ({
    kind: "Status",
    code: 410,
    reason: "Expired",
    message: "The provided continue parameter is too old to display a consistent list result.",
    metadata: goOn === undefined ? {} : { continue: goOn },
  });

  test("410 Gone in the middle goes on where it was, with the token that came with it", async () => {
    let times = 0;
    const { snapshot, cluster } = await gathered(
      many(),
      { namespace: "shop" },
      {
        fault: (ask, response) => {
          if (ask.resource !== "pods" || ask.query.get("continue") !== "500" || times > 0) return false;
          times += 1;
          response.writeHead(410, { "content-type": "application/json" });
          response.end(JSON.stringify(gone("500")));
          return true;
        },
      },
    );
    expect(snapshot.podsLookedAt).toBe(1202);
    expect(names(snapshot.pods)).toContain("zzz-bad");
    expect(
      cluster.asked.filter(({ resource }) => resource === "pods").map(({ query }) => query.get("continue")),
    ).toEqual([null, "500", "500", "1000"]);
  });

  test("410 Gone without a token starts once more in one piece", async () => {
    const { snapshot, cluster } = await gathered(
      many(),
      { namespace: "shop" },
      {
        fault: (ask, response) => {
          if (ask.resource !== "pods" || ask.query.get("continue") !== "500") return false;
          response.writeHead(410, { "content-type": "application/json" });
          response.end(JSON.stringify(gone()));
          return true;
        },
      },
    );
    expect(snapshot.podsLookedAt).toBe(1202);
    expect(
      cluster.asked.filter(({ resource }) => resource === "pods").map(({ query }) => query.get("limit")),
    ).toEqual(["500", "500", null]);
  });

  test("429 is waited out as long as the server asks", async () => {
    let times = 0;
    const { snapshot, cluster } = await gathered(
      many(),
      { namespace: "shop" },
      {
        fault: (ask, response) => {
          if (ask.query.get("continue") !== "500" || times > 1) return false;
          times += 1;
          response.writeHead(429, { "retry-after": "3" }).end();
          return true;
        },
      },
    );
    expect(snapshot.podsLookedAt).toBe(1202);
    expect(cluster.waits).toEqual([3000, 3000]);
  });

  test("a list that breaks off leaves what was read, and the gap is told", async () => {
    const { snapshot } = await gathered(
      many(),
      { namespace: "shop" },
      {
        fault: (ask, response) => {
          if (ask.resource !== "pods" || ask.query.get("continue") !== "500") return false;
          response.writeHead(200, { "content-type": "application/json" });
          response.end('{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"x"');
          return true;
        },
      },
    );
    expect(snapshot.unread).toEqual([
      {
        what: "pods",
        namespace: "shop",
        why: "the list broke off after 500: an answer of the API server ended in the middle: 4 braces were still open",
        isMinor: false,
      },
    ]);
  });
});

describe("the number of questions", () => {
  const shape = { pods: 3000, failing: 500, reasons: 40 };
  const big = (of: typeof shape): KubeObject[] => [
    ...Array.from({ length: of.pods }, (_, at) => podOf(at, of)),
    ...aroundPods(of),
  ];

  async function countOf(
    of: typeof shape,
    request: GatherRequest,
  ): Promise<{ count: number; snapshot: Snapshot }> {
    const cluster = await connected(big(of));
    const snapshot = await gatherCluster(request, cluster.api, { now: () => bigNow });
    return { count: cluster.asked.length, snapshot };
  }

  test("a healthy cluster: its pages of pods, and one for the events", async () => {
    const { count, snapshot } = await countOf({ ...shape, failing: 0, reasons: 0 }, {});
    expect(snapshot.podsLookedAt).toBe(3000);
    expect(count).toBe(7);
  });

  test("500 pods that fail for 40 reasons in 40 namespaces", async () => {
    const { count, snapshot } = await countOf(shape, {});
    expect(snapshot.pods.filter(({ phase }) => phase === "Pending")).toHaveLength(500);
    expect(new Set(snapshot.workloads.map(({ namespace: at }) => at)).size).toBeGreaterThanOrEqual(20);
    expect(count).toBeLessThanOrEqual(6 + 3 + 2 + 2 + 1 + 1 + 40);
  });

  test("one target", async () => {
    const { count, snapshot } = await countOf(shape, {
      namespace: "team-3",
      targets: [{ kind: "Deployment", name: "app-3" }],
    });
    expect(names(snapshot.workloads)).toContain("app-3");
    expect(count).toBeLessThanOrEqual(10);
  });
});
