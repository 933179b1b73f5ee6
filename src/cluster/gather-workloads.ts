// The controllers of failing pods up to the top, with the revisions that they keep.

import type { KubeObject, Pod, Workload, WorkloadKind } from "../model/objects.js";
import type { Api } from "./api.js";
import { keyBytes, textsOf } from "./bytes.js";
import { placeOf, readKind, readNamed, type UnreadList } from "./gather-list.js";
import { inParallel } from "./paging.js";

/** Where each kind of controller is listed. */
const places: Readonly<Record<WorkloadKind, readonly [group: string, resource: string]>> = {
  Deployment: ["/apis/apps/v1", "deployments"],
  ReplicaSet: ["/apis/apps/v1", "replicasets"],
  StatefulSet: ["/apis/apps/v1", "statefulsets"],
  DaemonSet: ["/apis/apps/v1", "daemonsets"],
  ControllerRevision: ["/apis/apps/v1", "controllerrevisions"],
  Job: ["/apis/batch/v1", "jobs"],
  CronJob: ["/apis/batch/v1", "cronjobs"],
  ReplicationController: ["/api/v1", "replicationcontrollers"],
};

/** Kinds to read when a pod is owned by one: its own controllers, or the revisions it keeps. */
const families: Readonly<Record<string, readonly WorkloadKind[]>> = {
  ReplicaSet: ["Deployment", "ReplicaSet"],
  StatefulSet: ["StatefulSet", "ControllerRevision"],
  DaemonSet: ["DaemonSet", "ControllerRevision"],
  Job: ["Job", "CronJob"],
  ReplicationController: ["ReplicationController"],
};

/** A list for each kind and namespace: when very many fail, those of the worst hit are read. */
const maxLists = 40;
const listPages = 6;

interface Wanted {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  /** Of controllers, and of what they are owned by. */
  readonly names: Set<string>;
  pods: number;
}

/** Controllers of these pods with their revisions. */
export async function readWorkloads(
  api: Api,
  pods: readonly Pod[],
  unread: UnreadList,
): Promise<readonly Workload[]> {
  const lists = listsFor(pods);
  for (const { namespace } of lists.slice(maxLists)) {
    const why = "asked for only where most pods fail";
    unread.add("workloads", why, { namespace, isMinor: true });
  }
  const found: Workload[] = [];
  await inParallel(lists.slice(0, maxLists), async ({ namespace, kind, names }) => {
    const { objects, answer } = await readKind(api, kind, {
      path: placeOf(...places[kind], namespace),
      maxPages: listPages,
      filter: (bytes) => concerns(bytes, names),
    });
    found.push(...objects.filter(isWorkload));
    if (!answer.ok) unread.add("workloads", answer.why, { namespace, isMinor: true });
  });
  return found;
}

/** Worst hit namespaces first. */
function listsFor(pods: readonly Pod[]): readonly Wanted[] {
  const lists = new Map<string, Wanted>();
  for (const { namespace, owners } of pods) {
    for (const { kind: owner, name } of owners) {
      for (const kind of families[owner] ?? []) {
        const key = `${kind} ${namespace}`;
        const list = lists.get(key) ?? { namespace, kind, names: new Set<string>(), pods: 0 };
        lists.set(key, list);
        list.pods += 1;
        // `checkout-6f7c9` belongs to Deployment checkout, `report-28391` to CronJob report.
        list.names.add(name).add(name.replace(/-[^-]+$/, ""));
      }
    }
  }
  return [...lists.values()].sort((a, b) => b.pods - a.pods || (a.namespace < b.namespace ? -1 : 1));
}

const nameKey = keyBytes("name");

/** Whether an object or its owner has one of these names; most of a namespace's history does not. */
function concerns(bytes: Buffer, names: ReadonlySet<string>): boolean {
  for (const name of textsOf(bytes, nameKey)) if (names.has(name)) return true;
  return false;
}

const isWorkload = (object: KubeObject): object is Workload => isWorkloadKind(object.kind);

export const isWorkloadKind = (kind: string): kind is WorkloadKind => Object.hasOwn(places, kind);

/** Where one controller is read: `/apis/apps/v1/namespaces/shop/deployments/checkout`. */
export async function readWorkload(
  api: Api,
  kind: WorkloadKind,
  namespace: string,
  name: string,
): ReturnType<typeof readNamed<WorkloadKind>> {
  return readNamed(api, kind, `${placeOf(...places[kind], namespace)}/${encodeURIComponent(name)}`);
}
