// Stories of pull secrets and logins.

import { cannotPull } from "../world.js";
import {
  bare,
  base64,
  ecr,
  host,
  login,
  namespaced,
  oldPassword,
  one,
  paid,
  password,
  patch,
  registries,
  type Story,
} from "./story.js";

const pullType = "kubernetes.io/dockerconfigjson";
const dockerConfig = (key: string, word: string): string => JSON.stringify({ auths: { [key]: login(word) } });

const secret = (name: string, type: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace: "shop", name, labels: { team: "shop" } },
  type,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

/** A Deployment as kubectl apply left it, where the API server dropped a field of the manifest. */
function appliedWith(dropped: object) {
  const template = {
    metadata: { labels: { app: "app" } },
    spec: { containers: [{ name: "app", image: paid, imagePullPolicy: "Always" }] },
  };
  const spec = { replicas: 1, selector: { matchLabels: { app: "app" } }, template };
  const head = { apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace: "shop", name: "app" } };
  const applied = JSON.stringify({ ...head, spec: { ...spec, ...dropped } });
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": applied };
  return { ...head, metadata: { ...head.metadata, annotations }, spec };
}

export const credentialStories: readonly Story[] = [
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
    staysMended: "the pods are new ones; the ServiceAccount was right before",
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
    cause: "secret-missing",
    fix: "attach-to-service-account",
    argv: ["--by", "attach-to-service-account", "--with", "secret=harbor"],
    world: one(
      { image: paid },
      {
        secrets: { "shop/harbor": { [host]: { username: "robot", password } } },
        serviceAccounts: { "shop/default": ["regcred"] },
      },
    ),
  },
  {
    cause: "access-denied",
    fix: "renew-pull-secret",
    argv: ["--by", "renew-pull-secret", "--with", "secret=harbor"],
    hasLogin: true,
    world: one(
      { image: `${host}/shop/kept:v1`, secrets: ["harbor"] },
      { secrets: { "shop/harbor": { [host]: { username: "old", password: oldPassword } } } },
    ),
  },
  {
    cause: "pull-secrets-misplaced",
    fix: "attach-to-workload",
    world: {
      registries,
      secrets: { "shop/harbor": { [host]: { username: "robot", password } } },
      manifests: [...namespaced, appliedWith({ imagePullSecrets: [{ name: "harbor" }] })],
    },
  },
  {
    cause: "rate-limited",
    fix: "create-pull-secret",
    argv: ["--by", "create-pull-secret", "--with", "secret=hub"],
    hasLogin: true,
    world: {
      registries: {
        "docker.io": {
          accounts: { robot: password },
          limits: { anonymous: 100, account: 200, used: { anonymous: 100 } },
          repositories: { "acme/app": ["v1"] },
        },
      },
      workloads: { "shop/app": { image: "acme/app:v1", policy: "Always" } },
    },
  },
];
