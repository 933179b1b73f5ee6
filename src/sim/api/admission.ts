// What happens between a write request and the store: hooks that complete or refuse it.

import type { KubeObject } from "./json.js";
import type { Resource } from "./resources.js";
import type { Store } from "./store.js";

/** `main` leaves the status as it is, `status` all but the status; `all` is for the world's own parts. */
export type Part = "main" | "status" | "all";

/** Who a write's fields belong to afterwards, for managedFields. */
export interface FieldWriter {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  /** Apply: the paths of what was applied (managed/field-set.ts). */
  readonly applied?: ReadonlySet<string>;
}

export interface Attempt {
  readonly verb: "create" | "update" | "delete";
  readonly resource: Resource;
  /** A draft that may be changed; on delete the object as it is. */
  readonly object: KubeObject;
  /** Absent on create and delete. */
  readonly before?: KubeObject;
  readonly part: Part;
  /** Absent when the world itself writes. */
  readonly user?: string;
  /** Absent when the fields that the write sets belong to nobody. */
  readonly manager?: FieldWriter;
  readonly store: Store;
}

/** Changes `attempt.object`, or throws ApiError. */
export type Admission = (attempt: Attempt) => void;
