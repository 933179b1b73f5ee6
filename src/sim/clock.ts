// The world's clock. Time in the world runs as fast as the user asks, or stands still until a
// test moves it; nothing in `sim` reads the machine's clock except through this file.

/** Milliseconds since the epoch, in the world's time. */
export interface Clock {
  now(): number;
  /** Calls `act` once, `delayMs` of world time from now. Returns a function that cancels it. */
  after(delayMs: number, act: () => void): () => void;
  /**
   * Says that real work (a socket) is under way which takes no time in the world: a held clock does
   * not move until the function returned is called. Absent: nothing to wait for.
   */
  hold?(): () => void;
}

/** Resolves after `delayMs` of world time, or at once when `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(delayMs, done);
    function done(): void {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      cancel();
      resolve();
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** A clock that runs `speed` times as fast as the machine's, from `start` (default: now). */
export function runningClock(speed = 1, start: number = Date.now()): Clock {
  const zero = performance.now();
  return {
    now: () => start + (performance.now() - zero) * speed,
    after(delayMs, act) {
      // Timers over 2^31 ms fire at once in Node; nothing in the world waits that long in real time.
      const timer = setTimeout(act, Math.min(delayMs / speed, 2 ** 31 - 1));
      timer.unref?.();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until told to move. */
export interface HeldClock extends Clock {
  /** Moves time forward, calling what falls due in order, letting pending work settle between. */
  advance(ms: number): Promise<void>;
}

export function heldClock(start: number): HeldClock {
  interface Timer {
    readonly at: number;
    readonly order: number;
    readonly act: () => void;
  }
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();
  let holds = 0;

  const settle = async (): Promise<void> => {
    await turns();
    while (holds > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await turns();
    }
  };

  const earliest = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (
        first === undefined ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  };

  return {
    now: () => now,
    after(delayMs, act) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, act };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    hold() {
      let isHeld = true;
      holds++;
      return () => {
        if (isHeld) holds--;
        isHeld = false;
      };
    },
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await settle();
        const next = earliest(until);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.act();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets promises and socket callbacks that are already due run before time moves on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
