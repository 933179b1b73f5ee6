// Events of controllers: one object for each kind of happening, counted.

import { writeEvent } from "../api/event-write.js";
import { type KubeObject, timestamp } from "../api/json.js";
import type { Store } from "../api/store.js";

export class EventWriter {
  readonly #store: Store;
  readonly #component: string;
  readonly #random: () => number;
  readonly #known = new Map<string, { readonly name: string; readonly first: string; count: number }>();
  #last = 0n;

  constructor(store: Store, component: string, random: () => number) {
    this.#random = random;
    this.#store = store;
    this.#component = component;
  }

  write(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string): void {
    const now = this.#store.clock.now();
    const { namespace = "default", name, uid, resourceVersion } = about.metadata;
    const key = [uid, type, reason, message].join(" ");
    const known = this.#known.get(key);
    const at = timestamp(now);
    if (known !== undefined && this.#store.find("events", namespace, known.name) !== undefined) {
      known.count += 1;
      this.#store.patch("events", namespace, known.name, (draft) => {
        draft.count = known.count;
        draft.lastTimestamp = at;
      });
      return;
    }
    const event = { name: this.#nameFor(name, now), first: at, count: 1 };
    this.#known.set(key, event);
    writeEvent(this.#store, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: event.name, namespace },
      involvedObject: {
        kind: about.kind,
        namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
      },
      reason,
      message,
      source: { component: this.#component },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: this.#component,
      reportingInstance: "",
    });
  }

  #nameFor(name: string, now: number): string {
    const nanos = BigInt(Math.floor(now)) * 1_000_000n + BigInt(Math.floor(this.#random() * 999_999));
    this.#last = nanos > this.#last ? nanos : this.#last + 1n;
    return `${name}.${this.#last.toString(16)}`;
  }
}
