// Ages as kubectl prints them: `110s`, `3m2s`, `2d5h`, `23s (x4 over 110s)`.

const unitMs: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/** The source of a pattern that an age matches, for the patterns of rows. */
export const agePattern = String.raw`(?:\d+[ywdhms]){1,4}`;

const wholeAge = new RegExp(`^${agePattern}$`);

/** Milliseconds; undefined for `<unknown>`, `<invalid>` and what is no age. */
export function ageMs(text: string): number | undefined {
  if (!wholeAge.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([ywdhms])/g))
    sum += Number(count) * (unitMs[unit ?? ""] ?? 0);
  return sum;
}

/** When something happened last and first, how often; ages are in milliseconds before the text was made. */
export interface Ages {
  readonly lastAgeMs?: number;
  readonly firstAgeMs?: number;
  readonly count: number;
}

const repeated = new RegExp(`^(\\S+) \\(x(\\d+) over (${agePattern})\\)$`);

export function readAges(text: string): Ages {
  const found = repeated.exec(text.trim().replace(/\s+/g, " "));
  const last = ageMs(found?.[1] ?? text.trim());
  const first = found === null ? last : ageMs(found[3] ?? "");
  return {
    count: found === null ? 1 : Number(found[2]),
    ...(last === undefined ? {} : { lastAgeMs: last }),
    ...(first === undefined ? {} : { firstAgeMs: first }),
  };
}

/** The times themselves, once the present moment is known. */
export function timesOf(ages: Ages, present: Date): { firstAt?: Date; lastAt?: Date } {
  const before = (age: number | undefined): Date | undefined =>
    age === undefined ? undefined : new Date(present.getTime() - age);
  const [first, last] = [before(ages.firstAgeMs), before(ages.lastAgeMs)];
  return { ...(first ? { firstAt: first } : {}), ...(last ? { lastAt: last } : {}) };
}

/** `Sat, 21 Nov 2026 19:53:34 +0000`, as describe prints absolute times. */
export function describedTime(text: string): Date | undefined {
  if (!/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
