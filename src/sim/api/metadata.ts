// The part of every object's metadata that only the server writes.

import type { Part } from "./admission.js";
import { badRequest } from "./errors.js";
import { copy, isJson, type Json, type KubeObject, type Metadata, timestamp } from "./json.js";
import { apiVersionOf, nameOf, type Resource } from "./resources.js";

const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** `web-` becomes `web-x7k2p`, in the alphabet of the real server. */
export function generatedName(prefix: string, random: () => number): string {
  let suffix = "";
  for (let i = 0; i < 5; i++) suffix += LETTERS[Math.floor(random() * LETTERS.length)];
  return prefix.slice(0, 58) + suffix;
}

/** The draft of a new object: a copy with kind, name, uid and creation time filled in. */
export function completeMetadata(
  resource: Resource,
  object: Json,
  given: { readonly now: number; readonly uid: string; readonly name: (prefix: string) => string },
): KubeObject {
  const asked = isJson(object.metadata) ? object.metadata : {};
  const { name, generateName, namespace, ...rest } = copy(asked);
  delete rest.deletionTimestamp;
  delete rest.deletionGracePeriodSeconds;
  delete rest.selfLink;
  const prefix = typeof generateName === "string" ? generateName : "";
  const metadata: Metadata = {
    ...rest,
    name: typeof name === "string" && name !== "" ? name : prefix === "" ? "" : given.name(prefix),
    ...(prefix === "" ? {} : { generateName: prefix }),
    ...(resource.isNamespaced
      ? { namespace: typeof namespace === "string" && namespace !== "" ? namespace : "default" }
      : {}),
    uid: given.uid,
    resourceVersion: "",
    ...(resource.hasGeneration ? { generation: 1 } : {}),
    creationTimestamp: timestamp(given.now),
  };
  if (!resource.hasGeneration) delete metadata.generation;
  return { ...copy(object), apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

/** The draft of an update: a copy of what was sent, with what its sender may not change put back. */
export function keepMetadata(resource: Resource, object: Json, before: KubeObject, part: Part): KubeObject {
  const sent = copy(object);
  const old = before.metadata;
  const asked = isJson(sent.metadata) ? sent.metadata : {};
  const metadata: Metadata = {
    ...(part === "status" ? { ...copy(old), ...annotationsOf(asked) } : asked),
    name: old.name,
    uid: old.uid,
    resourceVersion: old.resourceVersion,
    creationTimestamp: old.creationTimestamp,
  };
  for (const key of SERVER_KEYS) {
    if (old[key] === undefined) delete metadata[key];
    else metadata[key] = old[key];
  }
  for (const key of ["labels", "annotations", "finalizers", "ownerReferences"] as const) {
    const value = metadata[key];
    if (value === null || (value !== undefined && Object.keys(value).length === 0)) delete metadata[key];
  }
  const base = part === "status" ? copy(before) : sent;
  const draft: KubeObject = { ...base, apiVersion: before.apiVersion, kind: before.kind, metadata };
  if (part === "status" || (part === "main" && resource.hasStatus)) {
    const from = part === "status" ? sent : before;
    if (from.status === undefined) delete draft.status;
    else draft.status = copy(from.status);
  }
  return draft;
}

const SERVER_KEYS = [
  "namespace",
  "generateName",
  "generation",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

function annotationsOf(metadata: Json): Json {
  return {
    ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    ...(metadata.managedFields === undefined ? {} : { managedFields: metadata.managedFields }),
  };
}

/** The resource name that an object of a dump belongs to; throws ApiError 400 for an unknown kind. */
export function shelfNameOf(
  object: KubeObject,
  find: (apiVersion: string, kind: string) => Resource | undefined,
): string {
  const resource = find(object.apiVersion, object.kind);
  if (resource === undefined) throw badRequest(`no such kind: ${object.apiVersion} ${object.kind}`);
  return nameOf(resource);
}
