// Writing an event as the parts of a cluster do: one that the API server refuses is dropped.

import { ApiError } from "./errors.js";
import type { Json } from "./json.js";
import type { Store } from "./store.js";

/** A namespace that is going takes no events, and nobody minds. */
export function writeEvent(store: Store, event: Json): void {
  try {
    store.create("events", event);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
