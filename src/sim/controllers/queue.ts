// Work to be done for objects, each at most once at a time: what a watch puts in, a turn of the clock takes out.

import type { Clock } from "../clock.js";

/** A controller acts this long after it heard of a change. */
const reactionMs = 5;

export class Queue {
  readonly #clock: Clock;
  readonly #work: (key: string) => void;
  readonly #due = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  #isStopped = false;

  /** `work` throws only for bugs of ours. */
  constructor(clock: Clock, work: (key: string) => void) {
    this.#clock = clock;
    this.#work = work;
  }

  add(key: string, afterMs = reactionMs): void {
    if (this.#isStopped) return;
    const at = this.#clock.now() + afterMs;
    const known = this.#due.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = this.#clock.after(afterMs, () => {
      this.#due.delete(key);
      this.#work(key);
    });
    this.#due.set(key, { at, cancel });
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#due.values()) cancel();
    this.#due.clear();
  }
}

/** `namespace/name`, and back. */
export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  `${object.metadata.namespace ?? ""}/${object.metadata.name}`;

export function splitKey(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}
