// How long a pull waits for a peer that has gone quiet on purpose, by the world's clock. A held clock
// stands still while a socket works, and moves on while it waits for one that will not speak.

import { type Clock, sleep } from "../clock.js";

export class Patience {
  readonly #clock: Clock;
  #release: (() => void) | undefined;
  #stalled = 0;
  #limitMs = Number.POSITIVE_INFINITY;
  #onLimit: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#release = clock.hold?.();
  }

  /** For one connection: tells that its peer is quiet (true) or speaks again. */
  watcher(): (isStalled: boolean) => void {
    let was = false;
    return (is) => {
      if (is === was) return;
      was = is;
      this.#stalled += is ? 1 : -1;
      this.#settle();
    };
  }

  /** Calls `onLimit` when a peer has been quiet for `ms`; replaces the limit before. */
  limit(ms: number, onLimit: () => void): void {
    this.#limitMs = ms;
    this.#onLimit = onLimit;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#settle();
  }

  unlimited(): void {
    this.limit(Number.POSITIVE_INFINITY, () => {});
  }

  /** Lets `ms` of world time pass. */
  async pause(ms: number, signal?: AbortSignal): Promise<void> {
    this.#stalled += 1;
    this.#free();
    await sleep(this.#clock, ms, signal);
    this.#stalled -= 1;
    this.#settle();
  }

  /** The pull is over. */
  end(): void {
    this.#stopTimer?.();
    this.#free();
    this.#stalled = Number.POSITIVE_INFINITY;
  }

  #settle(): void {
    if (this.#stalled > 0) {
      this.#free();
      if (this.#limitMs < Number.POSITIVE_INFINITY && this.#stopTimer === undefined) {
        this.#stopTimer = this.#clock.after(this.#limitMs, () => this.#onLimit?.());
      }
      return;
    }
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#release ??= this.#clock.hold?.();
  }

  #free(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
