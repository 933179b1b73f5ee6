// A Deployment's status: counts, and the conditions that `kubectl rollout status` reads.

import { count, flag, items, type Json, type KubeObject, text, timestamp } from "../api/json.js";
import type { ControllerContext } from "./controller.js";
import { resolved } from "./hash.js";
import { type Condition, conditionOf, withCondition, writeStatus } from "./status.js";

/** Writes it; returns in how many ms the deadline is to be looked at. */
export function reportDeployment(
  context: ControllerContext,
  deployment: KubeObject,
  sets: readonly KubeObject[],
  current: KubeObject | undefined,
): number | undefined {
  const now = context.clock.now();
  const own = sets.find((set) => set.metadata.uid === current?.metadata.uid);
  const sum = (key: string): number =>
    sets.reduce((total, set) => total + (count(set, "status", key) ?? 0), 0);
  const wanted = count(deployment, "spec", "replicas") ?? 1;
  const replicas = sum("replicas");
  const ready = sum("readyReplicas");
  const available = sum("availableReplicas");
  const updated = count(own, "status", "replicas") ?? 0;
  const unavailable = Math.max(
    0,
    sets.reduce((n, set) => n + (count(set, "spec", "replicas") ?? 0), 0) - available,
  );
  const least = wanted - resolved(unavailableOf(deployment), wanted, false);
  let conditions = items(deployment, "status", "conditions");
  conditions = withCondition(
    conditions,
    available >= least
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
    now,
  );
  const isComplete = updated === wanted && replicas === wanted && available === wanted;
  const progress = progressing(deployment, own, { isComplete, updated, ready, available, replicas, now });
  if (progress.condition !== undefined) {
    conditions = withCondition(conditions, progress.condition, now);
    if (progress.hasMoved) {
      conditions = conditions.map((one) =>
        one.type === "Progressing" ? { ...one, lastUpdateTime: timestamp(now) } : one,
      );
    }
  }
  const status: Json = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(replicas === 0 ? {} : { replicas }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(unavailable === 0 ? {} : { unavailableReplicas: unavailable }),
    conditions,
  };
  writeStatus(context, "deployments.apps", deployment, status);
  return progress.checkAfterMs;
}

const unavailableOf = (deployment: KubeObject): unknown =>
  text(deployment, "spec", "strategy", "type") === "Recreate"
    ? 0
    : ((deployment.spec as { strategy?: { rollingUpdate?: { maxUnavailable?: unknown } } }).strategy
        ?.rollingUpdate?.maxUnavailable ?? "25%");

interface Counts {
  readonly isComplete: boolean;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly replicas: number;
  readonly now: number;
}

function progressing(
  deployment: KubeObject,
  set: KubeObject | undefined,
  counts: Counts,
): { condition?: Condition; hasMoved?: boolean; checkAfterMs?: number } {
  const known = conditionOf(deployment, "Progressing");
  const reason = text(known, "reason");
  const name = set?.metadata.name ?? "";
  const before = (key: string): number => count(deployment, "status", key) ?? 0;
  if (flag(deployment, "spec", "paused")) {
    const message = "Deployment is paused";
    return { condition: { type: "Progressing", status: "False", reason: "DeploymentPaused", message } };
  }
  if (set === undefined) return {};
  if (counts.isComplete) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    return { condition: { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message } };
  }
  const isOther = !text(known, "message").includes(`"${name}"`);
  const hasMoved =
    counts.updated > before("updatedReplicas") ||
    counts.ready > before("readyReplicas") ||
    counts.available > before("availableReplicas") ||
    counts.replicas - counts.updated < before("replicas") - before("updatedReplicas");
  const message = `ReplicaSet "${name}" is progressing.`;
  const moving: Condition = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message };
  const deadline = (count(deployment, "spec", "progressDeadlineSeconds") ?? 600) * 1000;
  if (known === undefined || isOther || hasMoved || reason === "DeploymentPaused") {
    return { condition: moving, hasMoved: true, checkAfterMs: deadline + 1000 };
  }
  if (reason === "ProgressDeadlineExceeded") return {};
  // What was complete and is not any more (a pod went) has no deadline.
  if (reason === "NewReplicaSetAvailable") return {};
  const since = counts.now - Date.parse(text(known, "lastUpdateTime"));
  if (since < deadline) return { condition: moving, checkAfterMs: deadline - since + 1000 };
  return {
    condition: {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: `ReplicaSet "${name}" has timed out progressing.`,
    },
  };
}
