// The Node that a kubelet registers, and what it reports of itself from time to time.

import { isDeepStrictEqual } from "node:util";
import { items, type Json, record, text, timestamp } from "../api/json.js";
import type { Store } from "../api/store.js";
import { schemes } from "./instances.js";
import type { KubeletParts } from "./kubelet-parts.js";

const reportMs = 10_000;
const heartbeatMs = 300_000;

/** Registers the node and keeps its status; returns the way to stop. */
export function keepNode(parts: KubeletParts): () => void {
  const { store, clock, config } = parts;
  if (store.find("nodes", undefined, config.name) === undefined) store.create("nodes", nodeObject(parts));
  let lastBeat = 0;
  let cancel: () => void = () => {};
  const report = (): void => {
    const isBeat = clock.now() - lastBeat >= heartbeatMs;
    if (isBeat) lastBeat = clock.now();
    reportStatus(parts, store, isBeat);
    cancel = clock.after(parts.rhythm.jitter(reportMs, 0.04), report);
  };
  report();
  return () => cancel();
}

function nodeObject({ config, platform, address, clock }: KubeletParts): Json {
  const { name, labels = {}, taints = [], isUnschedulable } = config;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": platform.architecture,
        "beta.kubernetes.io/os": platform.os,
        "kubernetes.io/arch": platform.architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": platform.os,
        ...labels,
      },
      annotations: {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
    },
    spec: {
      ...(taints.length === 0 ? {} : { taints: taints.map((taint) => ({ ...taint })) }),
      ...(isUnschedulable === true ? { unschedulable: true } : {}),
    },
    status: {
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      conditions: [{ type: "Ready", status: "False", lastHeartbeatTime: timestamp(clock.now()) }],
    },
  };
}

function reportStatus(parts: KubeletParts, store: Store, isBeat: boolean): void {
  const { config } = parts;
  const found = store.find("nodes", undefined, config.name);
  if (found === undefined) return;
  const before = record(found, "status");
  const status = nodeStatus(parts, before, isBeat);
  if (!isDeepStrictEqual(status, before)) {
    const change = (draft: Json): void => {
      draft.status = status;
    };
    store.patch("nodes", undefined, config.name, change, { part: "status" });
  }
  keepPressureTaint(parts, store);
}

/** What the node lifecycle controller does for a node that says it is under pressure. */
function keepPressureTaint(parts: KubeletParts, store: Store): void {
  const key = "node.kubernetes.io/disk-pressure";
  const has = items(store.find("nodes", undefined, parts.config.name)?.spec, "taints").some(
    (one) => one.key === key,
  );
  const wants = parts.state.pull.hasDiskPressure === true;
  if (has === wants) return;
  store.patch("nodes", undefined, parts.config.name, (draft) => {
    const spec = record(draft, "spec");
    const others = items(spec, "taints").filter((one) => one.key !== key);
    const own = { key, effect: "NoSchedule", timeAdded: timestamp(parts.clock.now()) };
    draft.spec = { ...spec, taints: wants ? [...others, own] : others };
  });
}

function nodeStatus(parts: KubeletParts, before: Json, isBeat: boolean): Json {
  const { config, platform, runtime, state } = parts;
  const capacity = {
    cpu: "4",
    "ephemeral-storage": "101430960Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    memory: "16374092Ki",
    pods: String(config.maxPods ?? 110),
  };
  const isReady = state.isRuntimeUp;
  const conditions = [
    condition(
      "MemoryPressure",
      false,
      "KubeletHasSufficientMemory",
      "kubelet has sufficient memory available",
    ),
    state.pull.hasDiskPressure === true
      ? condition("DiskPressure", true, "KubeletHasDiskPressure", "kubelet has disk pressure")
      : condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    isReady
      ? condition("Ready", true, "KubeletReady", "kubelet is posting ready status")
      : condition("Ready", false, "KubeletNotReady", "container runtime is down"),
  ];
  const old = items(before, "conditions");
  const now = timestamp(parts.clock.now());
  return {
    ...before,
    capacity,
    allocatable: { ...capacity, "ephemeral-storage": "93478772582", memory: "16271692Ki" },
    conditions: conditions.map((one) => {
      const known = old.find(({ type }) => type === one.type);
      const isSame = known?.status === one.status;
      return {
        type: one.type,
        status: one.status,
        lastHeartbeatTime: isSame && !isBeat ? known?.lastHeartbeatTime : now,
        lastTransitionTime: (isSame ? text(known, "lastTransitionTime") : "") || now,
        reason: one.reason,
        message: one.message,
      };
    }),
    nodeInfo: {
      machineID: "00000000000000000000000000000000",
      systemUUID: "00000000-0000-0000-0000-000000000000",
      bootID: "00000000-0000-0000-0000-000000000000",
      kernelVersion: "6.1.0-28-amd64",
      osImage: "Debian GNU/Linux 12 (bookworm)",
      containerRuntimeVersion: `${schemes[runtime.name]}://${runtime.version}`,
      kubeletVersion: config.kubelet,
      kubeProxyVersion: config.kubelet,
      operatingSystem: platform.os,
      architecture: platform.architecture,
    },
    images: parts.imageStore.report(),
  };
}

function condition(type: string, is: boolean, reason: string, message: string) {
  return { type, status: is ? "True" : "False", reason, message };
}
