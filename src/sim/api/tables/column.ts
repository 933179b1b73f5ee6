// What a printer of one kind is: columns, and the cells of one object.

import type { KubeObject } from "../json.js";

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer";
  /** `name` marks the column that kubectl links to. */
  readonly format: string;
  /** 1: shown by `-o wide` only. */
  readonly priority: 0 | 1;
}

/** A cell that grows older: `before` + age + `after`. */
export interface AgeCell {
  /** RFC 3339; "" prints as <unknown>. */
  readonly since: string;
  readonly before?: string;
  readonly after?: string;
}

export type Cell = string | number | AgeCell;

export interface Printer {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject) => readonly Cell[];
}

/** `Name Ready Age | IP Node`: the columns of `-o wide` follow the bar. Counts end with `#`, `_` is a blank. */
export function columns(line: string): Column[] {
  const [shown = "", wide = ""] = line.split("|");
  const parse = (part: string, priority: 0 | 1): Column[] =>
    part
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => ({
        name: word.replace(/#$/, "").replace(/_/g, " "),
        type: word.endsWith("#") ? "integer" : "string",
        format: word === "Name" ? "name" : "",
        priority,
      }));
  return [...parse(shown, 0), ...parse(wide, 1)];
}

export function age(object: KubeObject): AgeCell {
  return { since: object.metadata.creationTimestamp };
}

/** A duration as kubectl shows it: `45s`, `3m20s`, `7h5m`, `2d3h`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return pair(days, "d", hours % 24, "h");
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? pair(years, "y", days % 365, "d") : `${years}y`;
}

function pair(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;
}

/** `<none>` for nothing. */
export function orNone(text: string): string {
  return text === "" ? "<none>" : text;
}

/** `app=web,tier=front`, or `<none>`. */
export function mapText(map: { readonly [key: string]: string }): string {
  const pairs = Object.entries(map).map(([key, value]) => `${key}=${value}`);
  return orNone(pairs.sort().join(","));
}
