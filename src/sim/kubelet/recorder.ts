// How the kubelet's events reach the API server: aggregated, counted, held back by a budget.
// client-go tools/record/events_cache.go; semantics reference 2.4.

import { writeEvent } from "../api/event-write.js";
import type { Json } from "../api/json.js";
import { timestamp } from "../api/json.js";
import type { Store } from "../api/store.js";
import type { KubeletTraits } from "./version.js";

export interface EventSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
  readonly kind?: "Pod" | "Node";
}

export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

interface Counted {
  name: string;
  firstAt: number;
  count: number;
}

interface Group {
  readonly messages: Set<string>;
  at: number;
}

const idleMs = 600_000;
const manyMessages = 10;
const budgetSize = 25;
const refillMs = 300_000;

export class EventRecorder {
  readonly #store: Store;
  readonly #node: string;
  readonly #traits: KubeletTraits;
  readonly #random: () => number;
  readonly #counted = new Map<string, Counted>();
  readonly #groups = new Map<string, Group>();
  readonly #budgets = new Map<string, { tokens: number; at: number }>();
  readonly #instant: { readonly subject: EventSubject; readonly event: EventText }[] = [];
  #last = 0n;

  constructor(store: Store, node: string, traits: KubeletTraits, random: () => number = Math.random) {
    this.#random = random;
    this.#store = store;
    this.#node = node;
    this.#traits = traits;
  }

  record(subject: EventSubject, event: EventText): void {
    if (!this.#traits.racesEvents) {
      this.#correlate(subject, event);
      return;
    }
    this.#instant.push({ subject, event });
    if (this.#instant.length === 1) this.#store.clock.after(0, () => this.#flush());
  }

  /** Each event had a goroutine of its own; Go runs the newest one next, the others in order. */
  #flush(): void {
    const all = this.#instant.splice(0);
    const last = all.pop();
    for (const one of [...(last === undefined ? [] : [last]), ...all])
      this.#correlate(one.subject, one.event);
  }

  #correlate(subject: EventSubject, event: EventText): void {
    const now = this.#store.clock.now();
    const source = `${subject.kind ?? "Pod"} ${subject.namespace}/${subject.name} ${subject.uid}`;
    const { key, message } = this.#aggregate(source, subject, event, now);
    const known = this.#counted.get(key);
    // The count grows even when the budget lets nothing through: the next accepted write jumps.
    const counted: Counted = known ?? { name: this.#nameFor(subject, now), firstAt: now, count: 0 };
    counted.count += 1;
    this.#counted.set(key, counted);
    if (!this.#spend(this.#traits.hasBudgetPerType ? `${source} ${event.type}` : source, now)) return;
    this.#write(subject, { ...event, message }, counted, now);
  }

  /** A restarted kubelet remembers no counts. */
  clear(): void {
    this.#counted.clear();
    this.#groups.clear();
    this.#budgets.clear();
  }

  /** From the tenth distinct message of one group on, all share one event. */
  #aggregate(
    source: string,
    subject: EventSubject,
    event: EventText,
    now: number,
  ): { key: string; message: string } {
    const groupKey = `${source} ${event.type} ${event.reason}`;
    let group = this.#groups.get(groupKey);
    if (group === undefined || now - group.at > idleMs) {
      group = { messages: new Set(), at: now };
      this.#groups.set(groupKey, group);
    }
    group.at = now;
    group.messages.add(event.message);
    if (group.messages.size < manyMessages) {
      return { key: `${groupKey} ${subject.fieldPath ?? ""} ${event.message}`, message: event.message };
    }
    // Any one makes room, so that the set stays full; a message still in it is told by itself again.
    const [...all] = group.messages;
    group.messages.delete(all[Math.floor(this.#random() * all.length)] ?? event.message);
    return { key: groupKey, message: `(combined from similar events): ${event.message}` };
  }

  #spend(key: string, now: number): boolean {
    const budget = this.#budgets.get(key) ?? { tokens: budgetSize, at: now };
    budget.tokens = Math.min(budgetSize, budget.tokens + (now - budget.at) / refillMs);
    budget.at = now;
    this.#budgets.set(key, budget);
    if (budget.tokens < 1) return false;
    budget.tokens -= 1;
    return true;
  }

  #write(subject: EventSubject, event: EventText, counted: Counted, now: number): void {
    const at = timestamp(now);
    if (this.#store.find("events", subject.namespace, counted.name) !== undefined) {
      this.#store.patch("events", subject.namespace, counted.name, (draft) => {
        draft.count = counted.count;
        draft.lastTimestamp = at;
        draft.message = event.message;
      });
      return;
    }
    const isPod = subject.kind !== "Node";
    const about: Json = {
      kind: subject.kind ?? "Pod",
      namespace: isPod ? subject.namespace : undefined,
      name: subject.name,
      uid: subject.uid,
      apiVersion: isPod ? "v1" : undefined,
      resourceVersion: subject.resourceVersion,
      fieldPath: subject.fieldPath,
    };
    writeEvent(this.#store, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: counted.name, namespace: subject.namespace },
      involvedObject: about,
      reason: event.reason,
      message: event.message,
      source: { component: "kubelet", host: this.#node },
      firstTimestamp: timestamp(counted.firstAt),
      lastTimestamp: at,
      count: counted.count,
      type: event.type,
      eventTime: null,
      reportingComponent: this.#traits.hasReportingFields ? "kubelet" : "",
      reportingInstance: this.#traits.hasReportingFields ? this.#node : "",
    });
  }

  /** `<pod>.<hex of the time in nanoseconds>`, never twice the same. */
  #nameFor(subject: EventSubject, now: number): string {
    const nanos = BigInt(Math.floor(now)) * 1_000_000n + BigInt(Math.floor(this.#random() * 999_999));
    this.#last = nanos > this.#last ? nanos : this.#last + 1n;
    return `${subject.name}.${this.#last.toString(16)}`;
  }
}
