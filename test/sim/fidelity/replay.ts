// Replays a recording in the simulated world: the same objects at the same seconds, registries that
// behave as its world file says, and the same chance (jitter) as the real kubelet had.

import { standardAdmission } from "../../../src/sim/api/admission/standard.js";
import { isJson, items, type Json, type KubeObject, record, text } from "../../../src/sim/api/json.js";
import { mergePatch } from "../../../src/sim/api/patch/merge-patch.js";
import { nameOf, resourceOfKind } from "../../../src/sim/api/resources.js";
import { Store } from "../../../src/sim/api/store.js";
import { type HeldClock, heldClock } from "../../../src/sim/clock.js";
import { startControllers } from "../../../src/sim/controllers/start-controllers.js";
import { startNodes } from "../../../src/sim/kubelet/start-nodes.js";
import { startNetwork } from "../../../src/sim/network/start.js";
import { startRegistries } from "../../../src/sim/registry/registries.js";
import type { FidelityCase } from "./case.js";
import { idleSeconds, rhythmOf } from "./chance.js";
import { type Change, endOf, type Recording, toleranceSeconds } from "./recorded.js";

/** Seconds of world time before the first creation. */
const leadMs = 5000;

export interface Replayed {
  readonly pods: readonly Change[];
  readonly events: readonly Change[];
  /** Seconds of each request to the runtime for a pull. */
  readonly attempts: readonly number[];
}

export async function replay(recording: Recording, how: FidelityCase): Promise<Replayed> {
  const zero = Date.parse(recording.started);
  const clock = heldClock(zero - leadMs);
  const random = seeded(recording.id);
  const { world } = how;
  const network = await startNetwork({ clock, nameserver: world.nameserver });
  const registries = await startRegistries(world, { network, clock });
  for (const fault of world.networkFaults) {
    await network.change(fault.host.split(":")[0] ?? fault.host, fault.change);
  }
  const store = new Store({ clock, admission: standardAdmission, random });
  const controllers = startControllers({ store, clock, random, minor: 20 });
  const attempts: number[] = [];
  const nodes = startNodes(
    world.nodes.map((node) => node.config),
    {
      store,
      clock,
      network,
      random,
      rhythm: rhythmOf(recording),
      onPull: ({ at, image }) => {
        if (at >= zero && image !== crowdImage) attempts.push((at - zero) / 1000);
      },
    },
  );
  const seen: Record<"pods" | "events", Change[]> = { pods: [], events: [] };
  const stops = (["pods", "events"] as const).map((resource) =>
    store.watch(resource, {}, ({ type, object }) => {
      if (object.metadata.namespace === namespaceOf(recording)) {
        seen[resource].push({ s: (clock.now() - zero) / 1000, type, object });
      }
    }),
  );
  try {
    for (const name of new Set(["default", namespaceOf(recording)])) {
      store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    schedule(recording, how, { store, clock, zero, registries, nodes });
    await clock.advance(leadMs + (endOf(recording) + toleranceSeconds) * 1000);
  } finally {
    for (const stop of stops) stop();
    nodes.stop();
    controllers.stop();
    await registries.close();
    await network.close();
  }
  return { pods: seen.pods, events: seen.events, attempts };
}

type Parts = {
  readonly store: Store;
  readonly clock: HeldClock;
  readonly zero: number;
  readonly registries: Awaited<ReturnType<typeof startRegistries>>;
  readonly nodes: ReturnType<typeof startNodes>;
};

function namespaceOf(recording: Recording): string {
  const first = recording.pods[0]?.object ?? recording.final.pods[0];
  return first?.metadata.namespace ?? "default";
}

/** A pod that the manifest does not have, as it was when it was created. */
function asApplied(recording: Recording, name: string): Json | undefined {
  const pod = recording.pods.find(({ object }) => object.metadata.name === name)?.object;
  if (pod === undefined) return undefined;
  const { volumes: _, nodeName: __, ...spec } = record(pod, "spec");
  const containers = items(spec, "containers").map(({ volumeMounts: ___, ...container }) => container);
  const { labels } = pod.metadata;
  return { apiVersion: "v1", kind: "Pod", metadata: { name, labels }, spec: { ...spec, containers } };
}

/** What was done by hand, at its second. What no action names was there from the beginning. */
function schedule(recording: Recording, how: FidelityCase, parts: Parts): void {
  const { store, clock, zero } = parts;
  const namespace = namespaceOf(recording);
  const at = (seconds: number, act: () => void): void =>
    void clock.after(Math.max(0, zero + seconds * 1000 - clock.now()), act);
  const named = (kind: string, name: string): Json | undefined =>
    recording.objects.find((one) => one.kind === kind && text(one, "metadata", "name") === name) ??
    (kind === "Pod" ? asApplied(recording, name) : undefined);
  const isTimed = (object: Json): boolean =>
    recording.actions.some(({ action }) =>
      action.startsWith(`create ${String(object.kind)} ${text(object, "metadata", "name")}`),
    );
  at(-0.9, () => {
    const accounts = Array.isArray(recording.serviceAccount)
      ? recording.serviceAccount
      : [recording.serviceAccount];
    const isPatched = recording.actions.some(({ action }) => action.startsWith("patch ServiceAccount"));
    for (const account of accounts.filter(isJson)) {
      const name = text(account, "metadata", "name");
      if (isPatched || account.imagePullSecrets === undefined) continue;
      if (store.find("serviceaccounts", namespace, name) === undefined) {
        store.create("serviceaccounts", { ...account, metadata: { name, namespace } });
      } else {
        store.patch("serviceaccounts", namespace, name, (draft) => {
          draft.imagePullSecrets = account.imagePullSecrets;
        });
      }
    }
    for (const object of recording.objects) {
      if (object.kind !== "Namespace" && !isTimed(object)) create(store, object, namespace);
    }
  });
  for (const { s, action } of recording.actions) {
    const [verb = "", kind = "", name = "", ...rest] = action.split(" ");
    at(s, () => {
      if (verb === "create") {
        const object = named(kind, name);
        if (object !== undefined) create(store, object, namespace);
      } else if (verb === "delete") {
        store.delete(resourceFor(kind), namespace, name);
      } else if (verb === "patch") {
        patch(store, kind, namespace, name, JSON.parse(rest.join(" ")));
      }
    });
  }
  for (const change of how.changes) {
    at(change.at, () => {
      if (change.tag !== undefined && change.registry !== undefined) {
        parts.registries.putTag(change.registry, change.repository ?? "", change.tag);
      }
      if (change.runtime !== undefined) {
        for (const node of parts.nodes.all()) node.setRuntimeDown(change.runtime === "down");
      }
      if (change.diskPressure !== undefined) {
        for (const node of parts.nodes.all()) node.changePull({ hasDiskPressure: change.diskPressure });
      }
      if (change.pulled !== undefined) for (const node of parts.nodes.all()) void node.pull(change.pulled);
    });
    at(change.at - idleSeconds, () => {
      for (let other = 0; other < (change.others ?? 0); other++) {
        store.create("pods", crowdPod(`at-${change.at}-${other}`));
      }
    });
  }
}

/** What the pods of other cases want: all that matters is that they ask. */
const crowdImage = "elsewhere.example/other:1";

function crowdPod(name: string): Json {
  const spec = { restartPolicy: "Never", containers: [{ name: "other", image: crowdImage }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec };
}

function resourceFor(kind: string): string {
  const group: Readonly<Record<string, string>> = {
    Deployment: "apps/v1",
    DaemonSet: "apps/v1",
    StatefulSet: "apps/v1",
    Job: "batch/v1",
    CronJob: "batch/v1",
  };
  const found = resourceOfKind(group[kind] ?? "v1", kind);
  if (found === undefined) throw new Error(`no such kind: ${kind}`);
  return nameOf(found);
}

function create(store: Store, object: Json, namespace: string): void {
  const metadata = record(object, "metadata");
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...kept } = metadata;
  // CronJobs were v1beta1 then.
  const apiVersion = object.kind === "CronJob" ? "batch/v1" : object.apiVersion;
  const resource = resourceFor(String(object.kind));
  const name = text(object, "metadata", "name");
  if (object.kind === "ServiceAccount" && store.find(resource, namespace, name) !== undefined) {
    store.patch(resource, namespace, name, (draft) => {
      if (object.imagePullSecrets !== undefined) draft.imagePullSecrets = object.imagePullSecrets;
    });
    return;
  }
  store.create(resource, { ...object, apiVersion, metadata: { ...kept, namespace } });
}

function patch(store: Store, kind: string, namespace: string, name: string, change: Json): void {
  store.patch(resourceFor(kind), namespace, name, (draft) => {
    const containers = record(draft, "spec").containers;
    const next = mergePatch(draft, change) as KubeObject;
    Object.assign(draft, next);
    for (const path of [["spec"], ["spec", "template", "spec"]]) keepFields(draft, containers, path, change);
  });
}

/** A strategic patch of containers, by name. */
function keepFields(draft: Json, before: unknown, path: readonly string[], change: Json): void {
  const patched = record(change, ...path).containers;
  const target = record(draft, ...path);
  if (!Array.isArray(patched) || !Array.isArray(target.containers)) return;
  const old = Array.isArray(before) ? before : [];
  target.containers = patched.map((one) => ({
    ...old.find((container) => text(container, "name") === text(one, "name")),
    ...one,
  }));
}

/** A seed by name, so that each run is the same. */
function seeded(name: string): () => number {
  let state = [...name].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), 7) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
