// ReplicaSets: as many pods as are asked for. pkg/controller/replicaset.

import { count, items, type KubeObject, record, stringMap, text } from "../api/json.js";
import { workloadSelector } from "../api/selectors.js";
import { type Controller, type ControllerContext, controller } from "./controller.js";
import { isActive, isAvailable, isReady } from "./owned-pods.js";
import { createPod, deletePod } from "./pod-writing.js";
import { withCondition, writeStatus } from "./status.js";

const retryMs = 5000;

export function replicaSets(context: ControllerContext): Controller {
  return controller(context, {
    resource: "replicasets.apps",
    component: "replicaset-controller",
    reconcile(set, { events, queue }) {
      const pods = context.pods.of(set).filter(isActive);
      let failed = 0;
      if (set.metadata.deletionTimestamp === undefined) {
        const missing = (count(set, "spec", "replicas") ?? 1) - pods.length;
        for (let n = 0; n < missing; n++) {
          const pod = createPod(context, events, set, { template: record(set, "spec", "template") });
          if (pod === undefined) {
            failed = missing - n;
            break;
          }
          pods.push(pod);
        }
        if (missing < 0) {
          for (const pod of toRemove(pods, -missing)) {
            deletePod(context, events, set, pod);
            pods.splice(pods.indexOf(pod), 1);
          }
        }
      }
      if (failed > 0) queue.add(`${set.metadata.namespace}/${set.metadata.name}`, retryMs);
      report(context, set, pods, failed > 0);
    },
  });
}

function report(
  context: ControllerContext,
  set: KubeObject,
  pods: readonly KubeObject[],
  hasFailed: boolean,
): void {
  const now = context.clock.now();
  const seconds = count(set, "spec", "minReadySeconds") ?? 0;
  const matches = workloadSelector({ matchLabels: stringMap(set, "spec", "template", "metadata", "labels") });
  const ready = pods.filter(isReady).length;
  const available = pods.filter((pod) => isAvailable(pod, seconds, now)).length;
  const others = items(set, "status", "conditions").filter((one) => one.type !== "ReplicaFailure");
  const conditions = hasFailed
    ? withCondition(
        items(set, "status", "conditions"),
        {
          type: "ReplicaFailure",
          status: "True",
          reason: "FailedCreate",
          message: "pods could not be created",
        },
        now,
      )
    : others;
  writeStatus(context, "replicasets.apps", set, {
    replicas: pods.length,
    ...(pods.length === 0 ? {} : { fullyLabeledReplicas: pods.filter(matches).length }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length === 0 ? {} : { conditions }),
  });
}

/** Unassigned before assigned, waiting before running, not ready before ready, young before old. */
function toRemove(pods: readonly KubeObject[], many: number): KubeObject[] {
  const rank = (pod: KubeObject): number =>
    (text(pod, "spec", "nodeName") === "" ? 0 : 4) +
    (text(pod, "status", "phase") === "Running" ? 2 : 0) +
    (isReady(pod) ? 1 : 0);
  return [...pods]
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp) ||
        a.metadata.name.localeCompare(b.metadata.name),
    )
    .slice(0, many);
}
