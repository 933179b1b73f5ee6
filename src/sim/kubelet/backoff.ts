// The kubelet's image back-off: 10 s doubled to 300 s, by pod uid and the image as written.
// client-go util/flowcontrol/backoff.go; semantics reference 1.3.

const initialMs = 10_000;
const ceilingMs = 300_000;

interface Entry {
  windowMs: number;
  updatedAt: number;
  lastError: string;
}

export class ImageBackoff {
  readonly #entries = new Map<string, Entry>();

  /** The last error while a window is open; undefined when a pull may be tried. */
  open(key: string, now: number): { readonly lastError: string } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isStale(entry, now)) return undefined;
    return now - entry.updatedAt < entry.windowMs ? { lastError: entry.lastError } : undefined;
  }

  failed(key: string, now: number, error: string): void {
    const entry = this.#entries.get(key);
    const windowMs =
      entry === undefined || isStale(entry, now) ? initialMs : Math.min(entry.windowMs * 2, ceilingMs);
    this.#entries.set(key, { windowMs, updatedAt: now, lastError: error });
  }

  clear(): void {
    this.#entries.clear();
  }

  /** A success forgets nothing that is fresh: only entries that have run out go. */
  collect(now: number): void {
    for (const [key, entry] of this.#entries) if (isStale(entry, now)) this.#entries.delete(key);
  }
}

const isStale = (entry: Entry, now: number): boolean => now - entry.updatedAt > 2 * ceilingMs;

/** The pull rate limit: a token bucket that never waits. QPS 0 means no limit. */
export class PullRate {
  readonly #qps: number;
  readonly #burst: number;
  #tokens: number;
  #at: number | undefined;

  constructor(qps: number, burst: number) {
    this.#qps = qps;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(now: number): boolean {
    if (this.#qps === 0) return true;
    const before = this.#at ?? now;
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - before) / 1000) * this.#qps);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
