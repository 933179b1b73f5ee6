// A Pod: its containers with what the kubelet reports of each.

import type { Container, ContainerKind, ContainerState, ImageVolume, Pod } from "../model/objects.js";
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
} from "./objects-fields.js";
import { conditionsOf, labelsOf, managedByOf, namedOf, ownersOf, referenceNames } from "./objects-meta.js";

export function readPod(object: Json): Pod {
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    kind: "Pod",
    ...namedOf(object),
    serviceAccount: text(spec.serviceAccountName) ?? text(spec.serviceAccount) ?? "default",
    pullSecrets: referenceNames(spec.imagePullSecrets),
    containers: containersOf(spec, status),
    imageVolumes: imageVolumesOf(spec),
    phase: text(status.phase) ?? "",
    conditions: conditionsOf(status),
    owners: ownersOf(object),
    labels: labelsOf(object),
    nodeSelector: textMap(spec.nodeSelector),
    managedBy: managedByOf(object),
    ...present({
      deletedAt: date(record(object.metadata).deletionTimestamp),
      node: text(spec.nodeName),
      reason: text(status.reason),
      message: text(status.message),
      startedAt: date(status.startTime),
    }),
  };
}

/** Where the spec and the status keep each kind of container, in the order in which they start. */
const places = [
  ["init", "initContainers", "initContainerStatuses"],
  ["container", "containers", "containerStatuses"],
  ["ephemeral", "ephemeralContainers", "ephemeralContainerStatuses"],
] as const;

function containersOf(spec: Json, status: Json): readonly Container[] {
  return places.flatMap(([kind, specField, statusField]) => {
    const statuses = new Map(records(status[statusField]).map((one) => [text(one.name) ?? "", one]));
    const specs = templateContainers(spec[specField], kind);
    const inSpec = specs.map(({ raw, name, ...rest }) =>
      readContainer(name, rest.kind, raw, statuses.get(name) ?? {}),
    );
    const names = new Set(specs.map(({ name }) => name));
    // A dump cut down to its status still names container and image.
    const onlyStatus = [...statuses].filter(([name]) => specs.length === 0 && !names.has(name));
    return [...inSpec, ...onlyStatus.map(([name, reported]) => readContainer(name, kind, {}, reported))];
  });
}

export interface TemplateContainer {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly image: string;
  readonly raw: Json;
}

/** The containers of one list of a pod spec; an init container that restarts is a sidecar. */
export function templateContainers(value: unknown, kind: ContainerKind): readonly TemplateContainer[] {
  return records(value).map((raw) => ({
    name: text(raw.name) ?? "",
    kind: kind === "init" && raw.restartPolicy === "Always" ? "sidecar" : kind,
    image: text(raw.image) ?? "",
    raw,
  }));
}

function readContainer(name: string, kind: ContainerKind, spec: Json, reported: Json): Container {
  return {
    name,
    kind,
    image: text(spec.image) ?? text(reported.image) ?? "",
    isReady: reported.ready === true,
    restarts: number(reported.restartCount) ?? 0,
    imageId: text(reported.imageID) ?? "",
    ...present({
      pullPolicy: pullPolicyOf(spec),
      state: stateOf(reported.state),
      lastState: stateOf(reported.lastState),
    }),
  };
}

function stateOf(value: unknown): ContainerState | undefined {
  const { waiting, running, terminated } = record(value);
  if (isRecord(terminated)) {
    return {
      is: "terminated",
      reason: text(terminated.reason) ?? "",
      exitCode: number(terminated.exitCode) ?? 0,
      ...present({
        message: text(terminated.message),
        startedAt: date(terminated.startedAt),
        finishedAt: date(terminated.finishedAt),
      }),
    };
  }
  if (isRecord(waiting)) {
    return {
      is: "waiting",
      reason: text(waiting.reason) ?? "",
      ...present({ message: text(waiting.message) }),
    };
  }
  if (isRecord(running)) return { is: "running", ...present({ startedAt: date(running.startedAt) }) };
  return undefined;
}

function imageVolumesOf(spec: Json): readonly ImageVolume[] {
  return records(spec.volumes).flatMap((volume) => {
    if (!isRecord(volume.image)) return [];
    const image = text(volume.image.reference);
    if (image === undefined) return [];
    return {
      name: text(volume.name) ?? "",
      image,
      ...present({ pullPolicy: pullPolicyOf(volume.image, "pullPolicy") }),
    };
  });
}

function pullPolicyOf(
  value: Json,
  field = "imagePullPolicy",
): "Always" | "IfNotPresent" | "Never" | undefined {
  const policy = value[field];
  return policy === "Always" || policy === "IfNotPresent" || policy === "Never" ? policy : undefined;
}
