// An event has two forms, one for each API group that serves it. It is kept as core/v1 has it; what
// comes and goes by events.k8s.io is turned at the door.

import { freeze, type Json, type KubeObject } from "./json.js";
import { nameOf, type Resource } from "./resources.js";

/** What core/v1 calls it, what events.k8s.io/v1 calls it; everything else has one name. */
const NAMES = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
] as const;

const toNewer: ReadonlyMap<string, string> = new Map(NAMES);
const toCore: ReadonlyMap<string, string> = new Map(NAMES.map(([core, newer]) => [newer, core]));
const NEWER = "events.events.k8s.io";
const NEWER_VERSION = "events.k8s.io/v1";

function renamed(object: Json, names: ReadonlyMap<string, string>): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]));
}

const shown = new WeakMap<KubeObject, KubeObject>();

/** A stored object in the form of the resource it is asked for by; itself, but for newer events. */
export function shownForm(resource: Resource, object: KubeObject): KubeObject {
  if (nameOf(resource) !== NEWER) return object;
  let made = shown.get(object);
  if (made === undefined) {
    const { metadata, ...rest } = object;
    const newer = renamed(rest, toNewer);
    for (const key of ["reportingController", "reportingInstance"]) if (newer[key] === "") delete newer[key];
    made = freeze({ ...newer, apiVersion: NEWER_VERSION, kind: "Event", metadata });
    shown.set(object, made);
  }
  return made;
}

/** What was sent by a resource, in the form in which it is kept. */
export function keptForm(resource: Resource, object: Json): Json {
  if (nameOf(resource) !== NEWER) return object;
  return { ...renamed(object, toCore), apiVersion: "v1" };
}
