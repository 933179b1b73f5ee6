// The status that a kubelet writes: what the runtime has, and why what is not there is not there.
// pkg/kubelet/{kubelet_pods,status/generate}.go; semantics reference 3.

import { at, items, type Json, type KubeObject, record, text, timestamp } from "../api/json.js";
import type { PulledImage, RuntimeName } from "../runtime/pull-types.js";
import { type ContainerKind, type Instance, type Instances, imageNames, schemes } from "./instances.js";
import { conditionsOf } from "./pod-conditions.js";
import type { KubeletTraits } from "./version.js";

/** Why a container could not be started: what the last sync found out. */
export interface Waiting {
  readonly reason: string;
  readonly message: string;
}

export interface StatusParts {
  readonly pod: KubeObject;
  readonly instances: Instances;
  /** By container name. */
  readonly reasons: ReadonlyMap<string, Waiting>;
  readonly traits: KubeletTraits;
  readonly runtime: RuntimeName;
  /** By which names the node knows an image, best first. */
  namesOf(image: PulledImage): readonly string[];
  readonly hostIp: string;
  readonly now: number;
  /** The status as it is in the cluster. */
  readonly before: Json;
}

export const isSidecar = (container: Json): boolean => text(container, "restartPolicy") === "Always";

export function statusOf(parts: StatusParts): Json {
  const { pod, instances, before } = parts;
  const init = containerStatuses("init", parts);
  const regular = containerStatuses("regular", parts);
  const ephemeral = containerStatuses("ephemeral", parts);
  const phase = phaseOf(pod, init, regular);
  const ip = instances.sandbox?.ip;
  const byName = (a: Json, b: Json): number => (text(a, "name") < text(b, "name") ? -1 : 1);
  return {
    phase,
    conditions: conditionsOf({ ...parts, phase, init, regular }),
    hostIP: parts.hostIp,
    ...(parts.traits.hasHostIps ? { hostIPs: [{ ip: parts.hostIp }] } : {}),
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: text(before, "startTime") || timestamp(parts.now),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: [...regular].sort(byName),
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral.sort(byName) }),
    qosClass: text(pod, "status", "qosClass") || "BestEffort",
  };
}

const lists = {
  init: ["initContainers", "initContainerStatuses"],
  regular: ["containers", "containerStatuses"],
  ephemeral: ["ephemeralContainers", "ephemeralContainerStatuses"],
} as const satisfies Record<ContainerKind, readonly [string, string]>;

function containerStatuses(kind: ContainerKind, parts: StatusParts): Json[] {
  const [specs, statuses] = lists[kind];
  const old = new Map(items(parts.before, statuses).map((one) => [text(one, "name"), one]));
  return items(parts.pod.spec, specs).map((container) =>
    containerStatus(kind, container, old.get(text(container, "name")), parts),
  );
}

function containerStatus(
  kind: ContainerKind,
  container: Json,
  old: Json | undefined,
  parts: StatusParts,
): Json {
  const { pod, instances, reasons, traits, runtime } = parts;
  const name = text(container, "name");
  const newest = instances.newest(name);
  const previous = instances.of(name).at(-2);
  const hasInit = items(pod.spec, "initContainers").length > 0;
  let state: Json = { waiting: { reason: hasInit ? "PodInitializing" : "ContainerCreating" } };
  let lastState = record(old, "lastState");
  if (newest !== undefined) {
    state = stateOf(newest, runtime);
    lastState = previous === undefined ? {} : stateOf(previous, runtime);
  }
  const waiting = reasons.get(name);
  if (waiting !== undefined && shallRun(kind, container, newest, pod)) {
    if (state.terminated !== undefined) lastState = state;
    state = { waiting: { reason: waiting.reason, message: waiting.message } };
  }
  const isRunning = state.running !== undefined;
  const isDone = kind === "init" && at(state, "terminated", "exitCode") === 0;
  const started = startedField(kind, container, isRunning, traits);
  return {
    name,
    state,
    lastState,
    ready: isRunning ? kind !== "init" || isSidecar(container) : isDone,
    restartCount: newest?.attempt ?? 0,
    ...(newest === undefined
      ? { image: text(container, "image"), imageID: "" }
      : imageNames(newest.image, parts.namesOf(newest.image), runtime)),
    ...(newest === undefined ? {} : { containerID: `${schemes[runtime]}://${newest.id}` }),
    ...(started === undefined ? {} : { started }),
    ...(traits.reportsMounts ? mountsOf(container) : {}),
  };
}

function startedField(
  kind: ContainerKind,
  container: Json,
  isRunning: boolean,
  traits: KubeletTraits,
): boolean | undefined {
  if (kind === "ephemeral") return undefined;
  if (kind === "init") return traits.reportsInitStarted ? isRunning && isSidecar(container) : undefined;
  return isRunning;
}

function mountsOf(container: Json): Json {
  const mounts = items(container, "volumeMounts").map((mount) => ({
    name: mount.name,
    mountPath: mount.mountPath,
    ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {}),
  }));
  return mounts.length === 0 ? {} : { volumeMounts: mounts };
}

function stateOf(instance: Instance, runtime: RuntimeName): Json {
  if (instance.end === undefined) return { running: { startedAt: timestamp(instance.startedAt) } };
  const { at: endedAt, exitCode, reason } = instance.end;
  return {
    terminated: {
      exitCode,
      reason,
      startedAt: timestamp(instance.startedAt),
      finishedAt: timestamp(endedAt),
      containerID: `${schemes[runtime]}://${instance.id}`,
    },
  };
}

/** Whether the kubelet would start this container (again) in a sync. */
export function shallRun(
  kind: ContainerKind,
  container: Json,
  newest: Instance | undefined,
  pod: KubeObject,
): boolean {
  if (newest === undefined) return true;
  if (newest.end === undefined || kind === "ephemeral") return false;
  if (kind === "init" && !isSidecar(container)) {
    return newest.end.exitCode !== 0 && text(pod, "spec", "restartPolicy") !== "Never";
  }
  if (isSidecar(container)) return true;
  const policy = text(pod, "spec", "restartPolicy");
  return policy === "Always" || (policy === "OnFailure" && newest.end.exitCode !== 0);
}

function phaseOf(pod: KubeObject, init: readonly Json[], regular: readonly Json[]): string {
  const policy = text(pod, "spec", "restartPolicy");
  const specs = items(pod.spec, "initContainers");
  let pendingInit = false;
  for (const [index, status] of init.entries()) {
    const state = record(status, "state");
    const last = at(status, "lastState", "terminated", "exitCode");
    const ended = at(state, "terminated", "exitCode");
    const failed = ended ?? (state.waiting === undefined ? 0 : last) ?? 0;
    const spec = specs[index];
    if (spec !== undefined && isSidecar(spec)) {
      if (state.running === undefined && ended === undefined) pendingInit = true;
      continue;
    }
    if (failed !== 0 && policy === "Never") return "Failed";
    if (ended === undefined && (state.waiting === undefined || last === undefined)) pendingInit = true;
    if (failed !== 0) pendingInit = true;
  }
  let waiting = 0;
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const status of regular) {
    const state = record(status, "state");
    if (state.running !== undefined) running++;
    else if (state.terminated !== undefined) {
      stopped++;
      if (at(state, "terminated", "exitCode") === 0) succeeded++;
    } else if (at(status, "lastState", "terminated") !== undefined) stopped++;
    else waiting++;
  }
  if (pendingInit || waiting > 0) return "Pending";
  if (running > 0 || policy === "Always") return "Running";
  if (stopped === succeeded) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}
