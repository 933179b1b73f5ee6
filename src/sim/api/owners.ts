// Who owns whom: the index behind garbage collection by ownerReferences.

import type { KubeObject, OwnerReference } from "./json.js";
import type { ResourceName } from "./resources.js";

export interface Held {
  readonly resource: ResourceName;
  readonly object: KubeObject;
}

export class Owners {
  readonly #byUid = new Map<string, Held>();
  readonly #dependents = new Map<string, Map<string, Held>>();

  /** Records an object as it now is. */
  note(resource: ResourceName, object: KubeObject, before?: KubeObject): void {
    const { uid } = object.metadata;
    const held = { resource, object };
    this.#byUid.set(uid, held);
    for (const owner of before?.metadata.ownerReferences ?? []) this.#dependents.get(owner.uid)?.delete(uid);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(owner.uid);
      if (known === undefined) this.#dependents.set(owner.uid, new Map([[uid, held]]));
      else known.set(uid, held);
    }
  }

  /** Forgets an object. Its dependents stay listed until they change. */
  forget(object: KubeObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    this.#byUid.delete(uid);
    for (const owner of ownerReferences) this.#dependents.get(owner.uid)?.delete(uid);
    if (this.#dependents.get(uid)?.size === 0) this.#dependents.delete(uid);
  }

  find(uid: string): Held | undefined {
    return this.#byUid.get(uid);
  }

  dependentsOf(uid: string): Held[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  /** The references of an object whose owners still exist. */
  livingOwners(object: KubeObject): OwnerReference[] {
    return (object.metadata.ownerReferences ?? []).filter((owner) => this.#byUid.has(owner.uid));
  }
}
