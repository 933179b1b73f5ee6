// All objects of one resource, by namespace and name, in the order in which etcd would list them.

import { History } from "./history.js";
import type { KubeObject } from "./json.js";
import type { Resource } from "./resources.js";

/** What cluster-scoped objects are kept under. */
const NO_NAMESPACE = "";

class Room {
  readonly byName = new Map<string, KubeObject>();
  /** Names in order; undefined after a name came or went. */
  names: string[] | undefined = [];
}

export class Shelf {
  readonly resource: Resource;
  readonly history: History;
  readonly #rooms = new Map<string, Room>();
  #namespaces: string[] = [];

  constructor(resource: Resource, history: { readonly capacity: number; readonly forgotten: number }) {
    this.resource = resource;
    this.history = new History(history.capacity, history.forgotten);
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#rooms.get(namespace ?? NO_NAMESPACE)?.byName.get(name);
  }

  set(object: KubeObject): void {
    const { name, namespace = NO_NAMESPACE } = object.metadata;
    let room = this.#rooms.get(namespace);
    if (room === undefined) {
      room = new Room();
      this.#rooms.set(namespace, room);
      this.#namespaces = [...this.#rooms.keys()].sort();
    }
    if (!room.byName.has(name)) room.names = undefined;
    room.byName.set(name, object);
  }

  remove(object: KubeObject): void {
    const { name, namespace = NO_NAMESPACE } = object.metadata;
    const room = this.#rooms.get(namespace);
    if (room?.byName.delete(name)) room.names = undefined;
  }

  /** Every object of one namespace, or of all when it is undefined. */
  all(namespace: string | undefined): KubeObject[] {
    const found: KubeObject[] = [];
    for (const key of namespace === undefined ? this.#namespaces : [namespace]) {
      const room = this.#rooms.get(key);
      if (room === undefined) continue;
      room.names ??= [...room.byName.keys()].sort();
      for (const name of room.names) {
        const object = room.byName.get(name);
        if (object !== undefined) found.push(object);
      }
    }
    return found;
  }
}
