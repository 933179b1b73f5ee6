// Controllers of pods and the revisions they keep: the pod template is what matters.

import type { Workload, WorkloadKind } from "../model/objects.js";
import { isRecord, type Json, number, present, record, text, textMap } from "./objects-fields.js";
import {
  annotationsOf,
  conditionsOf,
  labelsOf,
  managedByOf,
  namedOf,
  ownersOf,
  referenceNames,
} from "./objects-meta.js";
import { templateContainers } from "./objects-pod.js";

export function readWorkload(kind: WorkloadKind, object: Json): Workload {
  const spec = record(object.spec);
  const status = record(object.status);
  const template = record(templateOf(kind, object).spec);
  const containers = [
    ...templateContainers(template.initContainers, "init"),
    ...templateContainers(template.containers, "container"),
  ];
  return {
    kind,
    ...namedOf(object),
    owners: ownersOf(object),
    labels: labelsOf(object),
    selector: selectorOf(kind, spec),
    containers: containers.map(({ name, kind: containerKind, image }) => ({
      name,
      kind: containerKind,
      image,
    })),
    pullSecrets: referenceNames(template.imagePullSecrets),
    conditions: conditionsOf(status),
    managedBy: managedByOf(object),
    ...present({
      replicas: number(spec.replicas) ?? number(status.desiredNumberScheduled),
      readyReplicas: readyOf(kind, status),
      revision: revisionOf(kind, object),
      serviceAccount: text(template.serviceAccountName) ?? text(template.serviceAccount),
      misplacedPullSecrets: misplacedOf(kind, object),
      updateRevision: text(status.updateRevision),
      currentRevision: text(status.currentRevision),
      updateStrategy: text(record(spec.updateStrategy).type) ?? text(record(spec.strategy).type),
      podManagementPolicy: text(spec.podManagementPolicy),
    }),
  };
}

/** Names of the fields between the object and its pod template. */
function templatePath(kind: WorkloadKind): readonly string[] {
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template"];
  if (kind === "ControllerRevision") return ["data", "spec", "template"];
  return ["spec", "template"];
}

function templateOf(kind: WorkloadKind, object: Json): Json {
  return templatePath(kind).reduce((value, field) => record(value[field]), object);
}

function selectorOf(kind: WorkloadKind, spec: Json): Readonly<Record<string, string>> {
  return textMap(kind === "ReplicationController" ? spec.selector : record(spec.selector).matchLabels);
}

/** The API leaves a zero out, so an absent count in a status that was written means none. */
function readyOf(kind: WorkloadKind, status: Json): number | undefined {
  const ready = number(status.readyReplicas) ?? number(status.numberReady) ?? number(status.ready);
  if (ready !== undefined || kind === "Job" || kind === "CronJob" || kind === "ControllerRevision")
    return ready;
  const isWritten = number(status.replicas) !== undefined || number(status.observedGeneration) !== undefined;
  return isWritten ? 0 : undefined;
}

function revisionOf(kind: WorkloadKind, object: Json): number | undefined {
  if (kind === "ControllerRevision") return number(object.revision);
  const written = annotationsOf(object)["deployment.kubernetes.io/revision"];
  return kind === "ReplicaSet" && /^\d+$/.test(written ?? "") ? Number(written) : undefined;
}

/**
 * Where `imagePullSecrets` stands when not in the pod template: in the object itself (a
 * manifest), or in the manifest that `kubectl apply` left in its annotation.
 */
function misplacedOf(kind: WorkloadKind, object: Json): string | undefined {
  const right = [...templatePath(kind), "spec", "imagePullSecrets"].join(".");
  const here = findMisplaced(object, "", right, 0);
  if (here !== undefined) return here;
  const applied = annotationsOf(object)["kubectl.kubernetes.io/last-applied-configuration"];
  if (!applied?.includes('"imagePullSecrets"')) return undefined;
  const found = findMisplaced(record(parseJson(applied)), "", right, 0);
  return found === undefined ? undefined : `${found} (of the manifest last applied)`;
}

function findMisplaced(value: unknown, path: string, right: string, depth: number): string | undefined {
  if (depth > 12) return undefined;
  const entries = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : isRecord(value)
      ? Object.entries(value).map(([key, item]) => [path === "" ? key : `${path}.${key}`, item] as const)
      : [];
  for (const [at, item] of entries) {
    if (at === "metadata" || at === "status" || at === right) continue;
    if (at.endsWith(".imagePullSecrets") || at === "imagePullSecrets") {
      if (Array.isArray(item) && item.length > 0) return at;
      continue;
    }
    const deeper = findMisplaced(item, at, right, depth + 1);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
