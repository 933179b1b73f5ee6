// One sight of an object: what a file shows of it, and how much that is worth beside others.

import type { KubeObject } from "../model/objects.js";

/** How much a form shows: a manifest only what was wished, an API object everything. */
export const rank = { manifest: 0, table: 1, description: 2, object: 3 } as const;
export type Rank = (typeof rank)[keyof typeof rank];

export interface Sight<T extends KubeObject = KubeObject> {
  readonly object: T;
  /** The file's name, as the user would write it. */
  readonly file: string;
  readonly rank: Rank;
  /** An Event's own name, under which all its states are one event. */
  readonly eventName?: string;
  /** metadata.resourceVersion where it is a number, which etcd makes it. */
  readonly version?: bigint;
  /** The time of the sight: of a watch event's receipt, else the newest time that the object holds. */
  readonly at?: Date;
  /** A watch saw it deleted. */
  readonly isGone?: boolean;
  /** One of many sights in a watch stream: an older one is history and no disagreement. */
  readonly isOfWatch?: boolean;
}

/** Below 0 when `a` is older. Versions decide where both have one, then times. */
export function compareAge(a: Sight, b: Sight): number {
  if (a.version !== undefined && b.version !== undefined) {
    return a.version < b.version ? -1 : a.version > b.version ? 1 : 0;
  }
  return (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0);
}

/** Fields of the model that hold times of something else than the state of the cluster. */
const ignoredFields: ReadonlySet<string> = new Set(["notes", "labels", "images"]);

/** The newest time that an object of the model, or raw JSON's `managedFields`, holds. */
export function newestTime(value: unknown, depth = 0): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value !== "object" || value === null || depth > 6) return undefined;
  let newest: Date | undefined;
  for (const [field, child] of Object.entries(value)) {
    if (typeof child !== "object" || ignoredFields.has(field)) continue;
    const time = newestTime(child, depth + 1);
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
  }
  return newest;
}
