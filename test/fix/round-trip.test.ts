// Broken, diagnosed, mended, verified, undone, broken again: for each cause that a user of the cluster can mend.

import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WorldData } from "../../src/sim/world/read.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

const password = "canary-robot-p4ss";
const oldPassword = "canary-old-p4ss";
const host = "registry.acme.example";
const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

const registries = {
  [host]: {
    dialect: "harbor",
    accounts: { robot: password },
    repositories: {
      "shop/cart": ["v2.4.0", "v2.4.1"],
      "shop/paid": { private: true, tags: ["v1"] },
      "shop/arm": { tags: { v1: { platforms: ["linux/arm64"], index: true, shape: "oci" } } },
    },
  },
  [ecr]: {
    accounts: { AWS: { password: "canary-token-today", expiredPasswords: ["canary-token-yesterday"] } },
    repositories: { "data/etl": ["b1"] },
  },
};

const cart = `${host}/shop/cart`;
const paid = `${host}/shop/paid:v1`;
const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");
const login = (word: string) => ({ username: "robot", password: word, auth: base64(`robot:${word}`) });

const secret = (name: string, type: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace: "shop", name, labels: { team: "shop" } },
  type,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

const dockerConfig = (key: string, word: string): string => JSON.stringify({ auths: { [key]: login(word) } });
const pullType = "kubernetes.io/dockerconfigjson";

interface Story {
  readonly cause: string;
  readonly fix: string;
  readonly world: WorldData;
  readonly argv?: readonly string[];
  /** Of docker, on the machine that mends it. */
  readonly hasLogin?: boolean;
  /** The node has the image by then, and needs no registry any more. */
  readonly staysMended?: boolean;
  /** The API server's side of the preparation, once the world runs. */
  readonly prepare?: (cluster: MendingWorld) => Promise<void>;
}

const one = (workload: Readonly<Record<string, unknown>>, more: WorldData = {}): WorldData => ({
  registries,
  workloads: { "shop/app": { policy: "Always", ...workload } },
  ...more,
});

const namespaced = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }];

/** Without a controller above it. */
function bare(kind: "Pod" | "Job", image = `${cart}:v2.4.l`) {
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

const stories: readonly Story[] = [
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
    cause: "secret-missing",
    fix: "attach-to-workload",
    world: one(
      { image: paid, secrets: ["regcred"] },
      { secrets: { "shop/reg-cred": { [host]: { username: "robot", password } } } },
    ),
  },
  {
    cause: "secret-missing",
    fix: "create-pull-secret",
    hasLogin: true,
    world: one({ image: paid, secrets: ["regcred"] }),
  },
  {
    cause: "secret-not-attached",
    fix: "attach-to-service-account",
    world: one({ image: paid }, { secrets: { "shop/harbor": { [host]: { username: "robot", password } } } }),
  },
  {
    cause: "secret-in-other-namespace",
    fix: "create-pull-secret",
    world: one(
      { image: paid, secrets: ["harbor"] },
      { secrets: { "other/harbor": { [host]: { username: "robot", password } } } },
    ),
  },
  {
    cause: "credentials-rejected",
    fix: "renew-pull-secret",
    hasLogin: true,
    world: one(
      { image: paid, secrets: ["harbor"] },
      { secrets: { "shop/harbor": { [host]: { username: "robot", password: oldPassword } } } },
    ),
  },
  {
    cause: "credentials-expired",
    fix: "renew-pull-secret",
    hasLogin: true,
    world: one(
      { image: `${ecr}/data/etl:b1`, secrets: ["ecr"] },
      { secrets: { "shop/ecr": { [ecr]: { username: "AWS", password: "canary-token-yesterday" } } } },
    ),
  },
  {
    cause: "credentials-missing",
    fix: "create-pull-secret",
    hasLogin: true,
    world: one({ image: paid }),
  },
  {
    cause: "secret-wrong-type",
    fix: "repair-pull-secret",
    world: one(
      { image: paid, secrets: ["harbor"] },
      { manifests: [secret("harbor", "Opaque", { ".dockerconfigjson": dockerConfig(host, password) })] },
    ),
  },
  {
    cause: "secret-wrong-host",
    fix: "repair-pull-secret",
    world: one(
      { image: paid, secrets: ["harbor"] },
      {
        manifests: [
          secret("harbor", pullType, {
            ".dockerconfigjson": dockerConfig("registry.acme.exmaple", password),
          }),
        ],
      },
    ),
  },
  {
    cause: "secret-literal-command",
    fix: "renew-pull-secret",
    hasLogin: true,
    world: one(
      { image: paid, secrets: ["harbor"] },
      {
        manifests: [
          secret("harbor", pullType, { ".dockerconfigjson": dockerConfig(host, "$(cat password.txt)") }),
        ],
      },
    ),
  },
  {
    cause: "secret-empty",
    fix: "repair-pull-secret",
    hasLogin: true,
    world: one(
      { image: paid, secrets: ["harbor"] },
      { manifests: [secret("harbor", pullType, { ".dockerconfigjson": '{"auths":{}}' })] },
    ),
  },
  {
    cause: "image-not-present",
    fix: "set-pull-policy",
    staysMended: true,
    world: one({ image: `${cart}:v2.4.1`, policy: "Never" }),
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
    cause: "secret-malformed",
    fix: "repair-pull-secret",
    hasLogin: true,
    world: one(
      { image: paid, secrets: ["harbor"] },
      {
        manifests: [
          secret("harbor", pullType, { ".dockerconfigjson": `{"auths":{"${host}":{"auth":"not base64!"}}}` }),
        ],
      },
    ),
  },
  {
    cause: "pod-predates-secret",
    fix: "restart-pods",
    staysMended: true,
    world: one({ image: paid }, { secrets: { "shop/harbor": { [host]: { username: "robot", password } } } }),
    prepare: async (cluster) => {
      await cluster.until("a pull fails", cannotPull(cluster));
      await new Promise((resolve) => setTimeout(resolve, 100));
      patch(cluster, "serviceaccounts", "default", (account) => ({
        ...account,
        imagePullSecrets: [{ name: "harbor" }],
      }));
    },
  },
  {
    cause: "stuck-after-fix",
    fix: "restart-pods",
    staysMended: true,
    world: one({ image: `${cart}:v2.4.l`, kind: "StatefulSet" }),
    prepare: async (cluster) => {
      await cluster.until("a pull fails", cannotPull(cluster));
      patch(cluster, "statefulsets.apps", "app", (set) =>
        JSON.parse(JSON.stringify(set).replaceAll("v2.4.l", "v2.4.1")),
      );
    },
  },
  {
    cause: "tag-not-found",
    fix: "roll-back",
    argv: ["--by", "roll-back"],
    world: one({ image: `${cart}:v2.4.0`, replicas: 2 }),
    prepare: async (cluster) => {
      await cluster.until("it runs", () => {
        const pods = cluster.world.store.list("pods").map((pod) => JSON.stringify(pod.status ?? {}));
        return pods.length === 2 && pods.every((status) => status.includes('"ready":true'));
      });
      patch(cluster, "deployments.apps", "app", (set) =>
        JSON.parse(JSON.stringify(set).replaceAll("v2.4.0", "v3.0.0")),
      );
    },
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
    // The simulated kubelet leaves a container that runs as it is.
    staysMended: true,
    world: { registries, manifests: [bare("Pod"), ...namespaced] },
  },
  {
    cause: "secret-not-attached",
    fix: "attach-to-workload",
    argv: ["--by", "attach-to-workload"],
    world: {
      registries,
      secrets: { "shop/harbor": { [host]: { username: "robot", password } } },
      manifests: [bare("Pod", paid), ...namespaced],
    },
  },
  {
    cause: "tag-not-found",
    fix: "set-image",
    argv: ["--tag", "v2.4.1"],
    world: { registries, manifests: [bare("Job"), ...namespaced] },
  },
];

function patch(
  { world: { store } }: MendingWorld,
  resource: "serviceaccounts" | "statefulsets.apps" | "deployments.apps",
  name: string,
  change: (object: Readonly<Record<string, unknown>>) => object,
): void {
  const object = JSON.parse(JSON.stringify(store.get(resource, "shop", name)));
  store.update(resource, { ...change(object), metadata: object.metadata });
}

const kinds = [
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "jobs.batch",
  "secrets",
  "serviceaccounts",
] as const;
const everything = (cluster: MendingWorld): unknown => kinds.map((kind) => cluster.own(kind));

async function opened({ world, hasLogin, prepare }: Story): Promise<MendingWorld> {
  const cluster = await mendingWorld(world);
  if (hasLogin === true) {
    const folder = join(cluster.folder, ".docker");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: login(password) } }));
    writeFileSync(join(cluster.folder, "aws"), "#!/bin/sh\necho canary-token-today\n");
    chmodSync(join(cluster.folder, "aws"), 0o755);
  }
  await prepare?.(cluster);
  await cluster.until("a pull fails", cannotPull(cluster));
  return cluster;
}

describe("broken, mended, verified, undone, broken again", () => {
  test.for(stories.map((story, at) => ({ ...story, at })))(
    "$at $cause by $fix",
    { timeout: 90_000 },
    async (story) => {
      const cluster = await opened(story);
      try {
        const { cause, fix, argv = [] } = story;
        const env = { PATH: `${cluster.folder}:/usr/bin:/bin` };
        const named = ["-n", "shop"];
        const diagnosed = await cluster.run(["diagnose", ...named, "-o", "json"]);
        expect(diagnosed.out).toContain(`"cause": "${cause}"`);
        const before = everything(cluster);
        const quick = ["--settle", "300ms", "--timeout", "40s"];
        const id = /"id": "([0-9a-f]{10})"/.exec(diagnosed.out)?.[1] ?? "";
        const fixed = await cluster.run(["fix", id, ...named, ...argv, "--yes", ...quick], { env });
        expect(fixed.out + fixed.err).toContain("running after");
        expect(fixed.code).toBe(0);
        expect(cluster.journal().join("\n")).toContain(`"${fix}"`);
        const verified = await cluster.run(["verify", ...quick]);
        expect(verified).toMatchObject({ code: 0, err: "" });
        const change = /undo (\S+)/.exec(fixed.out)?.[1] ?? "";
        const undone = await cluster.run(["undo", change, "--yes"]);
        expect(undone).toMatchObject({ code: 0, err: "" });
        expect(everything(cluster)).toEqual(before);
        // What runs keeps what it was made with; new pods meet the old state.
        const pods = cluster.world.store.list("pods", { namespace: "shop" });
        for (const { metadata } of pods.filter((pod) => pod.metadata.ownerReferences !== undefined))
          cluster.world.store.delete("pods", "shop", metadata.name ?? "");
        if (story.staysMended !== true) await cluster.until("a pull fails again", cannotPull(cluster));
        const told = [fixed, verified, undone].map(({ out, err }) => out + err).join("\n");
        for (const text of [told, ...cluster.journal()]) {
          expect(text).not.toContain("canary");
          expect(text).not.toContain(base64(`robot:${password}`));
        }
      } finally {
        await cluster.close();
      }
    },
  );
});
