// Compares a replay with its recording: statuses, events and pull attempts, in full. Names, uids,
// addresses and absolute times are made alike first; nothing else is.

import { isJson, type KubeObject, text } from "../../../src/sim/api/json.js";
import { type Change, endOf, type Recording, toleranceSeconds } from "./recorded.js";
import type { Replayed } from "./replay.js";

export interface Comparison {
  /** One line each; [] when nothing differs. */
  readonly differences: readonly string[];
  /** How many statuses, event writes and attempts were compared. */
  readonly compared: { readonly statuses: number; readonly events: number; readonly attempts: number };
}

export function compare(recording: Recording, replayed: Replayed): Comparison {
  const differences: string[] = [];
  const isFinal = { pods: recording.pods.length === 0, events: recording.events.length === 0 };
  const recorded = {
    pods: isFinal.pods ? recording.final.pods.map(atEnd) : recording.pods,
    events: isFinal.events ? recording.final.events.map(atEnd) : recording.events,
  };
  const end = endOf(recording);
  const lastOf = (rows: readonly Row[]): readonly Row[] => rows.filter(({ s }) => s <= end).slice(-1);
  // What came just before the end here may have come just after it there.
  const isDue = ({ s }: Row): boolean => s <= end - toleranceSeconds;
  const real = statuses(recorded.pods);
  const ours = statuses(replayed.pods);
  for (const [pod, list] of real) {
    const own = ours.get(pod) ?? [];
    differences.push(...sequence(`status of ${pod}`, list, isFinal.pods ? lastOf(own) : own, isDue));
  }
  for (const pod of ours.keys())
    if (!real.has(pod)) differences.push(`status of ${pod}: no such pod in the recording`);
  const realEvents = eventsOf(recorded.events, recorded.pods);
  const ourEvents = eventsOf(replayed.events, replayed.pods);
  for (const [event, list] of realEvents) {
    const own = ourEvents.get(event) ?? [];
    differences.push(...sequence(`event ${event}`, list, isFinal.events ? lastOf(own) : own, isDue));
  }
  for (const [event, [first]] of ourEvents) {
    if (!realEvents.has(event) && first !== undefined && isDue(first))
      differences.push(`event ${event}: not in the recording`);
  }
  if (!isFinal.events) differences.push(...orderDifferences(realEvents, ourEvents));
  if (recording.attempts !== undefined) {
    differences.push(...attemptDifferences(recording.attempts, attemptsOf(recording, replayed)));
  }
  const total = (all: ReadonlyMap<string, readonly Row[]>): number =>
    [...all.values()].reduce((sum, list) => sum + list.length, 0);
  return {
    differences,
    compared: {
      statuses: total(real),
      events: total(realEvents),
      attempts: recording.attempts?.length ?? 0,
    },
  };
}

/** One that was only read when all was over: when it became so is not known. */
const atEnd = (object: KubeObject): Change => ({ s: Number.NaN, type: "MODIFIED", object });

/** As the recording has them: the requests to the runtime, or the `Pulling` events. */
function attemptsOf(recording: Recording, replayed: Replayed): readonly number[] {
  const until = endOf(recording);
  if (recording.attemptsFrom === undefined) return replayed.attempts.filter((s) => s <= until);
  return replayed.events
    .filter(({ type, object }) => type !== "DELETED" && object.reason === "Pulling")
    .map(({ s }) => s)
    .filter((s) => s <= until);
}

interface Row {
  readonly s: number;
  readonly what: string;
}

/** What each pod's status was, one after the other, without repetitions. */
function statuses(changes: readonly Change[]): Map<string, Row[]> {
  const names = podNames(changes);
  const rows = new Map<string, Row[]>();
  for (const { s, type, object } of changes) {
    const name = names.get(object.metadata.uid) ?? object.metadata.name;
    const list = rows.get(name) ?? [];
    const state = object.metadata.deletionTimestamp === undefined ? "" : "going ";
    const what = type === "DELETED" ? "gone" : state + JSON.stringify(alike(object.status, names));
    if (list.at(-1)?.what !== what) list.push({ s, what });
    rows.set(name, list);
  }
  return rows;
}

/** Each event's counts, by what it is about and says. */
function eventsOf(changes: readonly Change[], pods: readonly Change[]): Map<string, Row[]> {
  const names = podNames(pods);
  const rows = new Map<string, Row[]>();
  for (const { s, type, object } of changes) {
    if (type === "DELETED") continue;
    const about = isJson(object.involvedObject) ? object.involvedObject : {};
    const who = names.get(text(about, "uid")) ?? alikeText(text(about, "name"), names);
    const key = [
      text(about, "kind"),
      who,
      text(about, "fieldPath"),
      text(object, "type"),
      text(object, "reason"),
      alikeText(text(object, "message"), names),
    ].join(" | ");
    const list = rows.get(key) ?? [];
    list.push({ s, what: `count ${Number(object.count ?? 0)}` });
    rows.set(key, list);
  }
  return rows;
}

/** What came more than this apart came in an order; what came closer raced. */
const raceSeconds = 1;

/** Event writes of both, in the recording's order: none may be overtaken by one that came clearly later. */
function orderDifferences(
  real: ReadonlyMap<string, readonly Row[]>,
  ours: ReadonlyMap<string, readonly Row[]>,
): string[] {
  const writes = [...real].flatMap(([event, list]) =>
    list.flatMap(({ s, what }, index) => {
      const own = ours.get(event)?.[index];
      return own?.what === what ? [{ event, s, own: own.s }] : [];
    }),
  );
  writes.sort((a, b) => a.s - b.s);
  return writes.flatMap((one, index) => {
    const late = writes.slice(0, index).find((two) => one.s - two.s > raceSeconds && two.own > one.own);
    return late === undefined ? [] : [`event ${one.event}: came after ${late.event}, here before it`];
  });
}

/** Pods with generated names are told apart by their order. */
function podNames(changes: readonly Change[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { object } of changes) {
    const { uid, name, generateName } = object.metadata;
    if (names.has(uid)) continue;
    const base = (generateName ?? name).replace(/-[a-z0-9]{8,10}-$/, "-");
    const same = [...names.values()].filter((one) => one.startsWith(base) && one !== name).length;
    const own = generateName === undefined ? (same === 0 ? name : `${name} again`) : `${base}${same + 1}`;
    names.set(uid, own);
    if (own !== name && generateName !== undefined) names.set(name, own);
  }
  return names;
}

function sequence(
  what: string,
  real: readonly Row[],
  ours: readonly Row[],
  isDue: (row: Row) => boolean,
): string[] {
  const found: string[] = [];
  for (let index = 0; index < Math.max(real.length, ours.length); index++) {
    const a = real[index];
    const b = ours[index];
    if (a === undefined) {
      if (b !== undefined && isDue(b)) found.push(`${what}: too many, at ${b.s.toFixed(1)} s: ${b.what}`);
    } else if (b === undefined) found.push(`${what}: missing what was there at ${second(a.s)}: ${a.what}`);
    else if (a.what !== b.what) {
      found.push(`${what}: at ${second(a.s)} ${shown(a.what, b.what)}, here ${shown(b.what, a.what)}`);
      break;
    } else if (Math.abs(a.s - b.s) > toleranceSeconds) {
      found.push(`${what}: ${a.what.slice(0, 60)} at ${a.s.toFixed(1)} s, here at ${b.s.toFixed(1)} s`);
    }
  }
  return found;
}

const second = (s: number): string => (Number.isNaN(s) ? "the end" : `${s.toFixed(1)} s`);

/** The part of a long text where it differs from another. */
function shown(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  return text.slice(Math.max(0, at - 40), at + 90);
}

/** The number of attempts, and that each comes no sooner and no later than the back-off allows. */
function attemptDifferences(real: readonly number[], ours: readonly number[]): string[] {
  if (real.length === ours.length) {
    return real.flatMap((s, index) => {
      const own = ours[index] ?? 0;
      return Math.abs(s - own) <= toleranceSeconds + 15 && isNear(real, ours, index)
        ? []
        : [`attempt ${index + 1} at ${s} s, here at ${own.toFixed(1)} s`];
    });
  }
  return [`attempts: ${real.join(", ")}; here ${ours.map((s) => s.toFixed(1)).join(", ")}`];
}

/** Once events are held back nothing tells the real jitter any more: it may be any, for each attempt. */
function isNear(real: readonly number[], ours: readonly number[], index: number): boolean {
  const slack = index < 4 ? toleranceSeconds : 16 * (index - 2);
  return Math.abs((real[index] ?? 0) - (ours[index] ?? 0)) <= slack;
}

function alike(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return alikeText(value, names);
  if (Array.isArray(value)) return value.map((item) => alike(item, names));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => [key, alike(value[key], names)]),
  );
}

function alikeText(text: string, names: ReadonlyMap<string, string>): string {
  let out = text;
  for (const [uid, name] of names) out = out.replaceAll(uid, uid.length === 36 ? `UID of ${name}` : name);
  return out
    .replace(/sha256:[0-9a-f]{64}/g, "sha256:DIGEST")
    .replace(/\b[0-9a-f]{64}\b/g, "HEX")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/read (tcp|udp) \S+->(\S+):(\d+)/g, "read $1 NODE->$2:$3")
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, "ADDRESS")
    .replace(/" in [\d.]+(µs|ms|s|m[\d.]+s)/g, '" in DURATION')
    .replace(/-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, "-HASH")
    .replace(/pod: (\S+)-[a-z0-9]{5}$/, "pod: $1-HASH")
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, "-HASH");
}
