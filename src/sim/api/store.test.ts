import { expect, test } from "vitest";
import { heldClock } from "../clock.js";
import { isApiError } from "./errors.js";
import type { WatchEvent } from "./history.js";
import type { Json } from "./json.js";
import { Store } from "./store.js";

const START = Date.parse("2026-11-24T12:00:00Z");

function openStore(options: { historyLength?: number } = {}) {
  const clock = heldClock(START);
  return { clock, store: new Store({ clock, random: () => 0.5, ...options }) };
}

function pod(name: string, more: Json = {}, metadata: Json = {}): Json {
  return {
    metadata: { name, namespace: "shop", ...metadata },
    spec: { containers: [{ name: "a", image: "b" }] },
    ...more,
  };
}

/** What a refusal says, or "" when there is none. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isApiError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return "";
}

/** Lets microtasks run, so that watchers are told. */
const told = () => new Promise((resolve) => setImmediate(resolve));

test("a created object has what only the server writes", () => {
  const { store } = openStore();
  const made = store.create("deployments.apps", {
    metadata: { generateName: "web-", namespace: "shop" },
    spec: {},
  });
  expect(made).toMatchObject({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      namespace: "shop",
      generation: 1,
      resourceVersion: "2",
      creationTimestamp: "2026-11-24T12:00:00Z",
    },
  });
  expect(made.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
  expect(store.get("deployments.apps", "shop", made.metadata.name)).toBe(made);
  expect(() => Object.assign(made.metadata, { name: "other" })).toThrow(TypeError);
});

test.each([
  ["a missing object", (s: Store) => s.get("pods", "shop", "no"), '404 pods "no" not found'],
  [
    "a missing object of a group",
    (s: Store) => s.get("jobs.batch", "shop", "no"),
    '404 jobs.batch "no" not found',
  ],
  ["a name taken", (s: Store) => s.create("pods", pod("web")), '409 pods "web" already exists'],
  [
    "a stale write",
    (s: Store) => s.update("pods", pod("web", {}, { resourceVersion: "1" })),
    '409 Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    "another object of that name",
    (s: Store) => s.delete("pods", "shop", "web", { preconditions: { resourceVersion: "1" } }),
    '409 Operation cannot be fulfilled on Pod "web": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (2). The object might have been modified',
  ],
  [
    "an unknown field selector",
    (s: Store) => s.list("pods", { fields: "spec.x=1" }),
    "400 field label not supported: spec.x",
  ],
])("refuses %s", (_, act, words) => {
  const { store } = openStore();
  store.create("pods", pod("web"));
  expect(refusal(() => act(store))).toBe(words);
});

test("the generation counts changes of the spec, and a change of nothing is no write", () => {
  const { store } = openStore();
  store.create("deployments.apps", { metadata: { name: "web", namespace: "shop" }, spec: { replicas: 1 } });
  const patch = (change: (draft: Json) => void, part?: "status") =>
    store.patch("deployments.apps", "shop", "web", change, part === undefined ? {} : { part }).metadata;
  expect(patch((draft) => Object.assign(draft, { status: { replicas: 1 } }), "status").generation).toBe(1);
  const { generation, resourceVersion } = patch((draft) => Object.assign(draft, { spec: { replicas: 2 } }));
  expect(generation).toBe(2);
  expect(patch(() => undefined).resourceVersion).toBe(resourceVersion);
  expect(patch((draft) => Object.assign(draft, { spec: { replicas: 9 } }), "status").generation).toBe(2);
  expect(store.get("deployments.apps", "shop", "web").spec).toEqual({ replicas: 2 });
});

test("lists select by namespace, labels and fields, in order", () => {
  const { store } = openStore();
  for (const [name, app] of [
    ["b", "x"],
    ["a", "x"],
    ["c", "y"],
  ]) {
    store.create(
      "pods",
      pod(name ?? "", { status: { phase: app === "x" ? "Running" : "Pending" } }, { labels: { app } }),
    );
  }
  store.create("pods", pod("z", {}, { namespace: "other" }));
  const names = (scope: { namespace?: string; labels?: string; fields?: string }) =>
    store
      .list("pods", scope)
      .map((object) => object.metadata.name)
      .join("");
  expect(names({})).toBe("zabc");
  expect(names({ namespace: "shop" })).toBe("abc");
  expect(names({ labels: "app=x" })).toBe("ab");
  expect(names({ labels: "app in (y, q)" })).toBe("c");
  expect(names({ labels: "app notin (y)" })).toBe("zab");
  expect(names({ labels: "!app" })).toBe("z");
  expect(names({ fields: "status.phase!=Pending,metadata.namespace=shop" })).toBe("ab");
});

test("a watch tells of what is there, what changes, and what leaves the selection", async () => {
  const { store } = openStore();
  store.create("pods", pod("old", {}, { labels: { app: "x" } }));
  const seen: string[] = [];
  const stop = store.watch("pods", { labels: "app=x" }, (event) => seen.push(line(event)));
  expect(seen).toEqual(["ADDED old"]);
  store.create("pods", pod("new", {}, { labels: { app: "x" } }));
  store.patch("pods", "shop", "old", (draft) => {
    draft.metadata.labels = { app: "y" };
  });
  store.delete("pods", "shop", "new");
  await told();
  stop();
  store.create("pods", pod("later", {}, { labels: { app: "x" } }));
  await told();
  expect(seen).toEqual(["ADDED old", "ADDED new", "DELETED old", "DELETED new"]);
});

const line = (event: WatchEvent) => `${event.type} ${event.object.metadata.name}`;

test("a watch resumes from a version, and 410 says that it is too old", async () => {
  const { store } = openStore({ historyLength: 2 });
  const first = Number(store.create("pods", pod("p0")).metadata.resourceVersion);
  for (let i = 1; i < 4; i++) store.create("pods", pod(`p${i}`));
  const seen: string[] = [];
  store.watch("pods", { since: first }, (event) => seen.push(line(event)));
  expect(seen).toEqual(["ADDED p1", "ADDED p2", "ADDED p3"]);
  await told();
  for (let i = 4; i < 9; i++) store.create("pods", pod(`p${i}`));
  await told();
  expect(seen).toHaveLength(8);
  expect(refusal(() => store.watch("pods", { since: first }, () => undefined))).toMatch(
    /^410 too old resource version: 2 \(\d+\)$/,
  );
});

test("a pod on a node gets its grace; the kubelet's second delete removes it", () => {
  const { store } = openStore();
  store.create("pods", pod("web", { spec: { nodeName: "n", terminationGracePeriodSeconds: 30 } }));
  expect(store.delete("pods", "shop", "web").metadata).toMatchObject({
    deletionTimestamp: "2026-11-24T12:00:30Z",
    deletionGracePeriodSeconds: 30,
  });
  store.delete("pods", "shop", "web", { graceSeconds: 0 });
  expect(store.find("pods", "shop", "web")).toBeUndefined();
});

test("a finalizer keeps an object until it is taken away", () => {
  const { store } = openStore();
  store.create("configmaps", { metadata: { name: "c", namespace: "shop", finalizers: ["x/y"] } });
  store.delete("configmaps", "shop", "c");
  expect(store.get("configmaps", "shop", "c").metadata.deletionTimestamp).toBe("2026-11-24T12:00:00Z");
  store.patch("configmaps", "shop", "c", (draft) => {
    draft.metadata.finalizers = [];
  });
  expect(store.find("configmaps", "shop", "c")).toBeUndefined();
});

test.each([
  ["Background", "", "rs,pod"],
  ["Foreground", "", "pod,rs"],
  ["Orphan", "pod", "rs"],
] as const)("%s deletion of an owner leaves %j", async (propagation, left, order) => {
  const { store } = openStore();
  const rs = store.create("replicasets.apps", { metadata: { name: "rs", namespace: "shop" } });
  const owner = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: "rs",
    uid: rs.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  store.create("pods", pod("pod", {}, { ownerReferences: [owner] }));
  const gone: { name: string; version: number }[] = [];
  for (const resource of ["pods", "replicasets.apps"]) {
    store.watch(resource, {}, ({ type, object: { metadata } }) => {
      if (type === "DELETED") gone.push({ name: metadata.name, version: Number(metadata.resourceVersion) });
    });
  }
  store.delete("replicasets.apps", "shop", "rs", { propagation });
  await told();
  expect(
    store
      .list("pods")
      .map((object) => object.metadata.name)
      .join(),
  ).toBe(left);
  expect(
    gone
      .sort((a, b) => a.version - b.version)
      .map(({ name }) => name)
      .join(),
  ).toBe(order);
});

test("a dump opens again as it was, and older watches are too old", () => {
  const { store, clock } = openStore();
  store.create("pods", pod("web"));
  const again = new Store({ clock, from: JSON.parse(JSON.stringify(store.dump())) });
  expect(again.dump()).toEqual(store.dump());
  expect(refusal(() => again.watch("pods", { since: 1 }, () => undefined))).toMatch(/^410/);
});

test("admission completes or refuses, and a dry run keeps nothing", () => {
  const store = new Store({
    clock: heldClock(START),
    admission: [({ object }) => Object.assign(object, { seen: true })],
  });
  expect(store.create("pods", pod("web"), { isDryRun: true })).toMatchObject({ seen: true });
  expect(store.list("pods")).toEqual([]);
});
