// Stories of names, tags and registries.

import { cannotPull } from "../world.js";
import {
  bare,
  cart,
  deployedAfter,
  host,
  namespaced,
  one,
  patch,
  redeploy,
  registries,
  type Story,
} from "./story.js";

export const imageStories: readonly Story[] = [
  { cause: "tag-not-found", fix: "set-image", world: one({ image: `${cart}:v2.4.l`, replicas: 2 }) },
  {
    cause: "tag-not-found",
    fix: "set-image",
    world: one({ image: `${cart}:v2.4.l`, kind: "StatefulSet", replicas: 2 }),
  },
  { cause: "tag-not-found", fix: "set-image", world: one({ image: `${cart}:v2.4.l`, kind: "DaemonSet" }) },
  {
    cause: "repository-not-found",
    fix: "set-image",
    world: {
      registries,
      workloads: {
        "shop/app": { image: `${host}/shop/crat:v2.4.1`, policy: "Always" },
        "shop/other": { image: `${cart}:v2.4.1` },
      },
    },
  },
  { cause: "invalid-reference", fix: "set-image", world: one({ image: `${host}/shop/Cart:v2.4.1` }) },
  {
    cause: "image-not-present",
    fix: "set-pull-policy",
    world: one({ image: `${cart}:v2.4.1`, policy: "Never" }, { nodes: [{ name: "a" }, { name: "b" }] }),
    // The node that has it by then goes.
    again: (cluster) => {
      for (const { spec } of cluster.world.store.list("pods", { namespace: "shop" })) {
        const { nodeName } = spec as { nodeName: string };
        patch(cluster, "nodes", nodeName, (node) => ({ ...node, spec: { unschedulable: true } }));
      }
    },
  },
  {
    cause: "platform-mismatch",
    fix: "set-platform",
    world: one(
      { image: `${host}/shop/arm:v1` },
      { nodes: [{ name: "node-a" }, { name: "node-b", architecture: "arm64" }] },
    ),
  },
  {
    cause: "stuck-after-fix",
    fix: "restart-pods",
    staysMended: "the pods are new ones; the template was right before",
    world: one({ image: `${cart}:v2.4.l`, kind: "StatefulSet" }),
    prepare: async (cluster) => {
      await cluster.until("a pull fails", cannotPull(cluster));
      redeploy("statefulsets.apps", "v2.4.l", "v2.4.1")(cluster);
    },
  },
  {
    cause: "tag-not-found",
    fix: "roll-back",
    argv: ["--by", "roll-back"],
    world: one({ image: `${cart}:v2.4.0`, replicas: 2 }),
    prepare: deployedAfter("v2.4.0", "v3.0.0"),
  },
  {
    cause: "rate-limited",
    fix: "use-mirror",
    argv: ["--by", "use-mirror", "--with", `mirror=${host}/hub`],
    world: {
      registries: {
        "docker.io": {
          limits: { anonymous: 100, account: 200, used: { anonymous: 100 } },
          repositories: { "acme/app": ["v1"] },
        },
        [host]: { repositories: { "hub/acme/app": ["v1"] } },
      },
      workloads: { "shop/app": { image: "acme/app:v1", policy: "Always" } },
    },
  },
  {
    cause: "tag-not-found",
    fix: "set-image",
    argv: ["--tag", "v2.4.1"],
    world: { registries, manifests: [bare("Pod"), ...namespaced] },
    // The simulated kubelet leaves a container that runs as it is.
    again: async (cluster) => {
      const { store } = cluster.world;
      const { spec, ...pod } = JSON.parse(JSON.stringify(store.get("pods", "shop", "app")));
      store.delete("pods", "shop", "app");
      await cluster.until("it is gone", () => store.list("pods", { namespace: "shop" }).length === 0);
      const { name, namespace } = pod.metadata;
      store.create("pods", { ...pod, metadata: { name, namespace }, spec, status: {} });
    },
  },
  {
    cause: "tag-not-found",
    fix: "set-image",
    argv: ["--tag", "v2.4.1"],
    world: { registries, manifests: [bare("Job"), ...namespaced] },
  },
  {
    cause: "registry-retired",
    fix: "move-registry",
    world: {
      registries: { "docker.io": { repositories: { "bitnamilegacy/redis": ["7.2.5"] } } },
      workloads: { "shop/app": { image: "bitnami/redis:7.2.5", policy: "Always" } },
    },
  },
  {
    cause: "registry-unavailable",
    fix: "use-mirror",
    argv: ["--with", `mirror=${host}/hub`],
    world: {
      registries: { ...registries, "quay.io": { repositories: { "acme/app": ["v1"] } } },
      faults: [{ at: "quay.io", stage: "manifest", kind: "status", status: 503, body: "html" }],
      workloads: { "shop/app": { image: "quay.io/acme/app:v1", policy: "Always" } },
    },
  },
  {
    cause: "connection-refused",
    fix: "use-mirror",
    argv: ["--by", "use-mirror", "--with", `mirror=${host}/hub`],
    world: {
      registries: { ...registries, "quay.io": { repositories: { "acme/app": ["v1"] } } },
      faults: [{ at: "quay.io", stage: "connect", kind: "refused" }],
      workloads: { "shop/app": { image: "quay.io/acme/app:v1", policy: "Always" } },
    },
  },
  {
    cause: "short-name-unresolved",
    fix: "set-image",
    world: {
      registries: { "docker.io": { repositories: { "acme/app": ["v1"] } } },
      nodes: [{ name: "node-1", runtime: "cri-o 1.33.0", kubelet: "v1.33.0", searchesHub: false }],
      workloads: { "shop/app": { image: "acme/app:v1", policy: "Always" } },
    },
  },
  {
    cause: "wrong-registry",
    fix: "set-image",
    world: {
      registries: { ...registries, "docker.io": { repositories: { "library/busybox": ["1"] } } },
      workloads: {
        "shop/app": { image: "shop/cart:v2.4.1", policy: "Always" },
        "shop/other": { image: `${cart}:v2.4.1` },
      },
    },
  },
  {
    cause: "dns-failure",
    fix: "set-image",
    world: {
      registries,
      workloads: {
        "shop/app": { image: "registry.acme.exampl/shop/cart:v2.4.1", policy: "Always" },
        "shop/other": { image: `${cart}:v2.4.1` },
      },
    },
  },
  {
    cause: "digest-not-found",
    fix: "set-image",
    world: one({ image: `${cart}:v2.4.1@sha256:${"0".repeat(64)}` }),
  },
  {
    cause: "manifest-unsupported",
    fix: "set-image",
    argv: ["--tag", "v2"],
    world: one({ image: `${host}/shop/two:v1` }),
  },
  {
    cause: "blob-missing",
    fix: "roll-back",
    world: one(
      { image: `${cart}:v2.4.1` },
      { faults: [{ at: host, stage: "blob", kind: "missing", repository: "shop/broken" }] },
    ),
    prepare: deployedAfter("shop/cart:v2.4.1", "shop/broken:v1"),
  },
  {
    cause: "content-corrupt",
    fix: "roll-back",
    world: one(
      { image: `${cart}:v2.4.1` },
      { faults: [{ at: host, stage: "blob", kind: "corrupt", repository: "shop/broken" }] },
    ),
    prepare: deployedAfter("shop/cart:v2.4.1", "shop/broken:v1"),
  },
];
