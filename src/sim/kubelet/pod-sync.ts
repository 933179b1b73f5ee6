// One sync of one pod: publish what the last one found, then do what is to be done.
// pkg/kubelet/kubelet.go syncPod, kuberuntime_manager.go SyncPod; semantics reference 1.2, 1.4, 9.

import { isDeepStrictEqual } from "node:util";
import { items, type Json, type KubeObject, record, text, timestamp } from "../api/json.js";
import { sleep } from "../clock.js";
import { imageVolumesOf, policyOf, type Started, startContainer } from "./container-start.js";
import { credentialsFor } from "./credentials.js";
import type { ContainerKind, Instances } from "./instances.js";
import type { KubeletParts } from "./kubelet-parts.js";
import { isSidecar, shallRun, statusOf, type Waiting } from "./pod-status.js";
import type { SyncEnd } from "./pod-worker.js";
import type { EventText } from "./recorder.js";
import { makeSandbox } from "./sandbox.js";
import * as words from "./words.js";

const mountMs = 300;

export interface PodState {
  /** As the kubelet knows it: replaced when more than its status changes. */
  pod: KubeObject;
  readonly instances: Instances;
  readonly reasons: Map<string, Waiting>;
  isMounted: boolean;
  /** Aborted when the pod goes. */
  readonly gone: AbortController;
  /** A sandbox or container, by its id, began or ended. */
  changed(thing: string): void;
}

export async function syncPod(state: PodState, parts: KubeletParts): Promise<SyncEnd> {
  const { pod } = state;
  const phase = writeStatus(state, parts);
  if (phase === undefined || phase === "Succeeded" || phase === "Failed") return { is: "ok" };
  if (!state.isMounted) {
    await sleep(parts.clock, mountMs);
    state.isMounted = true;
  }
  const say = (event: EventText, fieldPath?: string): void =>
    parts.recorder.record(subjectOf(pod, fieldPath), event);
  sayMissingSecrets(state, parts, say);
  if (state.instances.sandbox === undefined) {
    const trouble = await makeSandbox(state, parts);
    if (trouble !== undefined) {
      const message = `Failed to create pod sandbox: ${trouble}`;
      say({ type: "Warning", reason: "FailedCreatePodSandBox", message });
      return { is: "failed" };
    }
    if (parts.traits.saysReadyAtOnce) writeStatus(state, parts);
  }
  return await startAll(state, parts, say);
}

/** The phase written; undefined: the pod is not there any more. */
export function writeStatus(state: PodState, parts: KubeletParts): string | undefined {
  const { pod, instances, reasons } = state;
  const { store, traits, runtime } = parts;
  const stored = store.find("pods", pod.metadata.namespace, pod.metadata.name);
  if (stored === undefined || stored.metadata.uid !== pod.metadata.uid) return undefined;
  const before = record(stored, "status");
  const phase = text(before, "phase");
  if (phase === "Failed" || phase === "Succeeded") return phase;
  const status = statusOf({
    pod,
    instances,
    reasons,
    traits,
    runtime: runtime.name,
    namesOf: (image) => parts.imageStore.namesOf(image),
    hostIp: parts.address,
    now: parts.clock.now(),
    before,
  });
  if (!isDeepStrictEqual(status, before)) {
    store.patch(
      "pods",
      pod.metadata.namespace,
      pod.metadata.name,
      (draft) => {
        draft.status = status;
      },
      { part: "status" },
    );
  }
  return text(status, "phase");
}

function sayMissingSecrets(state: PodState, parts: KubeletParts, say: (event: EventText) => void): void {
  if (!parts.traits.saysMissingSecrets) return;
  const { missing } = credentialsFor(state.pod, "", parts.store);
  if (missing.length === 0) return;
  say({
    type: "Warning",
    reason: "FailedToRetrieveImagePullSecret",
    message: words.missingSecrets(missing),
  });
}

type Say = (event: EventText, fieldPath?: string) => void;

async function startAll(state: PodState, parts: KubeletParts, say: Say): Promise<SyncEnd> {
  const { pod, reasons } = state;
  const found = new Map<string, Started>();
  const volumes = await ensureVolumes(state, parts, say);
  const start = async (kind: ContainerKind, container: Json): Promise<boolean> => {
    const name = text(container, "name");
    if (!shallRun(kind, container, state.instances.newest(name), pod)) return true;
    if (pod.metadata.deletionTimestamp !== undefined || state.gone.signal.aborted) return false;
    const trouble = imageVolumesOf(container, pod)
      .map((volume) => volumes.get(volume))
      .filter((one) => one !== undefined)
      .at(-1);
    const path = `spec.${{ init: "initContainers", regular: "containers", ephemeral: "ephemeralContainers" }[kind]}{${name}}`;
    const started = await startContainer(
      {
        pod,
        kind,
        container,
        instances: state.instances,
        signal: state.gone.signal,
        ...(trouble === undefined ? {} : { volumeTrouble: trouble }),
        record: (event) => say(event, path),
        changed: state.changed,
        isGoing: () => state.pod.metadata.deletionTimestamp !== undefined,
      },
      parts,
    );
    found.set(name, started);
    return started === undefined;
  };
  for (const container of items(pod.spec, "ephemeralContainers")) await start("ephemeral", container);
  if (await startInit(state, start)) {
    for (const container of items(pod.spec, "containers")) await start("regular", container);
  }
  for (const [name, started] of found) {
    if (started === undefined) reasons.delete(name);
    else reasons.set(name, { reason: started.reason, message: started.message });
  }
  return endOf([...found.values()], volumes, parts);
}

/** Starts the next init container. True: all are done, the regular ones may start. */
async function startInit(
  state: PodState,
  start: (kind: ContainerKind, container: Json) => Promise<boolean>,
): Promise<boolean> {
  let isReady = true;
  for (const container of items(state.pod.spec, "initContainers")) {
    const newest = state.instances.newest(text(container, "name"));
    if (isSidecar(container)) {
      if (newest !== undefined && newest.end === undefined) continue;
      // A sidecar that cannot start holds up the regular containers, not the next init container.
      if (!(await start("init", container))) isReady = false;
      continue;
    }
    if (newest?.end?.exitCode === 0) continue;
    if (newest === undefined || newest.end !== undefined) await start("init", container);
    return false;
  }
  return isReady;
}

/** All image volumes, before any container. By name: why one could not be had. */
async function ensureVolumes(state: PodState, parts: KubeletParts, say: Say): Promise<Map<string, Waiting>> {
  const failed = new Map<string, Waiting>();
  if (!parts.traits.hasImageVolumes) return failed;
  for (const volume of items(state.pod.spec, "volumes")) {
    const image = record(volume, "image");
    const reference = text(image, "reference");
    if (reference === "") continue;
    const policy = policyOf({ imagePullPolicy: image.pullPolicy });
    const answer = await parts.images.ensure(
      { pod: state.pod, image: reference, policy, record: say },
      state.gone.signal,
    );
    if (!answer.ok) failed.set(text(volume, "name"), answer);
  }
  return failed;
}

function endOf(
  started: readonly Started[],
  volumes: ReadonlyMap<string, Waiting>,
  parts: KubeletParts,
): SyncEnd {
  const failures = started.filter((one) => one !== undefined);
  if (failures.length === 0 && volumes.size === 0) return { is: "ok" };
  const retryAt = failures
    .map((one) => one.retryAt)
    .filter((one) => one !== undefined)
    .sort((a, b) => a - b)[0];
  if (!parts.traits.wakesAtCrashLoopEnd || retryAt === undefined) return { is: "failed" };
  const wait = Math.min(60_000, Math.max(0, retryAt - parts.clock.now()));
  return { is: "failed", afterMs: parts.rhythm.jitter(wait, 0.5) };
}

export function subjectOf(pod: KubeObject, fieldPath?: string) {
  const { namespace = "", name, uid, resourceVersion } = pod.metadata;
  return { namespace, name, uid, resourceVersion, ...(fieldPath === undefined ? {} : { fieldPath }) };
}

/** A pod that the kubelet will not run: `Evicted`, `DeadlineExceeded`. */
export function failPod(state: PodState, parts: KubeletParts, reason: string, message: string): void {
  const { namespace, name } = state.pod.metadata;
  if (parts.store.find("pods", namespace, name) === undefined) return;
  parts.store.patch(
    "pods",
    namespace,
    name,
    (draft) => {
      const startTime = text(draft, "status", "startTime") || timestamp(parts.clock.now());
      const kept = reason === "DeadlineExceeded" ? record(draft, "status") : {};
      draft.status = { ...kept, phase: "Failed", reason, message, startTime };
    },
    { part: "status" },
  );
}
