// Garbage collection by ownerReferences: what happens to dependents when their owner goes.
// It runs inside the write that removes the owner, where the real collector follows within a second.

import type { KubeObject } from "./json.js";
import type { Held, Owners } from "./owners.js";
import type { Store } from "./store.js";

export class Collector {
  readonly #store: Store;
  readonly #owners: Owners;

  constructor(store: Store, owners: Owners) {
    this.#store = store;
    this.#owners = owners;
  }

  /** After an owner was removed: its dependents follow, unless another owner stays. */
  afterRemoval(gone: KubeObject): void {
    for (const held of this.#owners.dependentsOf(gone.metadata.uid)) this.#collect(held, "Background");
    for (const owner of this.#owners.livingOwners(gone)) this.#release(owner.uid);
  }

  /** Foreground: the dependents go first, and their owner waits for those that block it. */
  beforeOwner(uid: string): void {
    for (const held of this.#owners.dependentsOf(uid)) this.#collect(held, "Foreground");
  }

  /** Takes an owner out of its dependents, so that they stay. */
  orphan(uid: string): void {
    for (const { resource, object } of this.#owners.dependentsOf(uid)) {
      this.#store.patch(resource, object.metadata.namespace, object.metadata.name, (draft) => {
        const left = (draft.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
        draft.metadata.ownerReferences = left;
      });
    }
  }

  /** Whether dependents hold their owner back in a foreground deletion. */
  isBlocked(uid: string): boolean {
    return this.#owners
      .dependentsOf(uid)
      .some(({ object }) =>
        object.metadata.ownerReferences?.some(
          (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
        ),
      );
  }

  #collect({ resource, object }: Held, propagation: "Background" | "Foreground"): void {
    const { namespace, name } = object.metadata;
    const staying = this.#owners
      .livingOwners(object)
      .filter(({ uid }) => this.#owners.find(uid)?.object.metadata.deletionTimestamp === undefined);
    if (staying.length === 0) this.#store.delete(resource, namespace, name, { propagation });
    else {
      this.#store.patch(resource, namespace, name, (draft) => {
        draft.metadata.ownerReferences = staying;
      });
    }
  }

  #release(uid: string): void {
    const held = this.#owners.find(uid);
    const finalizers = held?.object.metadata.finalizers ?? [];
    if (held === undefined || !finalizers.includes("foregroundDeletion") || this.isBlocked(uid)) return;
    const { namespace, name } = held.object.metadata;
    this.#store.patch(held.resource, namespace, name, (draft) => {
      draft.metadata.finalizers = finalizers.filter((finalizer) => finalizer !== "foregroundDeletion");
    });
  }
}
