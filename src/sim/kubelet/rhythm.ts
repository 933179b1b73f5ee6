// When a kubelet does things: its one-second ticker, the relist of its runtime, and the jitter of what
// it puts off. pkg/kubelet/{kubelet,pod_workers}.go, pkg/kubelet/pleg; semantics reference 1.4.

import type { Clock } from "../clock.js";

const secondMs = 1000;

/** What is chance in a kubelet, given instead: for those who replay what a real one did. */
export interface RhythmOptions {
  /** Milliseconds after a full second at which it ticks, and at which it lists its containers. */
  readonly tickAtMs: number;
  readonly relistAtMs: number;
  /** Which share of the jitter a failed sync of a pod gets, 0 <= share < 1; undefined: by chance. */
  share(pod: string, now: number): number | undefined;
  /** How much later than on an idle node a pod is looked at first; absent: no later. */
  firstSyncDelayMs?(pod: string): number;
  /** How much longer than on an idle node the sandbox of a pod takes. */
  sandboxDelayMs(pod: string): number;
}

export class Rhythm {
  readonly #random: () => number;
  readonly #given: RhythmOptions | undefined;
  readonly #tickAt: number;
  readonly #relistAt: number;
  readonly #clock: Clock;

  constructor(clock: Clock, random: () => number, given?: RhythmOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#given = given;
    this.#tickAt = given?.tickAtMs ?? Math.floor(random() * secondMs);
    this.#relistAt = given?.relistAtMs ?? Math.floor(random() * secondMs);
  }

  /** 10 to 15 seconds: when a pod whose sync failed is looked at again. `pod` is `namespace/name`. */
  resyncMs(pod: string): number {
    const share = this.#given?.share(pod, this.#clock.now()) ?? this.#random();
    return 10_000 * (1 + share * 0.5);
  }

  firstSyncDelayMs(pod: string): number {
    return this.#given?.firstSyncDelayMs?.(pod) ?? 0;
  }

  sandboxDelayMs(pod: string): number {
    return this.#given?.sandboxDelayMs(pod) ?? 0;
  }

  /** The first tick at or after a time. */
  tickFrom(time: number): number {
    return next(time, this.#tickAt);
  }

  /** The first relist after a time. */
  relistAfter(time: number): number {
    return next(time + 1, this.#relistAt);
  }

  /** `ms` with up to `share` of it more. */
  jitter(ms: number, share: number): number {
    return ms * (1 + this.#random() * share);
  }
}

const next = (time: number, offset: number): number =>
  Math.ceil((time - offset) / secondMs) * secondMs + offset;
