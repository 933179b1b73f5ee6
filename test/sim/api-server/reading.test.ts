import { expect, test } from "vitest";
import { items, type Json, text } from "../../../src/sim/api/json.js";
import { PODS, serveForTests, shown, TABLE } from "./tested-server.js";

const api = serveForTests();

test("lists come in pages of one snapshot", async () => {
  api.createPods("a", "b", "c");
  const first = await api.ask(`${PODS}?limit=2`);
  expect(first.body.metadata).toMatchObject({ remainingItemCount: 1 });
  api.store.delete("pods", "default", "c");
  const token = text(first.body, "metadata", "continue");
  const second = await api.ask(`${PODS}?limit=2&continue=${token}`);
  expect(items(second.body, "items").map((one) => text(one, "metadata", "name"))).toEqual(["c"]);
  expect(text(second.body, "metadata", "resourceVersion")).toBe(
    text(first.body, "metadata", "resourceVersion"),
  );
});

test("a page of a list that was compacted away is gone, and leads on all the same", async () => {
  api.createPods("a", "b", "c");
  const first = await api.ask(`${PODS}?limit=1`);
  api.store.compact();
  const gone = await api.ask(`${PODS}?limit=1&continue=${text(first.body, "metadata", "continue")}`);
  expect([gone.status, gone.body.reason]).toEqual([410, "Expired"]);
  expect(gone.body.message).toContain("The provided continue parameter is too old");
  const rest = await api.ask(`${PODS}?continue=${text(gone.body, "metadata", "continue")}`);
  expect(items(rest.body, "items").map((one) => text(one, "metadata", "name"))).toEqual(["b", "c"]);
  expect((await api.ask(`${PODS}?continue=nonsense`)).status).toBe(400);
});

test("a watch without a version tells what is there first; with one, what came after", async () => {
  const [a] = api.createPods("a", "b");
  expect(shown(await api.watch(`${PODS}?watch=true`, 2))).toEqual(["ADDED a", "ADDED b"]);
  const after = a?.metadata.resourceVersion;
  expect(shown(await api.watch(`${PODS}?watch=true&resourceVersion=${after}`, 1))).toEqual(["ADDED b"]);
});

test("a watch tells of changes as they come, and of objects that leave the selection", async () => {
  api.createPods("a");
  api.store.patch("pods", "default", "a", (draft) => {
    draft.metadata.labels = { is: "in" };
  });
  const seen: Json[] = [];
  await api.ask(`${PODS}?watch=true&labelSelector=is%3Din`, {
    onLine(event) {
      seen.push(event);
      if (seen.length === 1) {
        api.store.patch("pods", "default", "a", (draft) => {
          draft.metadata.labels = { is: "out" };
        });
      }
      return seen.length === 2;
    },
  });
  expect(shown(seen)).toEqual(["ADDED a", "DELETED a"]);
});

test("a watch from before the history gets an event that says so", async () => {
  api.createPods("a");
  api.store.compact();
  const [event] = await api.watch(`${PODS}?watch=true&resourceVersion=1`, 1);
  expect(event).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
  expect(text(event, "object", "message")).toMatch(/^too old resource version: 1 \(\d+\)$/);
});

test("a version from the future is refused until it comes", async () => {
  const got = await api.ask(`${PODS}?resourceVersion=99999`);
  expect([got.status, got.body.message]).toEqual([
    504,
    `Timeout: Too large resource version: 99999, current: ${api.store.resourceVersion}`,
  ]);
  expect((await api.ask(`${PODS}?resourceVersion=x`)).status).toBe(422);
});

test("bookmarks come by the world's clock, and mark the end of the initial events", async () => {
  api.createPods("a");
  const path = `${PODS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
  const seen: Json[] = [];
  await api.ask(path, {
    onLine(event) {
      seen.push(event);
      if (seen.length === 2) void api.clock.advance(60_000);
      return seen.length === 3;
    },
  });
  expect(seen.map((event) => event.type)).toEqual(["ADDED", "BOOKMARK", "BOOKMARK"]);
  expect(seen[1]).toMatchObject({
    object: {
      kind: "Pod",
      metadata: {
        resourceVersion: String(api.store.resourceVersion),
        annotations: { "k8s.io/initial-events-end": "true" },
      },
    },
  });
  expect(seen[2]).not.toHaveProperty("object.metadata.annotations");
  expect((await api.ask(`${PODS}?watch=true&sendInitialEvents=true`)).body.message).toContain(
    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
  );
});

test("a watch ends when its time is up", async () => {
  const got = await api.ask(`${PODS}?watch=true&timeoutSeconds=1`);
  expect([got.status, got.text]).toEqual([200, ""]);
});

test("a watch of tables sends the columns once", async () => {
  api.createPods("a", "b");
  const events = await api.watch(`${PODS}?watch=true`, 2, { accept: TABLE });
  expect(items(events[0], "object", "columnDefinitions").length).toBe(9);
  expect(events[1]).toMatchObject({ object: { kind: "Table", columnDefinitions: null } });
  expect(items(events[1], "object", "rows")[0]?.cells).toEqual(
    expect.arrayContaining(["b", "0/1", "Pending"]),
  );
});

test("clients that drop in the middle of a watch leave nothing behind", async () => {
  const open = new Set<() => void>();
  const real = api.store.watch.bind(api.store);
  api.store.watch = (...args) => {
    const stop = real(...args);
    open.add(stop);
    return () => {
      open.delete(stop);
      stop();
    };
  };
  api.createPods("a");
  await Promise.all([1, 2, 3, 4, 5].map(() => api.watch(`${PODS}?watch=true`, 1)));
  await expect.poll(() => open.size).toBe(0);
});

test("metadata alone can be asked for", async () => {
  api.createPods("a");
  const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
  const { body } = await api.ask(PODS, { accept });
  expect(body.kind).toBe("PartialObjectMetadataList");
  expect(items(body, "items")[0]).not.toHaveProperty("spec");
  expect((await api.ask(PODS, { accept: "application/vnd.kubernetes.protobuf" })).status).toBe(406);
});

test("discovery comes aggregated in the version asked for, or plain", async () => {
  const as = (v: string) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`;
  const both = await api.ask("/apis", { accept: `${as("v2")},${as("v2beta1")}` });
  expect(both.headers["content-type"]).toBe(as("v2"));
  expect(both.body.apiVersion).toBe("apidiscovery.k8s.io/v2");
  expect((await api.ask("/api", { accept: as("v2beta1") })).body.apiVersion).toBe(
    "apidiscovery.k8s.io/v2beta1",
  );
  expect((await api.ask("/apis")).body.kind).toBe("APIGroupList");
  expect((await api.ask("/apis/apps/v1")).body).toMatchObject({
    kind: "APIResourceList",
    groupVersion: "apps/v1",
  });
  expect((await api.ask("/apis/nope/v1")).status).toBe(404);
});
