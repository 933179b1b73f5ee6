// One pod's place in the kubelet: one sync at a time, at most one waiting, and when the next is due.

import type { Clock } from "../clock.js";
import type { Rhythm } from "./rhythm.js";

/** What a sync came to, as far as it decides when the pod is looked at again. */
export type SyncEnd =
  | { readonly is: "ok" }
  | { readonly is: "failed"; readonly afterMs?: number }
  | { readonly is: "finished" };

export interface PodWorkerParts {
  readonly clock: Clock;
  readonly rhythm: Rhythm;
  /** `namespace/name`. */
  readonly pod: string;
  /** undefined: the runtime answers; else the worker waits for it. */
  isRuntimeUp(): boolean;
  sync(): Promise<SyncEnd>;
}

export class PodWorker {
  readonly #parts: PodWorkerParts;
  #isWorking = false;
  #hasPending = false;
  #isStopped = false;
  #lastEnd: number | undefined;
  #cancelDue: (() => void) | undefined;
  #cancelEvents: (() => void) | undefined;
  readonly #events = new Set<string>();

  constructor(parts: PodWorkerParts) {
    this.#parts = parts;
  }

  /** Syncs as soon as may be. */
  wake(): void {
    if (this.#isStopped) return;
    if (this.#isWorking) {
      this.#hasPending = true;
      return;
    }
    this.#isWorking = true;
    this.#begin();
  }

  /** Something changed in the runtime: the next relist will tell, once for each thing that changed. */
  noteRuntimeEvent(thing: string): void {
    if (this.#isStopped) return;
    this.#events.add(thing);
    if (this.#cancelEvents !== undefined) return;
    const { clock, rhythm } = this.#parts;
    this.#cancelEvents = clock.after(rhythm.relistAfter(clock.now()) - clock.now(), () => {
      this.#cancelEvents = undefined;
      const events = this.#events.size;
      this.#events.clear();
      for (let event = 0; event < events; event++) this.wake();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelDue?.();
    this.#cancelEvents?.();
  }

  /** A sync sees the runtime as a relist after the sync before it found it. */
  #begin(): void {
    const { clock, rhythm } = this.#parts;
    const now = clock.now();
    const mayBegin = this.#lastEnd === undefined ? now : rhythm.relistAfter(this.#lastEnd);
    if (mayBegin > now || (this.#lastEnd !== undefined && !this.#parts.isRuntimeUp())) {
      clock.after(Math.max(mayBegin - now, 1), () => {
        if (this.#isStopped) return;
        if (this.#parts.isRuntimeUp()) void this.#sync();
        else clock.after(1000, () => this.#begin());
      });
      return;
    }
    void this.#sync();
  }

  async #sync(): Promise<void> {
    const { clock, rhythm } = this.#parts;
    if (this.#isStopped) return;
    const end = await this.#parts.sync();
    this.#lastEnd = clock.now();
    if (this.#isStopped) return;
    this.#isWorking = false;
    this.#cancelDue?.();
    if (end.is === "finished") return;
    const later =
      end.is === "ok" ? rhythm.jitter(60_000, 0.5) : (end.afterMs ?? rhythm.resyncMs(this.#parts.pod));
    const due = rhythm.tickFrom(clock.now() + later);
    this.#cancelDue = clock.after(due - clock.now(), () => this.wake());
    if (this.#hasPending) {
      this.#hasPending = false;
      this.wake();
    }
  }
}
