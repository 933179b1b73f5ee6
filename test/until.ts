// Waiting in a test is waiting for something: never for a time that some machine will find too short.

import { setTimeout as wait } from "node:timers/promises";

/** Resolves once `is` holds; throws when it does not within `withinMs` (30 seconds), whatever else the machine does. */
export async function until(what: string, is: () => boolean, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!is()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await wait(5);
  }
}
