// What a round trip begins with: a small world in which one thing is wrong, and how it is mended there.

import type { WorldData } from "../../../src/sim/world/read.js";
import type { MendingWorld } from "../world.js";

export interface Story {
  readonly cause: string;
  readonly fix: string;
  readonly world: WorldData;
  readonly argv?: readonly string[];
  /** Of docker, on the machine that mends it. */
  readonly hasLogin?: boolean;
  /** The API server's side of the preparation, once the world runs. */
  readonly prepare?: (cluster: MendingWorld) => Promise<void>;
  /** After undo: what has to happen for the former state to be met, beside new pods. */
  readonly again?: (cluster: MendingWorld) => void | Promise<void>;
  /** Why it does not break again when the change is taken back. */
  readonly staysMended?: string;
}

export const password = "canary-robot-p4ss";
export const oldPassword = "canary-old-p4ss";
export const host = "registry.acme.example";
export const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

export const registries = {
  [host]: {
    dialect: "harbor",
    accounts: { robot: password, old: oldPassword },
    repositories: {
      "shop/cart": ["v2.4.0", "v2.4.1"],
      "shop/paid": { private: true, tags: ["v1"] },
      "shop/arm": { tags: { v1: { platforms: ["linux/arm64"], index: true, shape: "oci" } } },
      "shop/two": { tags: { v1: { shape: "helm-chart" }, v2: {} } },
      "shop/broken": ["v1"],
      "shop/kept": { readers: ["robot"], tags: ["v1"] },
      "hub/acme/app": ["v1"],
    },
  },
  [ecr]: {
    accounts: { AWS: { password: "canary-token-today", expiredPasswords: ["canary-token-yesterday"] } },
    repositories: { "data/etl": ["b1"] },
  },
};

export const cart = `${host}/shop/cart`;
export const paid = `${host}/shop/paid:v1`;
export const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");
export const login = (word: string) => ({
  username: "robot",
  password: word,
  auth: base64(`robot:${word}`),
});
export const namespaced = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }];

export const one = (workload: Readonly<Record<string, unknown>>, more: WorldData = {}): WorldData => ({
  registries,
  workloads: { "shop/app": { policy: "Always", ...workload } },
  ...more,
});

/** Without a controller above it. */
export function bare(kind: "Pod" | "Job", image = `${cart}:v2.4.l`) {
  const spec = {
    containers: [{ name: "app", image, imagePullPolicy: "Always", command: ["sleep", "3600"] }],
  };
  return {
    apiVersion: kind === "Pod" ? "v1" : "batch/v1",
    kind,
    metadata: { namespace: "shop", name: "app" },
    spec: kind === "Pod" ? spec : { template: { spec: { ...spec, restartPolicy: "Never" } } },
  };
}

export function patch(
  { world: { store } }: MendingWorld,
  resource: "serviceaccounts" | "statefulsets.apps" | "deployments.apps" | "nodes",
  name: string,
  change: (object: Readonly<Record<string, unknown>>) => object,
): void {
  const object = JSON.parse(JSON.stringify(store.get(resource, resource === "nodes" ? "" : "shop", name)));
  store.update(resource, { ...change(object), metadata: object.metadata });
}

/** As if somebody had deployed another image. */
export const redeploy =
  (resource: "statefulsets.apps" | "deployments.apps", from: string, to: string) =>
  (cluster: MendingWorld): void =>
    patch(cluster, resource, "app", (set) => JSON.parse(JSON.stringify(set).replaceAll(from, to)));

/** It ran with one image, and was then given another. */
export const deployedAfter = (from: string, to: string) => async (cluster: MendingWorld) => {
  await cluster.until("it runs", () => {
    const pods = cluster.world.store.list("pods").map((pod) => JSON.stringify(pod.status ?? {}));
    return pods.length > 0 && pods.every((status) => status.includes('"ready":true'));
  });
  redeploy("deployments.apps", from, to)(cluster);
};
