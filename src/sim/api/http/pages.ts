// Lists in pages: a continue token names a snapshot of the list and where to go on in it.

import { randomUUID } from "node:crypto";
import { ApiError, badRequest } from "../errors.js";
import { isJson, type KubeObject } from "../json.js";
import type { ResourceName } from "../resources.js";
import type { Scope } from "../selectors.js";
import type { Store } from "../store.js";

export interface Page {
  readonly objects: readonly KubeObject[];
  /** The version that the whole list is of. */
  readonly resourceVersion: number;
  /** Absent on the last page. */
  readonly next?: string;
  readonly remaining?: number;
}

interface Snapshot {
  readonly resource: ResourceName;
  readonly objects: readonly KubeObject[];
  readonly version: number;
}

/** How many lists may be read in pages at a time before the oldest is dropped (410 for its reader). */
const KEPT = 20;

const TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

export class Pages {
  readonly #store: Store;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws ApiError 400 for a token that is none, 410 for one whose snapshot is gone. */
  read(resource: ResourceName, scope: Scope, limit: number, token: string): Page {
    if (token === "") return this.#first(resource, scope, limit);
    const place = parseToken(token);
    if (place.id === undefined) return this.#rest(resource, scope, limit, place.after);
    const snapshot = this.#snapshots.get(place.id);
    if (snapshot === undefined || snapshot.resource !== resource || this.#isForgotten(snapshot)) {
      throw new ApiError({
        code: 410,
        reason: "Expired",
        message: TOO_OLD,
        metadata: { continue: makeToken({ after: place.after }) },
      });
    }
    return this.#cut(place.id, snapshot, limit, place.after);
  }

  /** A compacted store has no older states to show. */
  #isForgotten(snapshot: Snapshot): boolean {
    return snapshot.version <= this.#store.compactedVersion;
  }

  #first(resource: ResourceName, scope: Scope, limit: number): Page {
    const objects = this.#store.list(resource, scope);
    const version = this.#store.resourceVersion;
    if (limit === 0 || objects.length <= limit) return { objects, resourceVersion: version };
    const id = randomUUID();
    const snapshot = { resource, objects, version };
    this.#snapshots.set(id, snapshot);
    const oldest = this.#snapshots.keys().next().value;
    if (this.#snapshots.size > KEPT && oldest !== undefined) this.#snapshots.delete(oldest);
    return this.#cut(id, snapshot, limit, undefined);
  }

  #cut(id: string, snapshot: Snapshot, limit: number, after: string | undefined): Page {
    const start = after === undefined ? 0 : snapshot.objects.findIndex((one) => keyOf(one) > after);
    const from = start < 0 ? snapshot.objects.length : start;
    const end = limit === 0 ? snapshot.objects.length : from + limit;
    const objects = snapshot.objects.slice(from, end);
    const last = objects.at(-1);
    const remaining = snapshot.objects.length - from - objects.length;
    if (remaining <= 0 || last === undefined) return { objects, resourceVersion: snapshot.version };
    return {
      objects,
      resourceVersion: snapshot.version,
      next: makeToken({ id, after: keyOf(last) }),
      remaining,
    };
  }

  /** Goes on in the list as it is now: an inconsistent read, asked for by the token of a 410. */
  #rest(resource: ResourceName, scope: Scope, limit: number, after: string): Page {
    const objects = this.#store.list(resource, scope).filter((one) => keyOf(one) > after);
    const version = this.#store.resourceVersion;
    const shown = limit === 0 ? objects : objects.slice(0, limit);
    const last = shown.at(-1);
    if (last === undefined || shown.length === objects.length) {
      return { objects: shown, resourceVersion: version };
    }
    return {
      objects: shown,
      resourceVersion: version,
      next: makeToken({ after: keyOf(last) }),
      remaining: objects.length - shown.length,
    };
  }
}

/** Sorts as the store's lists are sorted: by namespace, then name. */
function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}\u0000${object.metadata.name}`;
}

interface Place {
  readonly id?: string;
  readonly after: string;
}

function makeToken(place: Place): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", ...place })).toString("base64url");
}

function parseToken(token: string): Place {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (isJson(value) && typeof value.after === "string") {
      return { after: value.after, ...(typeof value.id === "string" ? { id: value.id } : {}) };
    }
  } catch {
    // Falls through to the refusal: what the parser said is of no use to the client.
  }
  throw badRequest("continue key is not valid: invalid character in the token");
}
