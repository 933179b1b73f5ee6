// StatefulSets: pods in order, each waiting for the one before it; a stuck pod stops the rest.
// pkg/controller/statefulset.

import { count, items, type Json, type KubeObject, record, text } from "../api/json.js";
import { type Controller, type ControllerContext, controller } from "./controller.js";
import type { EventWriter } from "./event-writer.js";
import { isEnded, isReady } from "./owned-pods.js";
import { createPod, deletePod } from "./pod-writing.js";
import { keepRevisions, type Revision } from "./revisions.js";
import { writeStatus } from "./status.js";

export function statefulSets(context: ControllerContext): Controller {
  return controller(context, {
    resource: "statefulsets.apps",
    component: "statefulset-controller",
    reconcile(set, { events }) {
      if (set.metadata.deletionTimestamp !== undefined) return;
      const revisions = keepRevisions(context, set);
      const update = revisions.at(-1);
      if (update === undefined) return;
      const currentName = text(set, "status", "currentRevision");
      const current = revisions.find((one) => one.name === currentName) ?? update;
      step({ context, events, set, update, current });
      report({ context, events, set, update, current });
    },
  });
}

interface Rollout {
  readonly context: ControllerContext;
  readonly events: EventWriter;
  readonly set: KubeObject;
  readonly update: Revision;
  /** What pods below the partition, and those not updated yet, have. */
  readonly current: Revision;
}

const ordinal = (pod: KubeObject): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
const revisionOf = (pod: KubeObject): string => pod.metadata.labels?.["controller-revision-hash"] ?? "";

/** Does the next thing that may be done, and no more. */
function step(rollout: Rollout): void {
  const { context, events, set, update } = rollout;
  const replicas = count(set, "spec", "replicas") ?? 1;
  const isParallel = text(set, "spec", "podManagementPolicy") === "Parallel";
  const pods = new Map(context.pods.of(set).map((pod) => [ordinal(pod), pod]));
  for (let n = 0; n < replicas; n++) {
    const pod = pods.get(n);
    if (pod === undefined) {
      makePod(rollout, n);
      if (!isParallel) return;
      continue;
    }
    if (isEnded(pod)) {
      deletePod(context, events, set, pod, true);
      if (!isParallel) return;
      continue;
    }
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (!isParallel && (isGoing || !isReady(pod))) return;
  }
  const surplus = [...pods.values()].filter((pod) => ordinal(pod) >= replicas);
  surplus.sort((a, b) => ordinal(b) - ordinal(a));
  for (const pod of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) remove(rollout, pod);
    if (!isParallel) return;
  }
  if (surplus.length > 0 || text(set, "spec", "updateStrategy", "type") === "OnDelete") return;
  const partition = count(set, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  for (let n = replicas - 1; n >= partition; n--) {
    const pod = pods.get(n);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    if (revisionOf(pod) !== update.name) {
      remove(rollout, pod);
      return;
    }
    if (!isReady(pod)) return;
  }
}

function makePod({ context, events, set, update, current }: Rollout, n: number): void {
  const strategy = record(set, "spec", "updateStrategy");
  const partition = count(strategy, "rollingUpdate", "partition") ?? 0;
  const isOld = strategy.type === "RollingUpdate" && n < partition;
  const revision = isOld ? current : update;
  const name = `${set.metadata.name}-${n}`;
  const made = createPod(context, events, set, {
    template: revision.template,
    name,
    labels: {
      "controller-revision-hash": revision.name,
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(n),
    },
    spec: (spec: Json) => {
      spec.hostname = name;
      spec.subdomain = text(set, "spec", "serviceName");
    },
    isQuiet: true,
  });
  if (made === undefined) return;
  const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  events.write(set, "Normal", "SuccessfulCreate", message);
}

function remove({ context, events, set }: Rollout, pod: KubeObject): void {
  deletePod(context, events, set, pod, true);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  events.write(set, "Normal", "SuccessfulDelete", message);
}

function report({ context, set, update, current }: Rollout): void {
  const pods = context.pods.of(set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const replicas = count(set, "spec", "replicas") ?? 1;
  const ready = pods.filter(isReady).length;
  const updated = pods.filter((pod) => revisionOf(pod) === update.name);
  const isDone = updated.length === pods.length && pods.length === replicas && ready === replicas;
  const shown = isDone ? update : current;
  const ofCurrent = pods.filter((pod) => revisionOf(pod) === shown.name).length;
  writeStatus(context, "statefulsets.apps", set, {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    availableReplicas: ready,
    ...(ofCurrent === 0 ? {} : { currentReplicas: ofCurrent }),
    ...(updated.length === 0 ? {} : { updatedReplicas: updated.length }),
    currentRevision: shown.name,
    updateRevision: update.name,
    collisionCount: 0,
    ...(items(record(set, "status"), "conditions").length === 0
      ? {}
      : { conditions: items(set, "status", "conditions") }),
  });
}
