// Events are served by two API groups: one object, two forms.

import { expect, test } from "vitest";
import { items, text } from "../../../src/sim/api/json.js";
import { serveForTests, TABLE } from "./tested-server.js";

const api = serveForTests();
const CORE = "/api/v1/namespaces/default/events";
const NEWER = "/apis/events.k8s.io/v1/namespaces/default/events";

const old = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "web.1" },
  involvedObject: { apiVersion: "v1", kind: "Pod", name: "web", namespace: "default" },
  reason: "Failed",
  message: "Failed to pull image",
  type: "Warning",
  count: 3,
  source: { component: "kubelet", host: "n1" },
  lastTimestamp: "2026-01-01T00:05:00Z",
};

test("an event written by either group is read by both, each in its own words", async () => {
  await api.ask(CORE, { method: "POST", body: old });
  const newer = await api.ask(`${NEWER}/web.1`);
  expect(newer.body).toMatchObject({
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    regarding: { kind: "Pod", name: "web" },
    note: "Failed to pull image",
    deprecatedCount: 3,
    deprecatedSource: { component: "kubelet", host: "n1" },
    deprecatedLastTimestamp: "2026-01-01T00:05:00Z",
  });
  expect(newer.body).not.toHaveProperty("involvedObject");

  const made = await api.ask(NEWER, {
    method: "POST",
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "web.2" },
      regarding: { kind: "Pod", name: "web", namespace: "default" },
      reason: "Pulling",
      note: "Pulling image",
      action: "Pull",
      type: "Normal",
      reportingController: "kubelet",
      reportingInstance: "n1",
      eventTime: "2026-01-01T00:00:00.000000Z",
    },
  });
  expect([made.status, made.body.note]).toEqual([201, "Pulling image"]);
  expect((await api.ask(`${CORE}/web.2`)).body).toMatchObject({
    apiVersion: "v1",
    involvedObject: { name: "web" },
    message: "Pulling image",
    reportingComponent: "kubelet",
  });
});

test("lists, tables, selectors and watches of both groups show the same events", async () => {
  await api.ask(CORE, { method: "POST", body: old });
  const list = await api.ask(`${NEWER}?fieldSelector=regarding.name%3Dweb,type%3DWarning`);
  expect(items(list.body, "items").map((one) => text(one, "note"))).toEqual(["Failed to pull image"]);
  expect(items((await api.ask(`${NEWER}?fieldSelector=regarding.name%3Dother`)).body, "items")).toEqual([]);
  expect((await api.ask(`${NEWER}?fieldSelector=involvedObject.name%3Dweb`)).status).toBe(400);
  const tables = await Promise.all([CORE, NEWER].map((path) => api.ask(path, { accept: TABLE })));
  expect(tables[1]?.body.rows).toEqual(tables[0]?.body.rows);
  const [first] = await api.watch(`${NEWER}?watch=true`, 1);
  expect(text(first, "object", "note")).toBe("Failed to pull image");
  await api.ask(`${NEWER}/web.1`, { method: "DELETE" });
  expect((await api.ask(`${CORE}/web.1`)).status).toBe(404);
});

test("what was kept comes back once, in its one form", async () => {
  await api.ask(CORE, { method: "POST", body: old });
  const kept = api.store.dump().objects.filter((object) => object.kind === "Event");
  expect(kept.map((object) => object.apiVersion)).toEqual(["v1"]);
});
