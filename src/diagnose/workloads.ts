// Which workloads a finding stops, whether any pod of them still runs, and what ran before.

import type { Scene } from "../causes/define.js";
import { lastGood } from "../causes/last-good.js";
import type { Pod } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import type { FindingWorkload } from "../model/report.js";
import type { Judgement } from "./judge.js";

export function workloadsOf(group: readonly Judgement[], scene: Scene): FindingWorkload[] {
  const found = new Map<string, { pull: Pull; pods: Set<string> }>();
  for (const { pull } of group) {
    if (pull.pod.name === "") continue;
    const { kind, namespace, name } = subjectOf(pull);
    const key = `${kind} ${namespace}/${name}`;
    const known = found.get(key) ?? { pull, pods: new Set<string>() };
    known.pods.add(pull.pod.name);
    found.set(key, known);
  }
  return [...found.values()].map(({ pull, pods }) => describe(pull, pods.size, scene));
}

/** The workload's own kind and name; a pod without a controller stands for itself. */
export function subjectOf(pull: Pull): { kind: string; namespace: string; name: string } {
  const { workload, pod } = pull;
  return workload === undefined
    ? { kind: "Pod", namespace: pod.namespace, name: pod.name }
    : { kind: workload.kind, namespace: workload.namespace, name: workload.name };
}

function describe(pull: Pull, pods: number, scene: Scene): FindingWorkload {
  const subject = subjectOf(pull);
  const managedBy = pull.workload?.managedBy ?? pull.pod.managedBy;
  const good = pull.workload === undefined ? undefined : lastGood(pull, pull.workload, scene);
  const siblings = siblingsOf(pull, scene);
  const hasList = siblings.length > 0 && pull.workload !== undefined;
  const ready = pull.workload?.readyReplicas;
  // A live cluster keeps only samples of healthy pods: without the controller's own count, silence proves nothing.
  const wasCounted = hasList && !scene.snapshot.isLive;
  const isDown = ready !== undefined ? ready === 0 : wasCounted ? !siblings.some(runs) : undefined;
  return {
    ...subject,
    pods,
    ...(hasList ? { podsSeen: Math.max(siblings.length, pull.workload?.replicas ?? 0) } : {}),
    ...(isDown === undefined ? {} : { isDown }),
    ...(managedBy.length > 0 ? { managedBy } : {}),
    ...(good === undefined ? {} : { lastGoodImage: good.image }),
    ...(good?.revision === undefined ? {} : { lastGoodRevision: good.revision }),
  };
}

const runs = (pod: Pod): boolean =>
  pod.phase === "Running" &&
  pod.containers.every((container) => container.kind !== "container" || container.isReady);

function siblingsOf(pull: Pull, scene: Scene): readonly Pod[] {
  const uids = new Set(pull.pod.owners.map((owner) => owner.uid).filter((uid) => uid !== ""));
  const selector = Object.entries(pull.workload?.selector ?? {});
  return scene.snapshot.pods.filter((pod) => {
    if (pod.namespace !== pull.pod.namespace) return false;
    if (pod.owners.some((owner) => uids.has(owner.uid))) return true;
    return selector.length > 0 && selector.every(([key, value]) => pod.labels[key] === value);
  });
}
