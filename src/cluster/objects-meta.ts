// What all objects share: names, owners, conditions, and the marks of tools that manage them.

import type { Condition, ManagedBy, OwnerRef } from "../model/objects.js";
import { marksOf } from "./marks.js";
import { date, type Json, present, record, records, text, textMap } from "./objects-fields.js";

/** Name, namespace, uid and time of creation. `kubectl` takes an absent namespace for `default`. */
export function namedOf(object: Json): { namespace: string; name: string; uid: string; createdAt?: Date } {
  const metadata = record(object.metadata);
  return {
    namespace: text(metadata.namespace) ?? "default",
    name: text(metadata.name) ?? text(metadata.generateName) ?? "",
    uid: text(metadata.uid) ?? "",
    ...present({ createdAt: date(metadata.creationTimestamp) }),
  };
}

export function labelsOf(object: Json): Readonly<Record<string, string>> {
  return textMap(record(object.metadata).labels);
}

export function annotationsOf(object: Json): Readonly<Record<string, string>> {
  return textMap(record(object.metadata).annotations);
}

/** The controller first. */
export function ownersOf(object: Json): readonly OwnerRef[] {
  const references = records(record(object.metadata).ownerReferences);
  const controllersFirst = [
    ...references.filter((owner) => owner.controller === true),
    ...references.filter((owner) => owner.controller !== true),
  ];
  return controllersFirst.map((owner) => ({
    kind: text(owner.kind) ?? "",
    name: text(owner.name) ?? "",
    uid: text(owner.uid) ?? "",
  }));
}

export function conditionsOf(status: Json): readonly Condition[] {
  return records(status.conditions).flatMap((condition) => {
    const type = text(condition.type);
    if (type === undefined) return [];
    return {
      type,
      status: text(condition.status) ?? "Unknown",
      ...present({
        reason: text(condition.reason),
        message: text(condition.message),
        since: date(condition.lastTransitionTime),
      }),
    };
  });
}

/** Names in a list of references such as `imagePullSecrets`; "" where an entry names nothing. */
export function referenceNames(value: unknown): readonly string[] {
  return records(value).map((reference) => text(reference.name) ?? "");
}

/** Who would revert a live change, the one that reverts by itself first. */
export function managedByOf(object: Json): readonly ManagedBy[] {
  return marksOf(labelsOf(object), annotationsOf(object));
}
