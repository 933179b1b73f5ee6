// Ages as kubectl prints them: `45s`, `12m`, `3h20m`, `5d`.
// Follows HumanDuration of k8s.io/apimachinery/pkg/util/duration.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;

/** `seconds` may be fractional; anything below zero is shown as `0s`. */
export function ageOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 2 * minute) return `${whole}s`;
  if (whole < 10 * minute) return two(Math.floor(whole / minute), "m", whole % minute, "s");
  if (whole < 3 * hour) return `${Math.floor(whole / minute)}m`;
  if (whole < 8 * hour) return two(Math.floor(whole / hour), "h", Math.floor((whole % hour) / minute), "m");
  if (whole < 2 * day) return `${Math.floor(whole / hour)}h`;
  if (whole < 8 * day) return two(Math.floor(whole / day), "d", Math.floor((whole % day) / hour), "h");
  if (whole < 2 * year) return `${Math.floor(whole / day)}d`;
  if (whole < 8 * year) return two(Math.floor(whole / year), "y", Math.floor((whole % year) / day), "d");
  return `${Math.floor(whole / year)}y`;
}

/** How long before `now` it was. */
export function ageBetween(then: Date, now: Date): string {
  return ageOf((now.getTime() - then.getTime()) / 1000);
}

/** `14:02:11`, in UTC: the same screen on every machine. */
export function clockTime(at: Date): string {
  return at.toISOString().slice(11, 19);
}
