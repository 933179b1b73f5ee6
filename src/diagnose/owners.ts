// From a pod up to the controller at the top, and back to the revisions that it keeps.

import type { OwnerRef, Pod, Workload } from "../model/objects.js";
import type { Snapshot } from "../model/snapshot.js";

export interface WorkloadIndex {
  find(owner: OwnerRef, namespace: string): Workload | undefined;
  /** Revisions (ReplicaSets, ControllerRevisions) owned by a workload, newest first. */
  revisionsOf(workload: Workload): readonly Workload[];
}

export function indexWorkloads(snapshot: Snapshot): WorkloadIndex {
  const byUid = new Map<string, Workload>();
  const byName = new Map<string, Workload>();
  const children = new Map<string, Workload[]>();
  for (const workload of snapshot.workloads) {
    if (workload.uid !== "") byUid.set(workload.uid, workload);
    byName.set(nameKey(workload.kind, workload.namespace, workload.name), workload);
    for (const owner of workload.owners) {
      const key = owner.uid || nameKey(owner.kind, workload.namespace, owner.name);
      children.set(key, [...(children.get(key) ?? []), workload]);
    }
  }
  return {
    find: (owner, namespace) =>
      byUid.get(owner.uid) ?? byName.get(nameKey(owner.kind, namespace, owner.name)),
    revisionsOf(workload) {
      const owned = [
        ...(children.get(workload.uid) ?? []),
        ...(children.get(nameKey(workload.kind, workload.namespace, workload.name)) ?? []),
      ];
      return owned
        .filter((child) => child.kind === "ReplicaSet" || child.kind === "ControllerRevision")
        .sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
    },
  };
}

/**
 * The controller at the top. When an owner was not read, a stand-in with the owner's name is
 * returned, so that pods of one ReplicaSet still count as one workload.
 */
export function topWorkload(pod: Pod, index: WorkloadIndex): Workload | undefined {
  let found: Workload | undefined;
  let owners: readonly OwnerRef[] = pod.owners;
  for (let level = 0; level < 5; level++) {
    const owner = owners.find((candidate) => candidate.uid !== "" || candidate.name !== "");
    if (owner === undefined) return found;
    const next =
      index.find(owner, pod.namespace) ??
      (found === undefined || level > 0 ? standIn(owner, pod) : undefined);
    if (next === undefined) return found;
    found = next;
    owners = next.owners;
  }
  return found;
}

function standIn(owner: OwnerRef, pod: Pod): Workload | undefined {
  const hash = pod.labels["pod-template-hash"];
  const isHashed = owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`);
  // The ReplicaSet's name is the Deployment's with the template hash behind it.
  const kind = isHashed ? "Deployment" : owner.kind;
  const name = isHashed ? owner.name.slice(0, -hash.length - 1) : owner.name;
  if (!isWorkloadKind(kind)) return undefined;
  return {
    kind,
    name,
    namespace: pod.namespace,
    uid: isHashed ? "" : owner.uid,
    owners: [],
    labels: {},
    selector: {},
    containers: [],
    pullSecrets: [],
    conditions: [],
    managedBy: pod.managedBy,
  };
}

const kinds = [
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "ReplicationController",
] as const;
const isWorkloadKind = (kind: string): kind is (typeof kinds)[number] =>
  (kinds as readonly string[]).includes(kind);

const nameKey = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`;
