// Kubernetes objects as the simulated API server keeps them: plain JSON with typed metadata, and
// the few accessors that read such JSON without casts.

export type Json = { [key: string]: unknown };

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
  [key: string]: unknown;
}

export interface Metadata {
  name: string;
  generateName?: string;
  /** Absent on cluster-scoped objects. */
  namespace?: string;
  uid: string;
  /** Decimal; compare with `Number()`. */
  resourceVersion: string;
  generation?: number;
  /** RFC 3339, whole seconds, as is `deletionTimestamp`. */
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: Json[];
  [key: string]: unknown;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [key: string]: unknown;
}

export type Path = readonly (string | number)[];

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined where the path ends early. */
export function at(value: unknown, ...path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === "number") here = here[step];
    else if (isJson(here)) here = here[String(step)];
    else return undefined;
  }
  return here;
}

/** "" when absent or not a string. */
export function text(value: unknown, ...path: Path): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** undefined when absent or not a number. */
export function count(value: unknown, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** False when absent. */
export function flag(value: unknown, ...path: Path): boolean {
  return at(value, ...path) === true;
}

/** {} when absent: a fresh object, so writing to it changes nothing. */
export function record(value: unknown, ...path: Path): Json {
  const found = at(value, ...path);
  return isJson(found) ? found : {};
}

/** The objects of a list; [] when absent. */
export function items(value: unknown, ...path: Path): Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isJson) : [];
}

/** The strings of a list; [] when absent. */
export function strings(value: unknown, ...path: Path): string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

/** The string values of a map, such as labels. */
export function stringMap(value: unknown, ...path: Path): { [key: string]: string } {
  const found: { [key: string]: string } = {};
  for (const [key, item] of Object.entries(record(value, ...path))) {
    if (typeof item === "string") found[key] = item;
  }
  return found;
}

/** Writes a value at a path, making the objects on the way. */
export function put(target: Json, path: readonly string[], value: unknown): void {
  let here = target;
  for (const step of path.slice(0, -1)) {
    const next = here[step];
    if (isJson(next)) here = next;
    else {
      const made: Json = {};
      here[step] = made;
      here = made;
    }
  }
  const last = path.at(-1);
  if (last !== undefined) here[last] = value;
}

/** A deep copy that may be changed. JSON only: undefined members disappear. */
export function copy<T>(value: T): T {
  return duplicate(value) as T;
}

function duplicate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(duplicate);
  if (!isJson(value)) return value;
  const made: Json = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) made[key] = duplicate(item);
  return made;
}

/** Makes an object and all it holds unchangeable. */
export function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
}

/** `2026-11-24T14:25:39Z`: the form of every time in an object but lease and event microtimes. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const serialised = new WeakMap<object, string>();

/** An object's JSON text, made once: stored objects never change. */
export function jsonText(object: KubeObject): string {
  const known = serialised.get(object);
  if (known !== undefined) return known;
  const made = JSON.stringify(object);
  if (Object.isFrozen(object)) serialised.set(object, made);
  return made;
}
