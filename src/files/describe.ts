// The text of `kubectl describe`, also indented or wrapped by what it was pasted into: which kind
// of object it describes, and the object with its events.

import type { KubeObject } from "../model/objects.js";
import { describedTime } from "./ages.js";
import { indentOf, readFields } from "./describe-fields.js";
import { readDescribedNode } from "./describe-node.js";
import { readDescribedPod } from "./describe-pod.js";
import { readDescribedAccount, readDescribedSecret } from "./describe-secret.js";
import { readDescribedWorkload } from "./describe-workload.js";
import { type DescribedEvent, readDescribedEvents } from "./described-events.js";

export type DescribedObject = Exclude<KubeObject, { kind: "Event" | "Namespace" }>;

export interface Described {
  readonly object: DescribedObject;
  readonly events: readonly DescribedEvent[];
  /** When it was described, where start time and the age of its scheduling give that away. */
  readonly describedAt?: Date;
  /** The earliest it can have been described. */
  readonly notBefore?: Date;
}

/** A description without its events, as each kind's reader takes it. */
export interface Description {
  readonly name: string;
  readonly lines: readonly string[];
  /** Indentation of the whole block. */
  readonly base: number;
  /** The fields that are not indented further, by key. */
  readonly top: ReadonlyMap<string, string>;
}

export const isDescribeStart = (line: string): boolean => /^\s*Name:\s+\S+\s*$/.test(line);

const readers: readonly ((description: Description) => DescribedObject | undefined)[] = [
  readDescribedWorkload,
  readDescribedNode,
  readDescribedAccount,
  readDescribedSecret,
  readDescribedPod,
];

/** A block of lines from `Name:` on; undefined when it describes a kind that does not matter here. */
export function readDescribe(all: readonly string[]): Described | undefined {
  const base = indentOf(all.find((line) => line.trim() !== "") ?? "");
  const eventsAt = all.findIndex((line) => /^\s*Events:/.test(line) && indentOf(line) <= base);
  const lines = eventsAt === -1 ? all : all.slice(0, eventsAt);
  const fields = readFields(lines, base).filter((field) => field.indent === 0);
  const top = new Map(fields.map((field) => [field.key, field.value]));
  const name = top.get("Name");
  if (name === undefined) return undefined;
  const description = { name, lines, base, top };
  const events = eventsAt === -1 ? [] : readDescribedEvents(all.slice(eventsAt + 1));
  for (const read of readers) {
    const object = read(description);
    if (object !== undefined) {
      return { object, events, ...presentOf(describedTime(top.get("Start Time") ?? ""), events) };
    }
  }
  return undefined;
}

/** Scheduling and start are in the same second, so `Scheduled  110s` tells when the text was made. */
function presentOf(startedAt: Date | undefined, events: readonly DescribedEvent[]) {
  if (startedAt === undefined) return {};
  const after = (ms: number): Date => new Date(startedAt.getTime() + ms);
  const scheduled = events.find(({ reason }) => reason === "Scheduled")?.ages.firstAgeMs;
  if (scheduled !== undefined) return { describedAt: after(scheduled) };
  return { notBefore: after(Math.max(0, ...events.map(({ ages }) => ages.firstAgeMs ?? 0))) };
}
