import {
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { standardAdmission } from "../../src/sim/api/admission/standard.js";
import { kubeconfigOf } from "../../src/sim/api/http/kubeconfig.js";
import { type ApiServer, startApiServer } from "../../src/sim/api/http/server.js";
import { seedStandardObjects } from "../../src/sim/api/standard-objects.js";
import { Store } from "../../src/sim/api/store.js";
import { heldClock } from "../../src/sim/clock.js";

// A client library that is neither kubectl nor ours, against the simulated API server.

const store = new Store({
  clock: heldClock(Date.parse("2026-11-24T12:00:00Z")),
  admission: standardAdmission,
});
let server: ApiServer;
let config: KubeConfig;
let core: CoreV1Api;

beforeAll(async () => {
  seedStandardObjects(store);
  server = await startApiServer({
    store,
    clock: store.clock,
    version: "v1.35.2",
    nodes: { logs: () => undefined, exec: async () => 0, attach: async () => undefined },
  });
  config = new KubeConfig();
  const admin = await server.credentials();
  config.loadFromString(JSON.stringify(kubeconfigOf(server, admin, { name: "world", user: "admin" })));
  core = config.makeApiClient(CoreV1Api);
});
afterAll(() => server.close());

const namespace = "default";
const settings = (name: string, data: Record<string, string>) => ({ metadata: { name, namespace }, data });

test("creates, lists, reads, patches in three ways and deletes", async () => {
  const made = await core.createNamespacedConfigMap({ namespace, body: settings("one", { a: "1" }) });
  expect(made.metadata?.uid).toBeTruthy();
  const list = await core.listNamespacedConfigMap({ namespace, limit: 1 });
  expect(list.items.map((one) => one.metadata?.name)).toEqual(["one"]);
  const name = "one";
  const patches = [
    [PatchStrategy.StrategicMergePatch, { data: { b: "2" } }],
    [PatchStrategy.MergePatch, { data: { a: null } }],
    [PatchStrategy.JsonPatch, [{ op: "add", path: "/data/c", value: "3" }]],
  ] as const;
  for (const [strategy, body] of patches) {
    await core.patchNamespacedConfigMap(
      { name, namespace, body },
      setHeaderOptions("Content-Type", strategy),
    );
  }
  expect((await core.readNamespacedConfigMap({ name, namespace })).data).toEqual({ b: "2", c: "3" });
  await core.deleteNamespacedConfigMap({ name, namespace });
  await expect(core.readNamespacedConfigMap({ name, namespace })).rejects.toMatchObject({ code: 404 });
});

test("an informer sees what is there, what comes and what goes", async () => {
  store.create("configmaps", settings("before", { a: "1" }));
  const seen: string[] = [];
  const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
    core.listNamespacedConfigMap({ namespace }),
  );
  for (const verb of ["add", "update", "delete"] as const) {
    informer.on(verb, (object) => seen.push(`${verb} ${object.metadata?.name}`));
  }
  await informer.start();
  store.create("configmaps", settings("later", { a: "1" }));
  store.update("configmaps", settings("later", { a: "2" }));
  store.delete("configmaps", namespace, "before");
  await expect.poll(() => seen).toEqual(["add before", "add later", "update later", "delete before"]);
  await informer.stop();
});

test("a watch from a version that is gone says so", async () => {
  store.compact();
  const said = await new Promise<unknown>((resolve) => {
    void new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { resourceVersion: "1" },
      (type, object) => resolve({ type, code: object.code }),
      () => {},
    );
  });
  expect(said).toEqual({ type: "ERROR", code: 410 });
});
