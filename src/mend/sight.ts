// How a pod is, as far as its image and its running go.

import type { Api } from "../cluster/api.js";
import { type Json, number, record, records, text, textMap } from "../cluster/objects-fields.js";
import { readPages } from "../cluster/paging.js";
import { collectionPath } from "../cluster/resources.js";

export interface PodSight {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly isReady: boolean;
  readonly isGoing: boolean;
  readonly isDone: boolean;
  readonly restarts: number;
  /** A container waits for its image: its reason. */
  readonly waitsForImage?: string;
  /** A container was pulled and ended badly: `exit 1`, `OOMKilled`. */
  readonly crashes?: string;
  /** The scheduler's words for why it has no node. */
  readonly unschedulable?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owners: readonly string[];
}

const pullReasons =
  /^(ErrImagePull|ImagePullBackOff|ImageInspectError|ErrImageNeverPull|InvalidImageName|RegistryUnavailable|SignatureValidationFailed)$/;

function podSight(pod: Json): PodSight {
  const metadata = record(pod.metadata);
  const status = record(pod.status);
  const containers = [...records(status.initContainerStatuses), ...records(status.containerStatuses)];
  const reasons = containers.map((one) => text(record(record(one.state).waiting).reason) ?? "");
  const waits = reasons.find((reason) => pullReasons.test(reason));
  const crashed = containers.find(
    (one, at) =>
      /^(CrashLoopBackOff|RunContainerError|CreateContainerError)$/.test(reasons[at] ?? "") ||
      endedBadly(one),
  );
  const conditions = records(status.conditions);
  const ready = conditions.find(({ type }) => type === "Ready");
  const placed = conditions.find(({ type }) => type === "PodScheduled");
  return {
    namespace: text(metadata.namespace) ?? "",
    name: text(metadata.name) ?? "",
    uid: text(metadata.uid) ?? "",
    isReady: ready?.status === "True" && status.phase === "Running",
    isGoing: metadata.deletionTimestamp !== undefined,
    isDone: status.phase === "Succeeded",
    restarts: containers.reduce((sum, one) => sum + (number(one.restartCount) ?? 0), 0),
    ...(waits === undefined ? {} : { waitsForImage: waits }),
    ...(crashed === undefined ? {} : { crashes: ending(crashed) }),
    ...(placed?.status === "False" && placed.reason === "Unschedulable"
      ? { unschedulable: text(placed.message) ?? "the scheduler gives no reason" }
      : {}),
    labels: textMap(metadata.labels),
    owners: records(metadata.ownerReferences).map(({ uid }) => String(uid)),
  };
}

const endedBadly = (container: Json): boolean =>
  (number(record(record(container.state).terminated).exitCode) ?? 0) !== 0;

function ending(container: Json): string {
  const end = [record(container.state).terminated, record(container.lastState).terminated]
    .map(record)
    .find(({ exitCode }) => exitCode !== undefined);
  const waiting = text(record(record(container.state).waiting).reason);
  if (end === undefined) return waiting ?? "it ends";
  const reason = text(end.reason);
  return reason === undefined || reason === "Error"
    ? `exit ${number(end.exitCode)}`
    : `${reason}, exit ${number(end.exitCode)}`;
}

/** Throws what `api` throws, and `UnreadPods`. */
export async function readPods(api: Api, namespaces: readonly string[]): Promise<readonly PodSight[]> {
  const sights: PodSight[] = [];
  for (const namespace of namespaces) {
    const answer = await readPages(api, {
      path: collectionPath("Pod", namespace),
      item: (bytes) => sights.push(podSight(record(JSON.parse(bytes.toString("utf8"))))),
    });
    if (!answer.ok) throw new UnreadPods(answer);
  }
  return sights;
}

/** What could not be read: `status` 0 when the answer broke off. */
export class UnreadPods extends Error {
  readonly status: number;

  constructor({ why, status }: { readonly why: string; readonly status: number }) {
    super(why);
    this.status = status;
  }
}
