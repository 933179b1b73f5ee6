// Cron schedules: five fields, lists, ranges, steps, names, and the usual macros.

export interface Schedule {
  /** The first time after `ms` that it names; undefined: none in the next four years. */
  next(ms: number): number | undefined;
}

const macros: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const minuteMs = 60_000;

/** undefined when it cannot be read. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = (macros[text.trim()] ?? text.trim()).split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5) return undefined;
  const sets = [
    parseField(minute, 0, 59, []),
    parseField(hour, 0, 23, []),
    parseField(day, 1, 31, []),
    parseField(month, 1, 12, months),
    parseField(weekday, 0, 7, days),
  ];
  const [minutes, hours, daysOfMonth, inMonths, weekdays] = sets;
  if (!minutes || !hours || !daysOfMonth || !inMonths || !weekdays) return undefined;
  if (weekdays.has(7)) weekdays.add(0);
  const hasBoth = !day.startsWith("*") && !weekday.startsWith("*");
  const isDay = (date: Date): boolean => {
    const byMonth = daysOfMonth.has(date.getUTCDate());
    const byWeek = weekdays.has(date.getUTCDay());
    return inMonths.has(date.getUTCMonth() + 1) && (hasBoth ? byMonth || byWeek : byMonth && byWeek);
  };
  return {
    next(ms) {
      const end = ms + 4 * 366 * 86_400_000;
      let at = (Math.floor(ms / minuteMs) + 1) * minuteMs;
      while (at < end) {
        const date = new Date(at);
        if (!isDay(date)) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
        else if (!hours.has(date.getUTCHours())) at = (Math.floor(at / 3_600_000) + 1) * 3_600_000;
        else if (!minutes.has(date.getUTCMinutes())) at += minuteMs;
        else return at;
      }
      return undefined;
    },
  };
}

function parseField(
  text: string,
  low: number,
  high: number,
  names: readonly string[],
): Set<number> | undefined {
  const found = new Set<number>();
  const number = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + low : Number(word);
  };
  for (const part of text.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === "") return undefined;
    const [first = "", last] =
      range === "*" || range === "?" ? [String(low), String(high)] : range.split("-");
    const from = number(first);
    const to = last === undefined ? (step === undefined ? from : high) : number(last);
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < low || to > high) return undefined;
    for (let n = from; n <= to; n += Math.max(1, Number(step ?? 1))) found.add(n);
  }
  return found;
}
