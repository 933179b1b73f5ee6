// The table of events at the end of `kubectl describe`: type, reason, age, from, message.

import type { KubeEvent } from "../model/objects.js";
import { type Ages, agePattern, readAges, timesOf } from "./ages.js";
import { unwrap } from "./columns.js";

export interface DescribedEvent {
  readonly type: string;
  readonly reason: string;
  readonly ages: Ages;
  readonly from: string;
  readonly message: string;
}

export const isEventHeader = (line: string): boolean =>
  /^\s*Type\s+Reason\s+Age\s+From\s+Message\s*$/.test(line);

const age = `(?:${agePattern}|<unknown>|<invalid>)`;
const row = new RegExp(
  `^\\s*(Normal|Warning)\\s+(\\S+)\\s+(${age}(?:\\s+\\(x\\d+ over ${age}\\))?)(?:\\s+(\\S+(?:, \\S+)?))?\\s{1,}(\\S.*)$`,
);
/** With nothing under "From", the gap to the message is wide. */
const rowWithoutFrom = new RegExp(
  `^\\s*(Normal|Warning)\\s+(\\S+)\\s+(${age}(?:\\s+\\(x\\d+ over ${age}\\))?)\\s{8,}(\\S.*)$`,
);
const rowStart = new RegExp(`^\\s*(?:Normal|Warning)\\s+\\S+\\s+${age}(?:\\s|$)`);

export function readDescribedEvents(lines: readonly string[]): DescribedEvent[] {
  const kept = lines.filter(
    (line) => !isEventHeader(line) && !/^\s*-{3,}(\s+-{3,})+\s*$/.test(line) && line.trim() !== "",
  );
  return unwrap(kept, (line) => rowStart.test(line)).flatMap((line) => {
    const found = row.exec(line);
    if (found === null) return [];
    const [, type = "", reason = "", ages = "", from = "", message = ""] = found;
    const event = { type, reason, ages: readAges(ages), from, message: message.trim() };
    // "Failed to" and "Pulling image" are no components: then the message began under "From".
    const isComponent = from === "" || /^[a-z0-9][\w.-]*(\/[\w.-]+)*(, \S+)?$/.test(from);
    if (isComponent) return event;
    const whole = rowWithoutFrom.exec(line)?.[4] ?? `${from} ${message}`;
    return { ...event, from: "", message: whole.trim() };
  });
}

/** kubectl 1.35 puts the field path before the message: `spec.containers{web}: Pulling image "x"`. */
export const fieldPathPrefix =
  /^(spec\.(?:initContainers|containers|ephemeralContainers)\{[^{}\s]{1,253}\}): (?=\S)/;

/** As an event about this object; its times are derived from ages and so from `present`. */
export function eventOf(
  described: DescribedEvent,
  about: { readonly kind: string; readonly namespace?: string; readonly name: string },
  present: Date,
): KubeEvent {
  const { type, reason, ages, from } = described;
  const [reporter = "", node] = from.split(", ");
  const prefix = fieldPathPrefix.exec(described.message);
  const fieldPath = prefix?.[1];
  const namespace = about.namespace ?? "default";
  return {
    kind: "Event",
    namespace,
    type,
    reason,
    message: described.message.slice(prefix?.[0].length ?? 0),
    about: {
      kind: about.kind,
      namespace: about.namespace ?? "",
      name: about.name,
      uid: "",
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    count: ages.count,
    reporter,
    ...(node === undefined ? {} : { node }),
    ...timesOf(ages, present),
  };
}
