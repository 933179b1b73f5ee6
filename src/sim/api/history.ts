// One resource's changes: who watches them, and the last of them for a watcher that comes back.

import { expired } from "./errors.js";
import type { KubeObject } from "./json.js";
import type { Match } from "./selectors.js";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

interface Change extends WatchEvent {
  readonly version: number;
  /** The object as it was before a MODIFIED. */
  readonly before?: KubeObject;
}

interface Watcher {
  readonly matches: Match;
  readonly after: number;
  readonly on: (event: WatchEvent) => void;
}

export class History {
  readonly #capacity: number;
  readonly #watchers = new Set<Watcher>();
  #changes: Change[] = [];
  /** The newest change that is no longer kept; 0 when all are. */
  #forgotten: number;
  #delivered = 0;

  /** `forgotten`: versions up to this one were never kept (a restored store). */
  constructor(capacity: number, forgotten: number) {
    this.#capacity = capacity;
    this.#forgotten = forgotten;
  }

  add(change: Change): void {
    this.#changes.push(change);
    if (this.#delivered === this.#changes.length - 1) queueMicrotask(() => this.#deliver());
  }

  /** Forgets all changes, so that every older resourceVersion is too old. */
  compact(version: number): void {
    this.#changes = this.#changes.slice(this.#delivered);
    this.#delivered = 0;
    this.#forgotten = version;
  }

  /** The changes after a version that a watcher would have seen. Throws ApiError 410 when too old. */
  since(version: number, matches: Match): WatchEvent[] {
    if (version < this.#forgotten) throw expired(version, this.#forgotten);
    return this.#changes
      .filter((change) => change.version > version)
      .map((change) => seen(change, matches))
      .filter((event) => event !== undefined);
  }

  /** Calls `on` for every change after `after`, in order, from a microtask. */
  subscribe(after: number, matches: Match, on: (event: WatchEvent) => void): () => void {
    const watcher = { matches, after, on };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #deliver(): void {
    while (this.#delivered < this.#changes.length) {
      const change = this.#changes[this.#delivered++];
      if (change === undefined) break;
      for (const watcher of [...this.#watchers]) {
        if (change.version <= watcher.after || !this.#watchers.has(watcher)) continue;
        const event = seen(change, watcher.matches);
        if (event !== undefined) this.#tell(watcher, event);
      }
    }
    const surplus = this.#changes.length - this.#capacity;
    if (surplus > this.#capacity) {
      this.#forgotten = this.#changes[surplus - 1]?.version ?? this.#forgotten;
      this.#changes = this.#changes.slice(surplus);
      this.#delivered = this.#changes.length;
    }
  }

  /** A watcher that throws is a bug of ours: it surfaces, but the other watchers are still told. */
  #tell(watcher: Watcher, event: WatchEvent): void {
    try {
      watcher.on(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** A change as one watcher sees it: entering its selection is ADDED, leaving it DELETED. */
function seen(change: Change, matches: Match): WatchEvent | undefined {
  const is = matches(change.object);
  if (change.type !== "MODIFIED") return is ? { type: change.type, object: change.object } : undefined;
  const was = change.before === undefined || matches(change.before);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: change.object };
  return was ? { type: "DELETED", object: change.object } : undefined;
}
