// When a server wants to be asked again.

import type { Answered } from "./session.js";

const longestSeconds = 24 * 3600;

/** From Retry-After: seconds or a date, and at most a day off; undefined where it says neither. */
export function retryAt(answered: Pick<Answered, "headers">, now: Date = new Date()): Date | undefined {
  const value = answered.headers.get("retry-after")?.[0];
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  return Number.isNaN(seconds)
    ? undefined
    : new Date(now.getTime() + Math.min(Math.max(0, seconds), longestSeconds) * 1000);
}
