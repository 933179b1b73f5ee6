// Puts pods on nodes: the first look at once, another when nodes or pods change.

import { writeEvent } from "../api/event-write.js";
import { items, type Json, type KubeObject, record, text, timestamp } from "../api/json.js";
import type { Store } from "../api/store.js";
import type { Clock } from "../clock.js";
import { keyOf, Queue, splitKey } from "../controllers/queue.js";
import { demandOf, type Load, misfit, type NodeView, requestsOf, viewOf } from "./fit.js";
import { unschedulable } from "./words.js";

const component = "default-scheduler";
const retryMs = 300_000;

export interface SchedulerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  /** Of the API server's version: decides the words. */
  readonly minor: number;
}

/** Returns the way to stop. */
export function startScheduler(parts: SchedulerParts): () => void {
  const { store, clock } = parts;
  const scheduler = new Scheduler(parts);
  const queue = new Queue(clock, (key) => scheduler.schedule(key, queue));
  const isWaiting = (pod: KubeObject): boolean =>
    text(pod, "spec", "nodeName") === "" &&
    (text(pod, "spec", "schedulerName") || component) === component &&
    pod.metadata.deletionTimestamp === undefined;
  const stopPods = store.watch("pods", {}, ({ type, object }) => {
    if (type !== "DELETED" && isWaiting(object)) {
      // A pod that has been looked at waits for something to change.
      if (!scheduler.pending.has(keyOf(object))) queue.add(keyOf(object));
    }
    if (scheduler.note(type === "DELETED", object)) for (const key of scheduler.pending) queue.add(key);
  });
  const stopNodes = store.watch("nodes", {}, ({ type, object }) => {
    if (scheduler.noteNode(type === "DELETED", object)) for (const key of scheduler.pending) queue.add(key);
  });
  return () => {
    queue.stop();
    stopPods();
    stopNodes();
  };
}

class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #bound = new Map<
    string,
    { readonly node: string; readonly cpuMillis: number; readonly memoryBytes: number }
  >();
  readonly #loads = new Map<string, { pods: number; cpuMillis: number; memoryBytes: number }>();
  readonly #nodes = new Map<string, NodeView>();
  readonly #said = new Map<string, { readonly name: string; readonly message: string; count: number }>();
  /** Looked at, and fitting nowhere. */
  readonly pending = new Set<string>();
  #lastName = 0n;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Counts a pod for its node. True: there is more room than before. */
  note(isGone: boolean, pod: KubeObject): boolean {
    const { uid } = pod.metadata;
    const phase = text(pod, "status", "phase");
    const node = text(pod, "spec", "nodeName");
    const isOver = isGone || phase === "Succeeded" || phase === "Failed";
    const known = this.#bound.get(uid);
    if (isGone) {
      this.pending.delete(keyOf(pod));
      this.#said.delete(uid);
    }
    if (isOver) {
      if (known !== undefined) this.#add(known.node, -1, known);
      return this.#bound.delete(uid);
    }
    if (known === undefined && node !== "") {
      const wants = requestsOf(pod);
      this.#bound.set(uid, { node, ...wants });
      this.#add(node, 1, wants);
    }
    return false;
  }

  /** True: something changed that decides where pods may go. */
  noteNode(isGone: boolean, node: KubeObject): boolean {
    const before = this.#nodes.get(node.metadata.name)?.node;
    if (isGone) this.#nodes.delete(node.metadata.name);
    else this.#nodes.set(node.metadata.name, viewOf(node));
    const view = (one: KubeObject | undefined): string =>
      JSON.stringify([one?.metadata.labels, one?.spec, record(one, "status", "allocatable")]);
    return isGone || view(before) !== view(node);
  }

  schedule(key: string, queue: Queue): void {
    const { store } = this.#parts;
    const [namespace, name] = splitKey(key);
    const pod = store.find("pods", namespace, name);
    if (
      pod === undefined ||
      text(pod, "spec", "nodeName") !== "" ||
      pod.metadata.deletionTimestamp !== undefined
    ) {
      this.pending.delete(key);
      return;
    }
    const reasons = new Map<string, number>();
    let best: { readonly node: KubeObject; readonly pods: number } | undefined;
    const demand = demandOf(pod);
    for (const view of this.#nodes.values()) {
      const { node } = view;
      const load = this.#load(node.metadata.name);
      const why = misfit(demand, view, load, this.#parts.minor);
      if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
      else if (best === undefined || load.pods < best.pods) best = { node, pods: load.pods };
    }
    if (best !== undefined) {
      this.pending.delete(key);
      this.#bind(pod, best.node.metadata.name);
      return;
    }
    this.pending.add(key);
    this.#refuse(pod, unschedulable(this.#nodes.size, reasons, this.#parts.minor));
    queue.add(key, retryMs);
  }

  #bind(pod: KubeObject, node: string): void {
    const { store, clock } = this.#parts;
    const { namespace, name } = pod.metadata;
    store.patch("pods", namespace, name, (draft) => {
      record(draft, "spec").nodeName = node;
      setCondition(draft, { type: "PodScheduled", status: "True" }, clock.now());
    });
    const wants = requestsOf(pod);
    this.#bound.set(pod.metadata.uid, { node, ...wants });
    this.#add(node, 1, wants);
    this.#event(
      pod,
      "Normal",
      "Scheduled",
      "Binding",
      `Successfully assigned ${namespace}/${name} to ${node}`,
    );
  }

  #refuse(pod: KubeObject, message: string): void {
    const { store, clock } = this.#parts;
    const { namespace, name } = pod.metadata;
    store.patch(
      "pods",
      namespace,
      name,
      (draft) =>
        setCondition(
          draft,
          { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
          clock.now(),
        ),
      { part: "status" },
    );
    this.#event(pod, "Warning", "FailedScheduling", "Scheduling", message);
  }

  /** In the shape of events.k8s.io: a time to the microsecond, repetitions as a series. */
  #event(pod: KubeObject, type: string, reason: string, action: string, note: string): void {
    const { store, clock } = this.#parts;
    const { namespace = "", name, uid, resourceVersion } = pod.metadata;
    const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
    const said = this.#said.get(uid);
    if (said?.message === note && store.find("events", namespace, said.name) !== undefined) {
      said.count += 1;
      store.patch("events", namespace, said.name, (draft) => {
        draft.series = { count: said.count, lastObservedTime: time };
      });
      return;
    }
    const event = this.#nameFor(name);
    this.#said.set(uid, { name: event, message: note, count: 1 });
    writeEvent(store, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: event, namespace },
      involvedObject: { kind: "Pod", namespace, name, uid, apiVersion: "v1", resourceVersion },
      reason,
      message: note.slice(0, 1024),
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: time,
      action,
      reportingComponent: component,
      reportingInstance: `${component}-control-plane`,
    });
  }

  #nameFor(pod: string): string {
    const { clock, random } = this.#parts;
    const nanos = BigInt(Math.floor(clock.now())) * 1_000_000n + BigInt(Math.floor(random() * 999_999));
    this.#lastName = nanos > this.#lastName ? nanos : this.#lastName + 1n;
    return `${pod}.${this.#lastName.toString(16)}`;
  }

  #load(node: string): Load {
    return this.#loads.get(node) ?? { pods: 0, cpuMillis: 0, memoryBytes: 0 };
  }

  #add(
    node: string,
    sign: 1 | -1,
    wants: { readonly cpuMillis: number; readonly memoryBytes: number },
  ): void {
    const load = this.#load(node);
    this.#loads.set(node, {
      pods: load.pods + sign,
      cpuMillis: load.cpuMillis + sign * wants.cpuMillis,
      memoryBytes: load.memoryBytes + sign * wants.memoryBytes,
    });
  }
}

/** Sets one condition of a draft; its time moves only when its status does. */
function setCondition(draft: KubeObject, condition: Json, now: number): void {
  const status = record(draft, "status");
  const conditions = items(status, "conditions");
  const known = conditions.find((one) => one.type === condition.type);
  const isSame = known?.status === condition.status;
  const next = {
    lastProbeTime: null,
    ...condition,
    lastTransitionTime: isSame ? known?.lastTransitionTime : timestamp(now),
  };
  status.conditions =
    known === undefined ? [...conditions, next] : conditions.map((one) => (one === known ? next : one));
  draft.status = status;
}
