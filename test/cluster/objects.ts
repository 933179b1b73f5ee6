// Small objects for tests of gathering, with the fields that matter there and no others.

import type { Json, KubeObject } from "../../src/sim/api/json.js";

export const now = new Date("2026-11-24T12:00:00Z");

export const minutesAgo = (minutes: number): string =>
  new Date(now.getTime() - minutes * 60_000).toISOString().replace(/\.\d+/, "");

export interface PodWish {
  readonly namespace?: string;
  readonly image?: string;
  readonly node?: string;
  /** Waiting reason of its container; absent: it runs. */
  readonly waiting?: string;
  readonly message?: string;
  readonly secrets?: readonly string[];
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly spec?: Json;
  readonly status?: Json;
  readonly minutes?: number;
}

export function object(apiVersion: string, kind: string, name: string, rest: Json = {}): KubeObject {
  const { namespace = "shop", metadata, ...more } = rest;
  const isCluster = kind === "Node" || kind === "Namespace";
  return {
    apiVersion,
    kind,
    ...more,
    metadata: {
      name,
      ...(isCluster ? {} : { namespace: String(namespace) }),
      uid: `${kind}-${String(namespace)}-${name}`,
      resourceVersion: "100",
      creationTimestamp: minutesAgo(60),
      ...(metadata as object | undefined),
    },
  };
}

export function pod(name: string, wish: PodWish = {}): KubeObject {
  const { namespace = "shop", image = "registry.example.com/shop/cart:v1", node = "node-1" } = wish;
  const { waiting, message, secrets = [], owner, minutes = 10 } = wish;
  const isRunning = waiting === undefined;
  const status = {
    name: "app",
    image,
    imageID: isRunning ? `${image}@sha256:aa` : "",
    ready: isRunning,
    restartCount: 0,
    state: isRunning
      ? { running: { startedAt: minutesAgo(minutes) } }
      : { waiting: { reason: waiting, ...(message === undefined ? {} : { message }) } },
  };
  const owners =
    owner === undefined
      ? {}
      : {
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              ...owner,
              uid: `${owner.kind}-${namespace}-${owner.name}`,
              controller: true,
            },
          ],
        };
  return object("v1", "Pod", name, {
    namespace,
    metadata: {
      ...owners,
      creationTimestamp: minutesAgo(minutes),
      labels: { app: name.replace(/-[^-]+$/, "") },
    },
    spec: {
      nodeName: node,
      serviceAccountName: "default",
      imagePullSecrets: secrets.map((secret) => ({ name: secret })),
      containers: [{ name: "app", image }],
      ...wish.spec,
    },
    status: {
      phase: isRunning ? "Running" : "Pending",
      startTime: minutesAgo(minutes),
      containerStatuses: [status],
      ...wish.status,
    },
  });
}

/** About the pod of this name; `count` times until two minutes ago. */
export function event(about: KubeObject, type: string, reason: string, message: string): KubeObject {
  const { name, namespace = "", uid } = about.metadata;
  return object("v1", "Event", `${name}.${reason}.${message.length}`, {
    namespace,
    involvedObject: { kind: "Pod", namespace, name, uid, fieldPath: "spec.containers{app}" },
    type,
    reason,
    message,
    count: 3,
    firstTimestamp: minutesAgo(9),
    lastTimestamp: minutesAgo(2),
    source: { component: "kubelet", host: "node-1" },
  });
}

/** The four events of a pull that fails. */
export function failure(about: KubeObject, image: string, why: string): KubeObject[] {
  return [
    event(about, "Normal", "Pulling", `Pulling image "${image}"`),
    event(about, "Warning", "Failed", `Failed to pull image "${image}": ${why}`),
    event(about, "Warning", "Failed", "Error: ErrImagePull"),
    event(about, "Normal", "BackOff", `Back-off pulling image "${image}"`),
  ];
}

export const notFoundWords = (image: string): string =>
  `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;

export function pullSecret(name: string, namespace = "shop", host = "registry.example.com"): KubeObject {
  const auths = { auths: { [host]: { username: "robot", password: "made-up" } } };
  return object("v1", "Secret", name, {
    namespace,
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(JSON.stringify(auths)).toString("base64") },
  });
}

export const account = (namespace = "shop"): KubeObject =>
  object("v1", "ServiceAccount", "default", { namespace });

export const node = (name: string): KubeObject =>
  object("v1", "Node", name, {
    status: {
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        containerRuntimeVersion: "containerd://2.1.4",
      },
    },
  });

export const namespace = (name: string): KubeObject => object("v1", "Namespace", name);
