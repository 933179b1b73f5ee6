// Politeness towards one registry: a few questions at a time, and none before the moment it named.

import { setTimeout as sleep } from "node:timers/promises";

export class Turnstile {
  readonly #most: number;
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;
  #closedUntil = 0;

  constructor(most: number, signal: AbortSignal) {
    this.#most = most;
    this.#signal = signal;
  }

  /** Runs `work` when there is room, in the order of arrival. After an abort nobody waits any longer. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    try {
      await this.#pause();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    }
  }

  /** Waits, and lets nobody in meanwhile. What is inside otherwise goes on. */
  async rest(ms: number): Promise<void> {
    this.#closedUntil = Math.max(this.#closedUntil, performance.now() + ms);
    await this.#pause();
  }

  async #pause(): Promise<void> {
    for (;;) {
      const ms = this.#closedUntil - performance.now();
      if (ms <= 0 || this.#signal.aborted) return;
      await sleep(ms, undefined, { signal: AbortSignal.any([this.#signal]) }).catch(() => {});
    }
  }
}
