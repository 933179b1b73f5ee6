// Unknown JSON into the objects of the model. Nothing here throws: what has another type than
// the API gives it is absent, and what is no object of interest is undefined.

import { decodePullSecret } from "../model/docker-config.js";
import type {
  ClusterNode,
  KubeObject,
  NodeImage,
  PullSecret,
  ServiceAccount,
  WorkloadKind,
} from "../model/objects.js";
import { keeperOf } from "./keepers.js";
import { readEvent } from "./objects-event.js";
import {
  date,
  isRecord,
  type Json,
  number,
  present,
  record,
  records,
  text,
  textMap,
  texts,
} from "./objects-fields.js";
import { conditionsOf, labelsOf, managedByOf, namedOf, referenceNames } from "./objects-meta.js";
import { readPod } from "./objects-pod.js";
import { readWorkload } from "./objects-workload.js";

/** API groups of each kind; an object that names no `apiVersion` is taken by its kind. */
const groups: Readonly<Record<string, readonly string[]>> = {
  Pod: [""],
  Event: ["", "events.k8s.io"],
  Secret: [""],
  ServiceAccount: [""],
  Node: [""],
  Namespace: [""],
  ReplicationController: [""],
  Deployment: ["apps", "extensions"],
  ReplicaSet: ["apps", "extensions"],
  DaemonSet: ["apps", "extensions"],
  StatefulSet: ["apps"],
  ControllerRevision: ["apps"],
  Job: ["batch"],
  CronJob: ["batch"],
};

/** One object; undefined when it is none or of no interest here. */
export function readObject(value: unknown): KubeObject | undefined {
  if (!isRecord(value)) return undefined;
  const kind = text(value.kind);
  if (kind === undefined || !Object.hasOwn(groups, kind)) return undefined;
  const apiVersion = text(value.apiVersion);
  const group = apiVersion?.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  if (apiVersion !== undefined && !groups[kind]?.includes(group)) return undefined;
  switch (kind) {
    case "Pod":
      return readPod(value);
    case "Event":
      return readEvent(value);
    case "Secret":
      return readSecret(value);
    case "ServiceAccount":
      return readServiceAccount(value);
    case "Node":
      return readNode(value);
    case "Namespace":
      return { kind, name: namedOf(value).name };
    default:
      return readWorkload(kind as WorkloadKind, value);
  }
}

/** `stringData` of a manifest goes over `data`, as the API server does it. */
function readSecret(object: Json): PullSecret {
  const written = Object.entries(textMap(object.stringData)).map(
    ([key, value]) => [key, Buffer.from(value, "utf8").toString("base64")] as const,
  );
  const data = { ...textMap(object.data), ...Object.fromEntries(written) };
  const type = text(object.type) ?? "Opaque";
  return {
    kind: "Secret",
    ...namedOf(object),
    type,
    managedBy: managedByOf(object),
    ...present({ keptBy: keeperOf(object), writtenAt: lastWrite(object, "f:data") }),
    ...decodePullSecret({ type, data }),
  };
}

function readServiceAccount(object: Json): ServiceAccount {
  return {
    kind: "ServiceAccount",
    ...namedOf(object),
    pullSecrets: referenceNames(object.imagePullSecrets),
    ...present({ pullSecretsSetAt: lastWrite(object, "f:imagePullSecrets") }),
  };
}

/** When a field at the top was last written, by whomever. */
function lastWrite(object: Json, field: string): Date | undefined {
  return records(record(object.metadata).managedFields)
    .filter((entry) => field in record(entry.fieldsV1))
    .flatMap((entry) => date(entry.time) ?? [])
    .sort((a, b) => b.getTime() - a.getTime())[0];
}

function readNode(object: Json): ClusterNode {
  const status = record(object.status);
  const info = record(status.nodeInfo);
  const { name, uid, createdAt } = namedOf(object);
  return {
    kind: "Node",
    name,
    uid,
    labels: labelsOf(object),
    conditions: conditionsOf(status),
    images: records(status.images).map(readNodeImage),
    isUnschedulable: record(object.spec).unschedulable === true,
    ...present({
      createdAt,
      architecture: text(info.architecture),
      os: text(info.operatingSystem),
      runtime: text(info.containerRuntimeVersion),
      kubelet: text(info.kubeletVersion),
    }),
  };
}

function readNodeImage(image: Json): NodeImage {
  return { names: texts(image.names), sizeBytes: number(image.sizeBytes) ?? 0 };
}
