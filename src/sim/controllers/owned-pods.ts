// The pods of each owner, kept up to date by one watch for all controllers.

import { items, type KubeObject, type OwnerReference, text } from "../api/json.js";
import type { Store } from "../api/store.js";

export class OwnedPods {
  readonly #byOwner = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(owner: OwnerReference, namespace: string) => void>();
  readonly stop: () => void;

  constructor(store: Store) {
    this.stop = store.watch("pods", {}, ({ type, object }) => {
      const owner = object.metadata.ownerReferences?.find((one) => one.controller === true);
      if (owner === undefined) return;
      if (type === "DELETED") this.forget(object);
      else this.note(object);
      for (const listener of this.#listeners) listener(owner, object.metadata.namespace ?? "");
    });
  }

  onChange(listener: (owner: OwnerReference, namespace: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Said by controllers at once after a write, so that they do not act twice on what they did. */
  note(pod: KubeObject): void {
    const owner = pod.metadata.ownerReferences?.find((one) => one.controller === true);
    if (owner === undefined) return;
    const pods = this.#byOwner.get(owner.uid) ?? new Map<string, KubeObject>();
    pods.set(pod.metadata.uid, pod);
    this.#byOwner.set(owner.uid, pods);
  }

  forget(pod: KubeObject): void {
    const owner = pod.metadata.ownerReferences?.find((one) => one.controller === true);
    if (owner !== undefined) this.#byOwner.get(owner.uid)?.delete(pod.metadata.uid);
  }

  of(owner: KubeObject): KubeObject[] {
    return [...(this.#byOwner.get(owner.metadata.uid)?.values() ?? [])];
  }
}

export const isEnded = (pod: KubeObject): boolean => {
  const phase = text(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed";
};

/** Neither ended nor going. */
export const isActive = (pod: KubeObject): boolean =>
  !isEnded(pod) && pod.metadata.deletionTimestamp === undefined;

export function isReady(pod: KubeObject): boolean {
  return items(pod, "status", "conditions").some((one) => one.type === "Ready" && one.status === "True");
}

/** Ready for at least `seconds`. */
export function isAvailable(pod: KubeObject, seconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  const ready = items(pod, "status", "conditions").find((one) => one.type === "Ready");
  return seconds === 0 || now - Date.parse(text(ready, "lastTransitionTime")) >= seconds * 1000;
}
