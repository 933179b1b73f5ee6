// Pod templates inside the objects that hold them, and what a change of one means: an edit where the API takes it, the
// object made again where it does not.

import { type Json, record, records, text, textMap } from "../cluster/objects-fields.js";
import { type ObjectRef, refOf } from "../cluster/resources.js";
import { ToolError } from "../model/errors.js";
import type { Asked, Change, Plan, PlanWorld, Stopped } from "./define.js";
import { editsBetween } from "./edits.js";

/** Where the pod's spec stands in an object of this kind. */
function specPath(kind: string): readonly string[] {
  if (kind === "Pod") return ["spec"];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  return ["spec", "template", "spec"];
}

export function podSpecOf(object: Json): Json {
  return specPath(text(object.kind) ?? "").reduce<Json>((value, field) => record(value[field]), object);
}

/** The object with another pod spec. */
function withPodSpec(object: Json, change: (spec: Json) => Json): Json {
  const put = (value: Json, [field, ...rest]: readonly string[]): Json =>
    field === undefined ? change(value) : { ...value, [field]: put(record(value[field]), rest) };
  return put(object, specPath(text(object.kind) ?? ""));
}

/** Every container of a pod spec, those that run first included. */
export function mapContainers(spec: Json, change: (container: Json) => Json): Json {
  const mapped = ["containers", "initContainers"].flatMap((field) =>
    Array.isArray(spec[field]) ? [[field, records(spec[field]).map(change)] as const] : [],
  );
  return { ...spec, ...Object.fromEntries(mapped) };
}

export const containersOf = (spec: Json): readonly Json[] => [
  ...records(spec.initContainers),
  ...records(spec.containers),
];

export const notPossible = (what: string, why: string, mend: string): ToolError =>
  new ToolError("fix-not-possible", { what, why, do: mend });

export const subject = ({ kind, namespace, name }: Stopped): string => `${kind} ${namespace}/${name}`;

/** Reads what a finding stops. Throws ToolError `fix-not-possible` for what is gone or of a kind not known here. */
export async function readStopped(
  stopped: Stopped,
  world: PlanWorld,
): Promise<{ readonly ref: ObjectRef; readonly object: Json }> {
  const ref = refOf(stopped.kind, stopped.namespace, stopped.name);
  if (ref === undefined) {
    throw notPossible(
      `${subject(stopped)} cannot be changed by pulldoctor`,
      `its pod template has a place of its own in kind ${stopped.kind}`,
      `kubectl -n ${stopped.namespace} edit ${stopped.kind.toLowerCase()}/${stopped.name}`,
    );
  }
  const object = await world.read(ref);
  if (object === undefined)
    throw notPossible(
      `${subject(stopped)} is gone`,
      "the API server has none of that name",
      "diagnose again",
    );
  // Answers to a GET of one object always name it; a patch is computed from these.
  return { ref, object: { apiVersion: ref.apiVersion, kind: ref.kind, ...object } };
}

/**
 * One change for each object whose pod spec `change` alters, and the pods that would wait for ever without being
 * deleted. Throws ToolError `fix-not-possible` when it alters none.
 */
export async function changeTemplates(
  asked: Asked,
  world: PlanWorld,
  change: (spec: Json, stopped: Stopped) => Json,
): Promise<Pick<Plan, "changes" | "notes">> {
  const changes: Change[] = [];
  const notes: string[] = [];
  for (const stopped of asked.stopped) {
    const { ref, object } = await readStopped(stopped, world);
    const after = withPodSpec(object, (spec) => change(spec, stopped));
    if (editsBetween(object, after).length === 0) continue;
    if (record(object.spec).paused === true) {
      throw notPossible(
        `${subject(stopped)} is paused`,
        "a paused Deployment makes no new pods, whatever its template says",
        `kubectl -n ${stopped.namespace} rollout resume deployment/${stopped.name}, then fix it`,
      );
    }
    changes.push(templateChange(ref, object, after));
    if (stopped.kind === "CronJob") notes.push("Jobs that were made already keep what they have");
    if (waitsForPods(object)) changes.push(...(await deletions(asked, stopped, object, world)));
  }
  if (changes.length === 0) {
    throw notPossible(
      `${asked.stopped.map(subject).join(", ")} has nothing to change`,
      "its pod template is already as it should be",
      "diagnose again: the pods may be older than the template",
    );
  }
  return { changes, notes };
}

function templateChange(ref: ObjectRef, before: Json, after: Json): Change {
  if (ref.kind === "Job") {
    return {
      is: "remake",
      ref,
      before,
      was: newJob(before),
      after: newJob(after),
      why: "the template of a Job is immutable",
    };
  }
  const isImageAlone = editsBetween(before, after).every(({ path }) => path.at(-1) === "image");
  if (ref.kind === "Pod" && !isImageAlone) {
    return {
      is: "remake",
      ref,
      before,
      was: newPod(before),
      after: newPod(after),
      why: "of a Pod only its images can be changed",
    };
  }
  return { is: "edit", ref, before, after };
}

const metadataFor = (object: Json): Json => {
  const { namespace, name, labels, annotations } = record(object.metadata);
  return {
    namespace,
    name,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
};

/** As its maker would send it: without what the API server and the scheduler wrote into it. */
export function newPod(object: Json): Json {
  const { nodeName: _node, volumes, containers, initContainers, ...spec } = record(object.spec);
  const isToken = (name: unknown): boolean => /^kube-api-access-/.test(String(name));
  const without = (list: unknown): readonly Json[] =>
    records(list).map((container) => ({
      ...container,
      ...(Array.isArray(container.volumeMounts)
        ? { volumeMounts: records(container.volumeMounts).filter(({ name }) => !isToken(name)) }
        : {}),
    }));
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: metadataFor(object),
    spec: {
      ...spec,
      ...(Array.isArray(volumes) ? { volumes: records(volumes).filter(({ name }) => !isToken(name)) } : {}),
      containers: without(containers),
      ...(Array.isArray(initContainers) ? { initContainers: without(initContainers) } : {}),
    },
  };
}

/** A Job gets a selector and labels of its own uid from the API server; a new one needs new ones. */
function newJob(object: Json): Json {
  const { selector, template, ...spec } = record(object.spec);
  const isOwn = record(object.spec).manualSelector === true;
  const labels = Object.entries(textMap(record(record(template).metadata).labels)).filter(
    ([key]) => isOwn || !/(^|\/)(controller-uid|job-name)$/.test(key),
  );
  const metadata = metadataFor(object);
  const own = Object.entries(textMap(metadata.labels)).filter(
    ([key]) => isOwn || !/(^|\/)(controller-uid|job-name)$/.test(key),
  );
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...metadata, ...(metadata.labels === undefined ? {} : { labels: Object.fromEntries(own) }) },
    spec: {
      ...spec,
      ...(isOwn ? { selector } : {}),
      template: {
        ...record(template),
        metadata: { ...record(record(template).metadata), labels: Object.fromEntries(labels) },
      },
    },
  };
}

/** Controllers that leave a waiting pod alone when their template changes. */
function waitsForPods(object: Json): boolean {
  const kind = text(object.kind) ?? "";
  const { type } = record(record(object.spec).updateStrategy);
  return ["StatefulSet", "ReplicaSet", "ReplicationController"].includes(kind) || type === "OnDelete";
}

/** The pods of the finding that belong to this object, to be deleted; their controller makes them again. */
export async function deletions(
  { finding }: Asked,
  stopped: Stopped,
  object: Json,
  world: PlanWorld,
): Promise<readonly Change[]> {
  const names = [
    ...new Set(finding.pods.flatMap((pod) => (pod.namespace === stopped.namespace ? [pod.name] : []))),
  ];
  const changes: Change[] = [];
  for (const name of names) {
    const ref = refOf("Pod", stopped.namespace, name);
    const before = ref === undefined ? undefined : await world.read(ref);
    if (ref === undefined || before === undefined || !isOwnedBy(before, object)) continue;
    changes.push({ is: "delete", ref, before: { apiVersion: "v1", kind: "Pod", ...before } });
  }
  return changes;
}

function isOwnedBy(pod: Json, object: Json): boolean {
  const metadata = record(pod.metadata);
  const { uid, name } = record(object.metadata);
  const hash = textMap(metadata.labels)["pod-template-hash"];
  return records(metadata.ownerReferences).some(
    (owner) => owner.uid === uid || (hash !== undefined && owner.name === `${String(name)}-${hash}`),
  );
}
