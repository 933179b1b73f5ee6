// When an object that is asked to go may go: preconditions, grace, finalizers.

import { conflict } from "./errors.js";
import { copy, count, type KubeObject, record, strings, text, timestamp } from "./json.js";
import type { Resource, ResourceName } from "./resources.js";

export interface DeleteOptions {
  /** Pods only; default is the pod's own grace period. */
  readonly graceSeconds?: number;
  /** Default: Background. */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly isDryRun?: boolean;
}

/** Throws ApiError 409. */
export function checkPreconditions(
  resource: Resource,
  object: KubeObject,
  asked: DeleteOptions["preconditions"],
): void {
  const { name, uid, resourceVersion } = object.metadata;
  // The real server names the kind here, and no resource.
  const about = { group: resource.group, plural: resource.kind };
  if (asked?.uid !== undefined && asked.uid !== uid) {
    const why = `the UID in the precondition (${asked.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(about, name, why);
  }
  if (asked?.resourceVersion !== undefined && asked.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${asked.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(about, name, why);
  }
}

/** Seconds that a pod gets to end; 0 for everything else, and for a pod that no kubelet runs. */
export function graceOf(resource: ResourceName, object: KubeObject, asked: number | undefined): number {
  if (resource !== "pods") return 0;
  const phase = text(object, "status", "phase");
  if (text(object, "spec", "nodeName") === "" || phase === "Succeeded" || phase === "Failed") return 0;
  return Math.max(0, asked ?? count(object, "spec", "terminationGracePeriodSeconds") ?? 30);
}

/** Marked for deletion, and nothing keeps it: no grace left, no finalizer. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) > 0) return false;
  if ((finalizers ?? []).length > 0) return false;
  return object.kind !== "Namespace" || strings(object, "spec", "finalizers").length === 0;
}

/** A copy of an object that is marked as going. A second request can only shorten its grace. */
export function marked(
  resource: ResourceName,
  object: KubeObject,
  asked: { readonly grace: number; readonly now: number; readonly isHeld: boolean },
): KubeObject {
  const draft = copy(object);
  const { metadata } = draft;
  const isFirst = metadata.deletionTimestamp === undefined;
  const finalizers = new Set(metadata.finalizers ?? []);
  if (asked.isHeld) finalizers.add("foregroundDeletion");
  if (finalizers.size > 0) metadata.finalizers = [...finalizers];
  if (isFirst || asked.grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    metadata.deletionTimestamp = timestamp(asked.now + asked.grace * 1000);
    metadata.deletionGracePeriodSeconds = asked.grace;
  }
  if (isFirst && metadata.generation !== undefined) metadata.generation++;
  if (isFirst && resource === "namespaces")
    draft.status = { ...record(draft, "status"), phase: "Terminating" };
  return draft;
}
