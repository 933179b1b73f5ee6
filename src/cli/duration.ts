// A length of time as every command takes it: `90`, `90s`, `1m30s`.

import { ToolError } from "../model/errors.js";
import type { Flags } from "./command.js";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Timers take no more. */
const longestMs = 2 ** 31 - 1;

/**
 * Whole milliseconds of `90s`, `2m`, `1m30s`; a bare number is seconds. Undefined when the flag is left out.
 * Throws ToolError `duration-malformed`.
 */
export function durationOf(flags: Flags, name: string): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const whole = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? `${text}s` : text;
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h))+$/.test(whole)) {
    throw new ToolError("duration-malformed", {
      what: `--${name} does not take "${text}"`,
      why: "it is a time: a number of seconds, or numbers with ms, s, m or h behind them",
      do: `write --${name} 90s, or --${name} 2m`,
    });
  }
  const parts = [...whole.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  const sum = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0);
  return Math.min(longestMs, Math.round(sum));
}
