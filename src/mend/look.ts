// One look at one thing that was stopped: which pods it wants, which it has, and what keeps it from having them.

import type { Api } from "../cluster/api.js";
import { type Json, number, record, records, text, textMap } from "../cluster/objects-fields.js";
import { orRefusal, readOne, readPages } from "../cluster/paging.js";
import { collectionPath, objectPath, refOf } from "../cluster/resources.js";
import { selects } from "../cluster/selector.js";
import type { Stopped } from "../fixes/define.js";
import { type PodSight, UnreadPods } from "./sight.js";

/** Nothing can be waited for: why, and what would make it so. */
export interface NothingToWatch {
  readonly why: string;
  /** kubectl lines. */
  readonly commands: readonly string[];
}

export interface Look {
  readonly wanted: number;
  /** Of its present revision. */
  readonly pods: readonly PodSight[];
  /** Of earlier ones. */
  readonly old: readonly PodSight[];
  /** The controller has seen the present template, and made all pods of it. */
  readonly isCurrent: boolean;
  /** Why it makes no pods, in the API server's words. */
  readonly trouble?: string;
  readonly nothing?: NothingToWatch;
}

/** Throws what `api` throws, and `UnreadPods` for what passes by itself. */
export async function lookAt(stopped: Stopped, pods: readonly PodSight[], api: Api): Promise<Look> {
  const { kind, namespace, name } = stopped;
  const here = pods.filter((pod) => pod.namespace === namespace && !pod.isGoing);
  if (kind === "Pod") {
    const found = here.filter((pod) => pod.name === name);
    return { wanted: 1, pods: found, old: [], isCurrent: true };
  }
  const ref = refOf(kind, namespace, name);
  if (ref === undefined) return nothing(`${kind} ${name}: a ${kind} cannot be watched`);
  const answer = await orRefusal(readOne(api, objectPath(ref)));
  if (!answer.ok) {
    if (isPassing(answer.status)) throw new UnreadPods(answer);
    return nothing(answer.why);
  }
  const object = record(answer.value);
  const rests = restOf(stopped, object);
  if (rests !== undefined) return { wanted: 0, pods: [], old: [], isCurrent: true, nothing: rests };
  const [spec, status] = [record(object.spec), record(object.status)];
  const own = here.filter((pod) => selects(record(spec.selector), pod.labels));
  const wanted = wantedOf(kind, spec, status, own);
  const seen = number(status.observedGeneration);
  const isSeen = seen === undefined || seen >= (number(record(object.metadata).generation) ?? 0);
  const updated = number(status.updatedReplicas) ?? number(status.updatedNumberScheduled);
  const isRolledOut =
    kind === "Job" || kind === "ReplicaSet" || kind === "ReplicationController" || (updated ?? 0) >= wanted;
  const failure = records(status.conditions).find(
    ({ type, status: is }) =>
      (type === "ReplicaFailure" || (kind === "Job" && type === "Failed")) && is === "True",
  );
  const trouble = text(failure?.message);
  const isNew = isSeen ? await newOnes(stopped, object, own, isRolledOut, api) : () => false;
  return {
    wanted,
    pods: own.filter(isNew),
    old: own.filter((pod) => !isNew(pod)),
    isCurrent: isSeen && isRolledOut,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** Worth another try: the server is overloaded, restarting or out of reach. */
export const isPassing = (status: number): boolean => status === 0 || status === 429 || status >= 500;

const nothing = (why: string, commands: readonly string[] = []): Look => ({
  wanted: 0,
  pods: [],
  old: [],
  isCurrent: true,
  nothing: { why, commands },
});

/** What was told to make no pods, or none now. */
function restOf({ kind, namespace, name }: Stopped, object: Json): NothingToWatch | undefined {
  const [spec, status, metadata] = [record(object.spec), record(object.status), record(object.metadata)];
  const kubectl = `kubectl -n ${namespace}`;
  const target = `${kind.toLowerCase()}/${name}`;
  if (kind === "CronJob") {
    const zone = text(spec.timeZone);
    const last = text(status.lastScheduleTime);
    const when = `it runs by "${text(spec.schedule) ?? ""}"${zone === undefined ? "" : ` (${zone})`}`;
    const before = last === undefined ? "has not run yet" : `ran last at ${last}`;
    const why =
      spec.suspend === true
        ? `CronJob ${name} is suspended: it makes no Job until it is resumed`
        : `CronJob ${name} makes its next Job at its next time, and nothing is pulled before: ${when}, and ${before}`;
    const run = `${name.slice(0, 50)}-check`;
    return { why, commands: [`${kubectl} create job ${run} --from=${target}`] };
  }
  if (number(spec.replicas) === 0) {
    const why = `${kind} ${name} asks for no pods: it is scaled to 0, and nothing is pulled until it is scaled up`;
    return { why, commands: [`${kubectl} scale ${target} --replicas=1`] };
  }
  if (kind === "Job" && spec.suspend === true) {
    const why = `Job ${name} is suspended: it makes no pods until it is resumed`;
    return { why, commands: [`${kubectl} patch ${target} --type=merge -p '{"spec":{"suspend":false}}'`] };
  }
  const isSeen = (number(status.observedGeneration) ?? 0) >= (number(metadata.generation) ?? 0);
  if (kind === "Deployment" && spec.paused === true && isSeen) {
    const updated = number(status.updatedReplicas) ?? 0;
    if (updated >= (number(spec.replicas) ?? 1)) return undefined;
    const why = `Deployment ${name} is paused: its new template makes no pods until it is resumed`;
    return { why, commands: [`${kubectl} rollout resume ${target}`] };
  }
  if (kind === "DaemonSet" && isSeen && number(status.desiredNumberScheduled) === 0)
    return { why: `DaemonSet ${name} asks for no pods: it is meant for none of the nodes`, commands: [] };
  return undefined;
}

function wantedOf(kind: string, spec: Json, status: Json, own: readonly PodSight[]): number {
  if (kind === "DaemonSet") return number(status.desiredNumberScheduled) ?? own.length;
  if (kind === "Job") return Math.min(number(spec.completions) ?? 1, number(spec.parallelism) ?? 1);
  return number(spec.replicas) ?? 1;
}

type IsNew = (pod: PodSight) => boolean;

/** Which pods come from the present template; all, where that cannot be told. */
async function newOnes(
  { kind, namespace }: Stopped,
  object: Json,
  own: readonly PodSight[],
  isRolledOut: boolean,
  api: Api,
): Promise<IsNew> {
  const hashes = new Set(own.map(({ labels }) => labels["pod-template-hash"]));
  const annotations = textMap(record(object.metadata).annotations);
  if (kind === "StatefulSet") {
    const update = text(record(object.status).updateRevision);
    if (update !== undefined) return ({ labels }) => labels["controller-revision-hash"] === update;
  }
  const generation = annotations["deprecated.daemonset.template.generation"];
  if (kind === "DaemonSet" && generation !== undefined)
    return ({ labels }) => (labels["pod-template-generation"] ?? generation) === generation;
  if (kind !== "Deployment" || (isRolledOut && hashes.size <= 1)) return () => true;
  const uid = text(record(object.metadata).uid);
  const revision = annotations["deployment.kubernetes.io/revision"];
  let current: string | undefined;
  const answer = await readPages(api, {
    path: collectionPath("ReplicaSet", namespace),
    item: (bytes) => {
      const metadata = record(record(JSON.parse(bytes.toString("utf8"))).metadata);
      const isOwn = records(metadata.ownerReferences).some((owner) => owner.uid === uid);
      if (isOwn && textMap(metadata.annotations)["deployment.kubernetes.io/revision"] === revision)
        current = text(metadata.uid);
    },
  });
  if (!answer.ok || current === undefined) return () => true;
  const set = current;
  return ({ owners }) => owners.includes(set);
}

/** The newest event that says why a controller could make no pod; undefined when none is kept or may be read. */
export async function refusedPods(stopped: readonly Stopped[], api: Api): Promise<string | undefined> {
  let newest: { readonly at: string; readonly why: string } | undefined;
  for (const namespace of new Set(stopped.map((one) => one.namespace))) {
    await readPages(api, {
      path: collectionPath("Event", namespace),
      query: { fieldSelector: "reason=FailedCreate" },
      item: (bytes) => {
        const event = record(JSON.parse(bytes.toString("utf8")));
        const { kind, name } = record(event.involvedObject);
        const isOurs = stopped.some(
          (one) =>
            one.namespace === namespace &&
            ((one.kind === kind && one.name === name) ||
              (one.kind === "Deployment" && kind === "ReplicaSet" && isSetOf(one.name, String(name)))),
        );
        const at = text(event.lastTimestamp) ?? text(event.eventTime) ?? "";
        const why = text(event.message);
        if (isOurs && why !== undefined && (newest === undefined || newest.at <= at)) newest = { at, why };
      },
    });
  }
  return newest?.why;
}

const isSetOf = (deployment: string, set: string): boolean =>
  set.startsWith(`${deployment}-`) && /^[a-z0-9]+$/.test(set.slice(deployment.length + 1));
