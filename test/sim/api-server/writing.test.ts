import { expect, test } from "vitest";
import { type Asked, PODS, pod, serveForTests } from "./tested-server.js";

const api = serveForTests();

test("an object of 10 MB is refused, in words that arrive", async () => {
  const big = { ...pod("big"), metadata: { name: "big", annotations: { a: "x".repeat(10 * 1024 * 1024) } } };
  const got = await api.ask(PODS, { method: "POST", body: big });
  expect([got.status, got.body.reason, got.body.message]).toEqual([
    413,
    "RequestEntityTooLarge",
    "Request entity too large: limit is 3145728",
  ]);
});

test("writes with dryRun leave no trace", async () => {
  api.createPods("a");
  const before = api.store.resourceVersion;
  expect((await api.ask(`${PODS}?dryRun=All`, { method: "POST", body: pod("b") })).status).toBe(201);
  const patch = { metadata: { labels: { a: "b" } } };
  const type = "application/merge-patch+json";
  expect((await api.ask(`${PODS}/a?dryRun=All`, { method: "PATCH", body: patch, type })).body).toMatchObject(
    patch,
  );
  expect((await api.ask(`${PODS}/a?dryRun=All`, { method: "DELETE" })).status).toBe(200);
  expect((await api.ask(`${PODS}?dryRun=Some`, { method: "POST", body: pod("b") })).status).toBe(422);
  expect(api.store.resourceVersion).toBe(before);
});

test("fieldValidation refuses, warns or is silent", async () => {
  const body = { ...pod("a"), sepc: {} };
  const strict = await api.ask(`${PODS}?fieldValidation=Strict`, { method: "POST", body });
  expect(strict.body.message).toBe(
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "sepc"',
  );
  expect((await api.ask(PODS, { method: "POST", body })).headers.warning).toBe(
    '299 - "unknown field \\"sepc\\""',
  );
  const ignored = await api.ask(`${PODS}?fieldValidation=Ignore`, {
    method: "POST",
    body: { ...body, metadata: { name: "b" } },
  });
  expect([ignored.status, ignored.headers.warning]).toEqual([201, undefined]);
});

test.each<[string, string, Asked, number, string]>([
  [
    "a body that is no JSON",
    PODS,
    { method: "POST", body: "{" },
    400,
    "json parse error: unexpected end of JSON input",
  ],
  [
    "another kind",
    PODS,
    { method: "POST", body: { ...pod("a"), kind: "Secret" } },
    400,
    'Secret in version "v1" cannot be handled as a Pod: converting (v1.Secret) to (core.Pod): unknown conversion',
  ],
  [
    "another version",
    PODS,
    { method: "POST", body: { ...pod("a"), apiVersion: "v2" } },
    400,
    "does not match the expected API version (v1)",
  ],
  [
    "another namespace",
    PODS,
    { method: "POST", body: pod("a", { namespace: "shop" }) },
    400,
    "the namespace of the provided object does not match the namespace sent on the request",
  ],
  [
    "a version on a new object",
    PODS,
    { method: "POST", body: pod("a", { resourceVersion: "5" }) },
    500,
    "resourceVersion should not be set on objects to be created",
  ],
  [
    "an unknown type",
    PODS,
    { method: "POST", body: "x", type: "text/plain" },
    415,
    "the body of the request was in an unknown format",
  ],
  [
    "an unknown type of patch",
    `${PODS}/there`,
    { method: "PATCH", body: {}, type: "application/json" },
    415,
    "the body of the request was in an unknown format",
  ],
  [
    "another name",
    `${PODS}/there`,
    { method: "PUT", body: pod("other") },
    400,
    "the name of the object (other) does not match the name on the URL (there)",
  ],
  [
    "an apply without a manager",
    `${PODS}/there`,
    { method: "PATCH", body: pod("there"), type: "application/apply-patch+yaml" },
    422,
    "fieldManager: Required value: is required for apply patch",
  ],
  [
    "a method that is not served",
    PODS,
    { method: "PUT", body: pod("a") },
    405,
    "the server does not allow this method on the requested resource",
  ],
  [
    "a path that is not served",
    "/api/v1/namespaces/default/widgets",
    {},
    404,
    "the server could not find the requested resource",
  ],
  [
    "a subresource that is not served",
    `${PODS}/there/widgets`,
    {},
    404,
    "the server could not find the requested resource",
  ],
  ["exec without an upgrade", `${PODS}/there/exec`, { method: "POST" }, 400, "Upgrade request required"],
])("refuses %s", async (_, path, asked, code, words) => {
  api.createPods("there");
  const got = await api.ask(path, asked);
  expect(got.status).toBe(code);
  expect(got.body.message).toContain(words);
});

test("a stale write is a conflict", async () => {
  const [made] = api.createPods("a");
  api.store.patch("pods", "default", "a", (draft) => {
    draft.metadata.labels = { a: "b" };
  });
  const stale = await api.ask(`${PODS}/a`, { method: "PUT", body: { ...made } });
  expect([stale.status, stale.body.message]).toEqual([
    409,
    'Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again',
  ]);
});

test("a deletion of many takes those that match, and eviction answers with success", async () => {
  api.createPods("a", "b");
  api.store.create("pods", {
    ...pod("c"),
    metadata: { name: "c", namespace: "default", labels: { x: "y" } },
  });
  await api.ask(`${PODS}?labelSelector=x`, { method: "DELETE" });
  expect(api.store.list("pods").map((one) => one.metadata.name)).toEqual(["a", "b"]);
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "a" } };
  expect((await api.ask(`${PODS}/a/eviction`, { method: "POST", body })).body.status).toBe("Success");
  expect(api.store.list("pods").map((one) => one.metadata.name)).toEqual(["b"]);
});

test("binding gives a pod its node, once", async () => {
  api.createPods("a");
  const body = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: "a" },
    target: { kind: "Node", name: "n1" },
  };
  expect((await api.ask(`${PODS}/a/binding`, { method: "POST", body })).status).toBe(201);
  expect(api.store.get("pods", "default", "a")).toMatchObject({ spec: { nodeName: "n1" } });
  expect((await api.ask(`${PODS}/a/binding`, { method: "POST", body })).body.message).toContain(
    'pod a is already assigned to node "n1"',
  );
});

test("a deletion with a body is what the body says; the query is not read", async () => {
  api.createPods("a", "b");
  const options = { kind: "DeleteOptions", apiVersion: "v1" };
  const dry = { ...options, dryRun: ["All"] };
  await api.ask(`${PODS}/a`, { method: "DELETE", body: dry });
  await api.ask(`${PODS}/a?dryRun=All`, { method: "DELETE" });
  expect((await api.ask(`${PODS}/a`)).body.metadata).not.toHaveProperty("deletionTimestamp");
  await api.ask(`${PODS}/b?dryRun=All`, { method: "DELETE", body: { ...options, gracePeriodSeconds: 0 } });
  expect((await api.ask(`${PODS}/b`)).status).toBe(404);
});
