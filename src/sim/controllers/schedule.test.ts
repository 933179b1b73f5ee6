// Cron schedules against times worked out by hand.

import { describe, expect, test } from "vitest";
import { parseSchedule } from "./schedule.js";

const next = (schedule: string, from: string): string | undefined => {
  const ms = parseSchedule(schedule)?.next(Date.parse(from));
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);
};

describe("schedules", () => {
  test.each([
    ["* * * * *", "2026-11-21T10:00:30Z", "2026-11-21T10:01"],
    ["*/15 * * * *", "2026-11-21T10:45:00Z", "2026-11-21T11:00"],
    ["0 3 * * *", "2026-11-21T10:00:00Z", "2026-11-22T03:00"],
    ["30 4 1,15 * *", "2026-11-21T10:00:00Z", "2026-12-01T04:30"],
    ["0 9-17/4 * * mon-fri", "2026-11-20T17:30:00Z", "2026-11-23T09:00"],
    ["0 0 13 * 5", "2026-11-21T00:00:00Z", "2026-11-27T00:00"],
    ["0 0 29 feb *", "2026-11-21T00:00:00Z", "2028-02-29T00:00"],
    ["@hourly", "2026-11-21T10:00:00Z", "2026-11-21T11:00"],
    ["0 0 * * 7", "2026-11-21T10:00:00Z", "2026-11-22T00:00"],
  ])("%s after %s", (schedule, from, expected) => {
    expect(next(schedule, from)).toBe(expected);
  });

  test.each(["", "* * * *", "60 * * * *", "a b c d e", "* * * * * *"])("%s is none", (schedule) => {
    expect(parseSchedule(schedule)).toBeUndefined();
  });
});
