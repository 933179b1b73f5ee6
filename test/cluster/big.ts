// A made-up cluster of any size: healthy pods of many workloads, and some that fail for as many
// reasons as asked. Objects have the fields, the order and the size that a real API server gives them.

import type { Json, KubeObject, Metadata } from "../../src/sim/api/json.js";

export interface ClusterShape {
  readonly pods: number;
  readonly failing: number;
  /** Each is one broken workload. */
  readonly reasons: number;
  /** managedFields as the API server keeps them: a quarter of a pod. */
  readonly isFull?: boolean;
}

const podsPerWorkload = 8;
const podsPerNode = 50;
const namespaces = 40;
export const bigNow = new Date("2026-11-24T12:00:00Z");

/** Nodes, namespaces, controllers, accounts, secrets and events; the pods come one by one. */
export function aroundPods(shape: ClusterShape): KubeObject[] {
  const nodes = Math.ceil(shape.pods / podsPerNode);
  return [
    ...range(namespaces, (at) => base("v1", "Namespace", { name: namespaceOf(at) })),
    ...range(nodes, nodeOf),
    ...range(namespaces, (at) =>
      base("v1", "ServiceAccount", { name: "default", namespace: namespaceOf(at) }),
    ),
    ...range(namespaces, secretOf),
    ...range(workloadsIn(shape), (at) => controllersOf(at, shape)).flat(),
    ...range(shape.failing, (at) => eventsOf(at, shape)).flat(),
  ];
}

/** The pod of this number; those below `failing` fail. */
export function podOf(at: number, shape: ClusterShape): KubeObject {
  const isFailing = at < shape.failing;
  const workload = workloadOf(at, shape);
  const name = podName(at, shape);
  const image = imageOf(workload, shape);
  const started = stamp(isFailing ? 20 : 6000 + (at % 5000));
  const labels = {
    app: appOf(workload),
    "pod-template-hash": hashOf(workload),
    team: `team-${workload % 17}`,
  };
  const container = (of: string, from: string): Json => ({
    name: of,
    image: from,
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    env: range(shape.isFull === true ? 18 : 1, (n) => ({
      name: `SETTING_${n}`,
      value: `value of setting ${n}`,
    })),
    resources: { limits: { cpu: "500m", memory: "256Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
    volumeMounts: [{ name: "kube-api-access", readOnly: true, mountPath: "/var/run/secrets/kubernetes.io" }],
    livenessProbe: { httpGet: { path: "/healthz", port: "http", scheme: "HTTP" }, periodSeconds: 10 },
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
  });
  return base(
    "v1",
    "Pod",
    {
      name,
      generateName: `${appOf(workload)}-${hashOf(workload)}-`,
      namespace: namespaceOf(workload),
      uid: uidOf("pod", at),
      resourceVersion: String(100_000 + at),
      creationTimestamp: started,
      labels,
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: `${appOf(workload)}-${hashOf(workload)}`,
          uid: uidOf("rs", workload),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      ...(shape.isFull === true ? { managedFields: managedFields(labels) } : {}),
    },
    {
      spec: {
        volumes: [{ name: "kube-api-access", projected: { defaultMode: 420, sources: [] } }],
        containers: [container("app", image), container("proxy", "docker.io/mesh/proxy:1.24.1")],
        restartPolicy: "Always",
        terminationGracePeriodSeconds: 30,
        dnsPolicy: "ClusterFirst",
        serviceAccountName: "default",
        serviceAccount: "default",
        nodeName: nodeName(at, shape),
        securityContext: {},
        imagePullSecrets: [{ name: "regcred" }],
        schedulerName: "default-scheduler",
        tolerations: ["not-ready", "unreachable"].map((key) => ({
          key: `node.kubernetes.io/${key}`,
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 300,
        })),
        priority: 0,
        enableServiceLinks: true,
      },
      status: statusOf(at, shape, image, started),
    },
  );
}

function statusOf(at: number, shape: ClusterShape, image: string, started: string): Json {
  const isFailing = at < shape.failing;
  const conditions = [
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
  ].map((type) => ({
    type,
    status: isFailing && /Ready$/.test(type) ? "False" : "True",
    lastProbeTime: null,
    lastTransitionTime: started,
  }));
  const running = (name: string, from: string): Json => ({
    name,
    state: { running: { startedAt: started } },
    lastState: {},
    ready: true,
    restartCount: 0,
    image: from,
    imageID: `${from.split(":")[0]}@sha256:${hex(at % 977, 64)}`,
    containerID: `containerd://${hex(at, 64)}`,
    started: true,
  });
  const waiting: Json = {
    name: "app",
    state: { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } },
    lastState: {},
    ready: false,
    restartCount: 0,
    image,
    imageID: "",
    started: false,
  };
  return {
    phase: isFailing ? "Pending" : "Running",
    conditions,
    hostIP: `10.0.${at % 200}.7`,
    podIP: `10.${at % 200}.4.9`,
    podIPs: [{ ip: `10.${at % 200}.4.9` }],
    startTime: started,
    containerStatuses: [
      isFailing ? waiting : running("app", image),
      running("proxy", "docker.io/mesh/proxy:1.24.1"),
    ],
    qosClass: "Burstable",
  };
}

/** What the runtime says when it cannot pull an image: one wording for each reason, then again. */
const says: readonly ((image: string, host: string) => string)[] = [
  (image) =>
    `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to https://${host}/v2/a/manifests/v1: 401 Unauthorized`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/a/manifests/v1": dial tcp: lookup ${host}: no such host`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/a/manifests/v1": dial tcp 203.0.113.7:443: connect: connection refused`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/a/manifests/v1": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  (image) => `failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: unexpected status code https://${host}/v2/a/blobs/sha256:aa: 503 Service Unavailable`,
  (image, host) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/a/manifests/v1": dial tcp 203.0.113.9:443: i/o timeout`,
];

function eventsOf(at: number, shape: ClusterShape): KubeObject[] {
  const workload = workloadOf(at, shape);
  const image = imageOf(workload, shape);
  const why = says[workload % says.length]?.(image, hostOf(workload)) ?? "";
  const rows: readonly (readonly [type: string, reason: string, message: string])[] = [
    ["Normal", "Scheduled", `Successfully assigned ${namespaceOf(workload)}/${podName(at, shape)} to a node`],
    ["Normal", "Pulling", `Pulling image "${image}"`],
    ["Warning", "Failed", `Failed to pull image "${image}": ${why}`],
    ["Warning", "Failed", "Error: ErrImagePull"],
    ["Normal", "BackOff", `Back-off pulling image "${image}"`],
    ["Warning", "Failed", "Error: ImagePullBackOff"],
  ];
  return rows.map(([type, reason, message], row) => ({
    ...base("v1", "Event", {
      name: `${podName(at, shape)}.${hex(at * 10 + row, 16)}`,
      namespace: namespaceOf(workload),
      uid: uidOf(`event${row}`, at),
      resourceVersion: String(500_000 + at * 10 + row),
      creationTimestamp: stamp(20),
    }),
    involvedObject: {
      kind: "Pod",
      namespace: namespaceOf(workload),
      name: podName(at, shape),
      uid: uidOf("pod", at),
      apiVersion: "v1",
      fieldPath: "spec.containers{app}",
    },
    reason,
    message,
    source: { component: "kubelet", host: nodeName(at, shape) },
    firstTimestamp: stamp(20),
    lastTimestamp: stamp(2),
    count: 4,
    type,
    eventTime: null,
    reportingComponent: "kubelet",
    reportingInstance: nodeName(at, shape),
  }));
}

function controllersOf(workload: number, shape: ClusterShape): KubeObject[] {
  const name = appOf(workload);
  const namespace = namespaceOf(workload);
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "app", image: imageOf(workload, shape) }] },
  };
  const isBroken = workload < shape.reasons;
  const counts = { replicas: podsPerWorkload, readyReplicas: isBroken ? 0 : podsPerWorkload };
  const selector = { matchLabels: { app: name } };
  const deployment = base(
    "apps/v1",
    "Deployment",
    { name, namespace, uid: uidOf("deploy", workload) },
    {
      spec: { replicas: podsPerWorkload, selector, template },
      status: { observedGeneration: 3, ...counts },
    },
  );
  const replicaSet = (hash: string, revision: number, image: string, replicas: number): KubeObject =>
    base(
      "apps/v1",
      "ReplicaSet",
      {
        name: `${name}-${hash}`,
        namespace,
        uid: uidOf(revision === 2 ? "rs" : "old", workload),
        annotations: { "deployment.kubernetes.io/revision": String(revision) },
        ownerReferences: [
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            name,
            uid: uidOf("deploy", workload),
            controller: true,
          },
        ],
      },
      {
        spec: {
          replicas,
          selector,
          template: { ...template, spec: { containers: [{ name: "app", image }] } },
        },
        status: { observedGeneration: 1, replicas, readyReplicas: isBroken ? 0 : replicas },
      },
    );
  return [
    deployment,
    replicaSet(hashOf(workload), 2, imageOf(workload, shape), podsPerWorkload),
    replicaSet("5c689d88bb", 1, `${hostOf(workload)}/shop/${name}:v0.9.0`, 0),
  ];
}

function nodeOf(at: number): KubeObject {
  return base(
    "v1",
    "Node",
    {
      name: `node-${at}`,
      uid: uidOf("node", at),
      labels: { "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": `node-${at}` },
    },
    {
      spec: {},
      status: {
        conditions: [{ type: "Ready", status: "True", lastTransitionTime: stamp(9000) }],
        images: range(50, (n) => ({
          names: [
            `${hostOf(n)}/shop/app-${at + n}@sha256:${hex(n, 64)}`,
            `${hostOf(n)}/shop/app-${at + n}:v1.0.0`,
          ],
          sizeBytes: 90_000_000 + n,
        })),
        nodeInfo: {
          architecture: "amd64",
          operatingSystem: "linux",
          containerRuntimeVersion: "containerd://1.7.24",
          kubeletVersion: "v1.31.4",
        },
      },
    },
  );
}

function secretOf(at: number): KubeObject {
  const auths = { auths: { "registry-0.example.com": { username: "robot", password: `made-up-${at}` } } };
  return {
    ...base("v1", "Secret", { name: "regcred", namespace: namespaceOf(at), uid: uidOf("secret", at) }),
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(JSON.stringify(auths)).toString("base64") },
  };
}

function managedFields(labels: Readonly<Record<string, string>>): Json[] {
  const fields = (names: readonly string[]): Json =>
    Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const container = {
    ".": {},
    ...fields(["image", "imagePullPolicy", "name", "terminationMessagePath", "terminationMessagePolicy"]),
    "f:env": Object.fromEntries(
      range(18, (n) => [`k:{"name":"SETTING_${n}"}`, { ".": {}, "f:name": {}, "f:value": {} }]),
    ),
    "f:resources": {
      ".": {},
      "f:limits": fields(["cpu", "memory"]),
      "f:requests": fields(["cpu", "memory"]),
    },
  };
  return [
    {
      manager: "kube-controller-manager",
      operation: "Update",
      apiVersion: "v1",
      time: stamp(6000),
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:metadata": { "f:generateName": {}, "f:labels": { ".": {}, ...fields(Object.keys(labels)) } },
        "f:spec": {
          "f:containers": { 'k:{"name":"app"}': container },
          ...fields(["dnsPolicy", "restartPolicy"]),
        },
      },
    },
    {
      manager: "kubelet",
      operation: "Update",
      apiVersion: "v1",
      time: stamp(5000),
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:status": {
          "f:conditions": {
            'k:{"type":"Ready"}': { ".": {}, ...fields(["lastProbeTime", "status", "type"]) },
          },
          ...fields(["containerStatuses", "hostIP", "phase", "podIP", "startTime"]),
        },
      },
      subresource: "status",
    },
  ];
}

function base(apiVersion: string, kind: string, metadata: Partial<Metadata>, rest: Json = {}): KubeObject {
  const { name = "", uid = `${kind}-${metadata.namespace}-${name}` } = metadata;
  const made = { resourceVersion: "1000", creationTimestamp: stamp(90_000) };
  return { apiVersion, kind, metadata: { ...made, ...metadata, name, uid }, ...rest };
}

const range = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const hex = (at: number, width: number): string =>
  (at * 2_654_435_761).toString(16).padStart(width, "0").slice(-width);
const uidOf = (kind: string, at: number): string =>
  `${kind}-${hex(at, 12)}-4000-8000-${at.toString(16).padStart(12, "0")}`;
/** So many seconds before now. */
const stamp = (secondsAgo: number): string =>
  new Date(bigNow.getTime() - 60_000 - secondsAgo * 10_000).toISOString().replace(/\.\d+/, "");

const workloadsIn = ({ pods, failing, reasons }: ClusterShape): number =>
  reasons + Math.ceil((pods - failing) / podsPerWorkload);
/** Failing pods belong to the first workloads, one for each reason. */
const workloadOf = (at: number, { failing, reasons }: ClusterShape): number =>
  at < failing ? at % reasons : reasons + Math.floor((at - failing) / podsPerWorkload);
const namespaceOf = (workload: number): string => `team-${workload % namespaces}`;
const appOf = (workload: number): string => `app-${workload}`;
const hashOf = (workload: number): string => `7d9f${hex(workload, 6)}`;
const hostOf = (workload: number): string => `registry-${workload % 5}.example.com`;
const podName = (at: number, shape: ClusterShape): string =>
  `${appOf(workloadOf(at, shape))}-${hashOf(workloadOf(at, shape))}-${at.toString(36).padStart(5, "x")}`;
const nodeName = (at: number, { pods }: ClusterShape): string =>
  `node-${(at * 7) % Math.ceil(pods / podsPerNode)}`;
/** A third of the healthy workloads share an image with another one. */
const imageOf = (workload: number, { reasons }: ClusterShape): string => {
  const of = workload < reasons || workload % 3 !== 0 ? workload : workload - 1;
  return `${hostOf(of)}/shop/${appOf(of)}:v1.${of % 40}.0`;
};
