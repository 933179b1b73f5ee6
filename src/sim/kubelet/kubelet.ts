// One kubelet: takes in the pods that are bound to its node, and lets go of those that leave.

import { isDeepStrictEqual } from "node:util";
import { count, isJson, items, type Json, type KubeObject, text } from "../api/json.js";
import { Instances } from "./instances.js";
import type { KubeletParts } from "./kubelet-parts.js";
import { failPod, type PodState, subjectOf, syncPod, writeStatus } from "./pod-sync.js";
import { PodWorker, type SyncEnd } from "./pod-worker.js";

/** How often the status manager of old kubelets looks at what may be removed. */
const removalMs = 10_000;

interface Managed {
  readonly state: PodState;
  readonly worker: PodWorker;
  isEnding: boolean;
}

export class Kubelet {
  readonly #parts: KubeletParts;
  readonly #pods = new Map<string, Managed>();

  constructor(parts: KubeletParts) {
    this.#parts = parts;
  }

  /** A pod of this node as it now is; called for every change. */
  take(pod: KubeObject): void {
    const known = this.#pods.get(pod.metadata.uid);
    if (known === undefined) {
      this.#add(pod);
      return;
    }
    if (!differs(known.state.pod, pod)) return;
    known.state.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined && this.#parts.traits.cancelsPulls) {
      known.state.gone.abort();
    }
    known.worker.wake();
  }

  drop(pod: KubeObject): void {
    const known = this.#pods.get(pod.metadata.uid);
    if (known === undefined) return;
    known.worker.stop();
    known.state.gone.abort();
    for (const instance of known.state.instances.running()) instance.stop();
    this.#pods.delete(pod.metadata.uid);
  }

  instances(uid: string): Instances | undefined {
    return this.#pods.get(uid)?.state.instances;
  }

  stop(): void {
    for (const { worker, state } of this.#pods.values()) {
      worker.stop();
      state.gone.abort();
    }
    this.#pods.clear();
  }

  #add(pod: KubeObject): void {
    const { clock, rhythm, state: node } = this.#parts;
    const phase = text(pod, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed") return;
    const state: PodState = {
      pod,
      instances: new Instances(),
      reasons: new Map(),
      isMounted: false,
      gone: new AbortController(),
      changed: (thing) => worker.noteRuntimeEvent(thing),
    };
    const worker: PodWorker = new PodWorker({
      clock,
      rhythm,
      pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
      isRuntimeUp: () => node.isRuntimeUp,
      sync: () => this.#sync(managed),
    });
    const managed: Managed = { state, worker, isEnding: false };
    this.#pods.set(pod.metadata.uid, managed);
    const why = this.#refusal(pod);
    if (why !== undefined) {
      failPod(state, this.#parts, "Evicted", `Pod ${why}`);
      this.#parts.recorder.record(subjectOf(pod), { type: "Warning", reason: "Evicted", message: why });
      return;
    }
    const late = rhythm.firstSyncDelayMs(`${pod.metadata.namespace}/${pod.metadata.name}`);
    if (late > 0) clock.after(late, () => worker.wake());
    else worker.wake();
  }

  /** Why a node under pressure admits no pod that asks for nothing in particular. */
  #refusal(pod: KubeObject): string | undefined {
    if (this.#parts.state.pull.hasDiskPressure !== true) return undefined;
    const tolerates = items(pod.spec, "tolerations").some(
      (one) => text(one, "key") === "node.kubernetes.io/disk-pressure" || text(one, "key") === "",
    );
    return tolerates ? undefined : "The node had condition: [DiskPressure]. ";
  }

  async #sync(managed: Managed): Promise<SyncEnd> {
    const { state } = managed;
    if (state.pod.metadata.deletionTimestamp !== undefined) return this.#end(managed);
    const deadline = count(state.pod, "spec", "activeDeadlineSeconds");
    const started = Date.parse(text(state.pod, "status", "startTime"));
    if (deadline !== undefined && this.#parts.clock.now() >= started + deadline * 1000) {
      for (const instance of state.instances.running()) instance.stop();
      const message = "Pod was active on the node longer than the specified deadline";
      failPod(state, this.#parts, "DeadlineExceeded", message);
      return { is: "finished" };
    }
    return await syncPod(state, this.#parts);
  }

  /** Stops the containers, says so, and lets the API server remove the pod. */
  #end(managed: Managed): SyncEnd {
    const { state, worker } = managed;
    const { clock, recorder, traits, rhythm, store } = this.#parts;
    if (managed.isEnding) return { is: "finished" };
    managed.isEnding = true;
    const running = state.instances.running();
    for (const instance of running) {
      recorder.record(subjectOf(state.pod, fieldPathOf(state.pod, instance.container)), {
        type: "Normal",
        reason: "Killing",
        message: `Stopping container ${instance.container}`,
      });
      instance.stop();
    }
    const quickly = rhythm.relistAfter(clock.now() + (running.length > 0 ? 1000 : 0)) - clock.now();
    const after = traits.minor < 22 ? quickly + removalMs * (0.5 + 0.5 * this.#parts.random()) : quickly;
    clock.after(after, () => {
      const { namespace, name, uid } = state.pod.metadata;
      if (store.find("pods", namespace, name)?.metadata.uid !== uid) return;
      if (running.length > 0) writeStatus(state, this.#parts);
      worker.stop();
      store.delete("pods", namespace, name, { graceSeconds: 0, preconditions: { uid } });
    });
    return { is: "finished" };
  }
}

/** More than its status changed. */
function differs(before: KubeObject, after: KubeObject): boolean {
  const a = before.metadata;
  const b = after.metadata;
  return (
    a.deletionTimestamp !== b.deletionTimestamp ||
    a.deletionGracePeriodSeconds !== b.deletionGracePeriodSeconds ||
    !isDeepStrictEqual(before.spec, after.spec) ||
    !isDeepStrictEqual(a.labels, b.labels) ||
    !isDeepStrictEqual(a.annotations, b.annotations)
  );
}

function fieldPathOf(pod: KubeObject, container: string): string {
  const has = (list: string): boolean =>
    items(isJson(pod.spec) ? pod.spec : ({} as Json), list).some((one) => text(one, "name") === container);
  const list = has("initContainers")
    ? "initContainers"
    : has("containers")
      ? "containers"
      : "ephemeralContainers";
  return `spec.${list}{${container}}`;
}
