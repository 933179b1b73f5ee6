// Serial pulls (one worker, the default), or parallel ones with an optional limit.
// pkg/kubelet/images/puller.go; semantics reference 1.6.

export class PullQueue {
  readonly #limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `serializeImagePulls: true` is a limit of 1; no limit is Infinity. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
