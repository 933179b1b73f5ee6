// A small world on a held clock for tests of nodes and controllers: registries from plain data,
// nodes by version, and short ways to ask what happened.

import { standardAdmission } from "../../src/sim/api/admission/standard.js";
import { items, type Json, type KubeObject, record, text } from "../../src/sim/api/json.js";
import { Store } from "../../src/sim/api/store.js";
import { type HeldClock, heldClock } from "../../src/sim/clock.js";
import { startControllers } from "../../src/sim/controllers/start-controllers.js";
import type { NodeConfig, Nodes } from "../../src/sim/kubelet/node-config.js";
import type { RhythmOptions } from "../../src/sim/kubelet/rhythm.js";
import { startNodes } from "../../src/sim/kubelet/start-nodes.js";
import { startNetwork } from "../../src/sim/network/start.js";
import { type Registries, startRegistries } from "../../src/sim/registry/registries.js";
import { readWorldData, type WorldData } from "../../src/sim/world/read.js";

export interface SmallWorld {
  readonly store: Store;
  readonly clock: HeldClock;
  readonly nodes: Nodes;
  readonly registries: Registries;
  /** Seconds and images of every request for a pull. */
  readonly pulls: readonly { readonly s: number; readonly image: string }[];
  pod(name: string): KubeObject | undefined;
  pods(): KubeObject[];
  /** A pod in the namespace `shop`. */
  create(name: string, image: string, more?: Json): KubeObject;
  apply(object: Json, resource: string): KubeObject;
  /** `reason: message` of the first waiting container, or the state's name. */
  state(name: string): string;
  /** `Type Reason xN message`, in order of first sight. */
  events(about: string): string[];
  seconds(n: number): Promise<void>;
  close(): Promise<void>;
}

export async function smallWorld(options: {
  readonly registries?: WorldData;
  readonly more?: WorldData;
  readonly node?: Partial<NodeConfig>;
  readonly nodes?: readonly Partial<NodeConfig>[];
  readonly kubelet?: string;
  readonly rhythm?: Partial<RhythmOptions>;
}): Promise<SmallWorld> {
  const world = readWorldData({ registries: options.registries ?? {}, ...options.more });
  const zero = Date.parse("2026-11-21T10:00:00Z");
  const clock = heldClock(zero);
  let seed = 7;
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  const network = await startNetwork({ clock, nameserver: world.nameserver });
  const registries = await startRegistries(world, { network, clock });
  for (const { host, change } of world.networkFaults)
    await network.change(host.split(":")[0] ?? host, change);
  const store = new Store({ clock, admission: standardAdmission, random });
  const kubelet = options.kubelet ?? "v1.32.5";
  const controllers = startControllers({ store, clock, random, minor: Number(kubelet.split(".")[1]) });
  const pulls: { s: number; image: string }[] = [];
  const configs = options.nodes ?? [options.node ?? {}];
  const nodes = startNodes(
    configs.map((config, index) => ({
      name: `node-${index + 1}`,
      kubelet,
      runtime: { name: "containerd", version: "1.7.27" } as const,
      ...config,
    })),
    {
      store,
      clock,
      network,
      random,
      onPull: ({ image, at }) => pulls.push({ s: (at - zero) / 1000, image }),
      ...(options.rhythm === undefined
        ? {}
        : {
            rhythm: {
              tickAtMs: 0,
              relistAtMs: 500,
              share: () => undefined,
              sandboxDelayMs: () => 0,
              ...options.rhythm,
            },
          }),
    },
  );
  for (const name of ["default", "shop"]) {
    store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  await clock.advance(100);
  const pod = (name: string): KubeObject | undefined => store.find("pods", "shop", name);
  return {
    store,
    clock,
    nodes,
    registries,
    pulls,
    pod,
    pods: () => [...store.list("pods", { namespace: "shop" })],
    create: (name, image, more = {}) =>
      store.create("pods", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "shop" },
        spec: { containers: [{ name: "app", image }], ...more },
      }),
    apply: (object, resource) =>
      store.create(resource, { ...object, metadata: { namespace: "shop", ...record(object, "metadata") } }),
    state: (name) => stateOf(pod(name)),
    events: (about) =>
      store
        .list("events", { namespace: "shop" })
        .filter((event) => text(event, "involvedObject", "name") === about)
        .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map((event) => {
          const count = Number(event.count ?? 0);
          return `${text(event, "type")} ${text(event, "reason")}${count > 1 ? ` x${count}` : ""} ${text(event, "message")}`;
        }),
    seconds: (n) => clock.advance(n * 1000),
    async close() {
      nodes.stop();
      controllers.stop();
      await registries.close();
      await network.close();
    },
  };
}

export function stateOf(pod: KubeObject | undefined): string {
  const statuses = [
    ...items(pod, "status", "initContainerStatuses"),
    ...items(pod, "status", "containerStatuses"),
  ];
  const waiting = statuses.find((one) => record(one, "state").waiting !== undefined);
  if (waiting === undefined) return text(pod, "status", "phase");
  const { reason, message } = record(waiting, "state", "waiting");
  return message === undefined ? String(reason) : `${String(reason)}: ${String(message)}`;
}
