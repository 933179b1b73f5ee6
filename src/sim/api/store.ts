// The simulated cluster's memory: every object, its versions, and who is told when it changes.
// The rules are the API server's: optimistic conflicts, generations, grace, finalizers, cascades.

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock.js";
import type { Admission, Attempt, FieldWriter, Part } from "./admission.js";
import { Collector } from "./collector.js";
import { checkPreconditions, type DeleteOptions, graceOf, isReadyToGo, marked } from "./deletion.js";
import { alreadyExists, conflict, notFound } from "./errors.js";
import type { WatchEvent } from "./history.js";
import { copy, freeze, isJson, type Json, type KubeObject } from "./json.js";
import { completeMetadata, generatedName, keepMetadata, shelfNameOf } from "./metadata.js";
import { Owners } from "./owners.js";
import { nameOf, RESOURCES, type ResourceName, resourceOf, resourceOfKind } from "./resources.js";
import { matcher, type Scope } from "./selectors.js";
import { Shelf } from "./shelf.js";

export interface WriteOptions {
  /** Everything but the keeping. */
  readonly isDryRun?: boolean;
  /** What an update may touch: `main` all but status, `status` only that; default `all`. */
  readonly part?: Part;
  /** Who writes; unset for the world's own parts. */
  readonly user?: string;
  /** Whose the fields become, in managedFields; unset for the world's own parts. */
  readonly manager?: FieldWriter;
}

export interface StoreOptions {
  readonly clock: Clock;
  /** Asked in order before each write; may complete the draft or throw ApiError. Default: none. */
  readonly admission?: readonly Admission[];
  /** 0 <= random() < 1, for generated names. Default: Math.random. */
  readonly random?: () => number;
  /** Changes kept per resource for watches that come back. Default 1,000. */
  readonly historyLength?: number;
  /** The API server's minor version: pods have a generation since 33. Absent: an old one. */
  readonly minor?: number;
  /** What an earlier store's `dump()` gave. */
  readonly from?: StoreDump;
}

/** Everything in a store, as plain JSON. */
export interface StoreDump {
  readonly resourceVersion: number;
  readonly objects: readonly KubeObject[];
}

/**
 * Objects handed out are shared and frozen: change them through `patch`, or `copy` first.
 * Writes are synchronous; watchers are told from a microtask, in order.
 * Every refusal is an ApiError with the real server's words.
 */
export class Store {
  readonly clock: Clock;
  readonly #admission: readonly Admission[];
  readonly #random: () => number;
  readonly #shelves = new Map<ResourceName, Shelf>();
  readonly #owners = new Owners();
  readonly #collector: Collector;
  #version: number;
  #compacted = 0;

  constructor(options: StoreOptions) {
    this.clock = options.clock;
    this.#admission = options.admission ?? [];
    this.#random = options.random ?? Math.random;
    this.#collector = new Collector(this, this.#owners);
    this.#version = options.from?.resourceVersion ?? 1;
    const history = {
      capacity: options.historyLength ?? 1000,
      forgotten: options.from === undefined ? 0 : this.#version,
    };
    const countsPods = (options.minor ?? 0) >= 33;
    for (const row of RESOURCES) {
      const isPod = row.kind === "Pod";
      const resource = isPod && countsPods ? { ...row, hasGeneration: true } : row;
      const { keptAs } = resource;
      const shelf = keptAs === undefined ? new Shelf(resource, history) : this.#shelf(keptAs);
      this.#shelves.set(nameOf(resource), shelf);
    }
    for (const object of options.from?.objects ?? []) {
      this.#keep(shelfNameOf(object, resourceOfKind), freeze(copy(object)));
    }
  }

  /** The resourceVersion of the newest write to anything. */
  get resourceVersion(): number {
    return this.#version;
  }

  /** The version of the last `compact()`; 0 when there was none. */
  get compactedVersion(): number {
    return this.#compacted;
  }

  /** undefined when there is none. `namespace` is ignored for cluster-scoped resources. */
  find(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined {
    const shelf = this.#shelf(resource);
    return shelf.get(shelf.resource.isNamespaced ? namespace : undefined, name);
  }

  /** `web-` becomes `web-x7k2p`. */
  nameFrom(prefix: string): string {
    return generatedName(prefix, this.#random);
  }

  /** Throws ApiError 404. */
  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject {
    const found = this.find(resource, namespace, name);
    if (found === undefined) throw notFound(resourceOf(resource), name);
    return found;
  }

  /** By namespace, then name. */
  list(resource: ResourceName, scope: Scope = {}): readonly KubeObject[] {
    const found = this.#shelf(resource).all(scope.namespace);
    const hasSelector = Boolean(scope.labels) || Boolean(scope.fields);
    return hasSelector ? found.filter(matcher(resource, scope)) : found;
  }

  /**
   * Tells of every change from now on, after an ADDED for each object that exists (told before this
   * returns); with `since`, of every change after that version instead. Returns the way to stop.
   * Throws ApiError 410 when `since` is older than the history.
   */
  watch(
    resource: ResourceName,
    scope: Scope & { readonly since?: number },
    on: (event: WatchEvent) => void,
  ): () => void {
    const { history } = this.#shelf(resource);
    const matches = matcher(resource, scope);
    const first: WatchEvent[] =
      scope.since === undefined
        ? this.list(resource, scope).map((object) => ({ type: "ADDED", object }))
        : history.since(scope.since, matches);
    const stop = history.subscribe(Math.max(this.#version, scope.since ?? 0), matches, on);
    for (const event of first) on(event);
    return stop;
  }

  /** The namespace is the object's own. Throws ApiError 409 when the name is taken. */
  create(resource: ResourceName, object: Json, options: WriteOptions = {}): KubeObject {
    const shelf = this.#shelf(resource);
    const draft = completeMetadata(shelf.resource, object, {
      now: this.clock.now(),
      uid: randomUUID(),
      name: (prefix) => this.nameFrom(prefix),
    });
    this.#admit({
      verb: "create",
      resource: shelf.resource,
      object: draft,
      part: options.part ?? "all",
      options,
    });
    if (shelf.get(draft.metadata.namespace, draft.metadata.name) !== undefined) {
      throw alreadyExists(shelf.resource, draft.metadata.name);
    }
    if (options.isDryRun === true) return freeze(draft);
    return this.#commit(resource, "ADDED", draft);
  }

  /** A resourceVersion in the object makes the write conditional: ApiError 409 when it is stale. */
  update(resource: ResourceName, object: Json, options: WriteOptions = {}): KubeObject {
    const { resource: about } = this.#shelf(resource);
    const metadata = isJson(object.metadata) ? object.metadata : {};
    const name = String(metadata.name ?? "");
    const before = this.get(resource, String(metadata.namespace ?? ""), name);
    if (metadata.uid !== undefined && metadata.uid !== "" && metadata.uid !== before.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${before.metadata.uid}`;
      throw conflict(about, name, why);
    }
    const asked = metadata.resourceVersion;
    if (asked !== undefined && asked !== "" && asked !== before.metadata.resourceVersion) {
      throw conflict(about, name);
    }
    const part = options.part ?? "all";
    const draft = keepMetadata(about, object, before, part);
    this.#admit({ verb: "update", resource: about, object: draft, before, part, options });
    if (about.hasGeneration && part !== "status" && !isDeepStrictEqual(wanted(draft), wanted(before))) {
      draft.metadata.generation = (before.metadata.generation ?? 0) + 1;
    }
    if (isDeepStrictEqual(draft, before)) return before;
    if (options.isDryRun === true) return freeze(draft);
    if (isReadyToGo(draft)) return this.#remove(resource, draft, before);
    return this.#commit(resource, "MODIFIED", draft, before);
  }

  /**
   * Changes an object as it now is: `change` edits the copy it is given. A change that changes nothing writes nothing. Throws ApiError 404 when there is no such object.
   */
  patch(
    resource: ResourceName,
    namespace: string | undefined,
    name: string,
    change: (draft: KubeObject) => void,
    options: WriteOptions = {},
  ): KubeObject {
    const draft = copy(this.get(resource, namespace, name));
    change(draft);
    return this.update(resource, draft, options);
  }

  /**
   * Removes an object, or marks it as going when a finalizer or a pod's grace period keeps it.
   * Returns it as it then is (or was).
   */
  delete(
    resource: ResourceName,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): KubeObject {
    const { resource: about } = this.#shelf(resource);
    const before = this.get(resource, namespace, name);
    checkPreconditions(about, before, options.preconditions);
    this.#admit({ verb: "delete", resource: about, object: before, part: "all", options: {} });
    const { uid } = before.metadata;
    if (options.propagation === "Orphan" && options.isDryRun !== true) this.#collector.orphan(uid);
    const isHeld = options.propagation === "Foreground" && this.#collector.isBlocked(uid);
    const draft = marked(resource, before, {
      grace: graceOf(resource, before, options.graceSeconds),
      now: this.clock.now(),
      isHeld,
    });
    if (options.isDryRun === true) return freeze(draft);
    if (isReadyToGo(draft)) return this.#remove(resource, before, before);
    if (isDeepStrictEqual(draft, before)) return before;
    const gone = this.#commit(resource, "MODIFIED", draft, before);
    if (draft.metadata.finalizers?.includes("foregroundDeletion")) this.#collector.beforeOwner(uid);
    return this.find(resource, namespace, name) ?? gone;
  }

  /** Forgets the history, so that every older watch gets 410 Gone. */
  compact(): void {
    this.#compacted = this.#version;
    for (const shelf of this.#shelves.values()) shelf.history.compact(this.#version);
  }

  dump(): StoreDump {
    const objects = [...new Set(this.#shelves.values())].flatMap((shelf) => shelf.all(undefined));
    return { resourceVersion: this.#version, objects };
  }

  #shelf(resource: ResourceName): Shelf {
    const found = this.#shelves.get(resource);
    if (found === undefined) throw new Error(`no such resource: ${resource}`);
    return found;
  }

  #admit(attempt: Omit<Attempt, "store" | "user" | "manager"> & { readonly options: WriteOptions }): void {
    const { options, ...rest } = attempt;
    const who = {
      ...(options.user === undefined ? {} : { user: options.user }),
      ...(options.manager === undefined ? {} : { manager: options.manager }),
    };
    for (const admit of this.#admission) admit({ ...rest, ...who, store: this });
  }

  #keep(resource: ResourceName, object: KubeObject, before?: KubeObject): void {
    this.#shelf(resource).set(object);
    this.#owners.note(resource, object, before);
  }

  #commit(
    resource: ResourceName,
    type: "ADDED" | "MODIFIED",
    draft: KubeObject,
    before?: KubeObject,
  ): KubeObject {
    const version = ++this.#version;
    draft.metadata.resourceVersion = String(version);
    const object = freeze(draft);
    this.#keep(resource, object, before);
    this.#shelf(resource).history.add({ version, type, object, ...(before === undefined ? {} : { before }) });
    return object;
  }

  #remove(resource: ResourceName, last: KubeObject, before: KubeObject): KubeObject {
    const version = ++this.#version;
    const object = freeze({ ...last, metadata: { ...last.metadata, resourceVersion: String(version) } });
    const shelf = this.#shelf(resource);
    shelf.remove(before);
    this.#owners.forget(before);
    shelf.history.add({ version, type: "DELETED", object });
    this.#collector.afterRemoval(before);
    return object;
  }
}

/** What a generation counts: the spec, but not the node that a pod is bound to. */
function wanted({ kind, spec }: KubeObject): unknown {
  return kind === "Pod" && isJson(spec) ? { ...spec, nodeName: undefined } : spec;
}
