// Sets of fields, as managedFields writes them (fieldsV1): which paths of an object somebody set.

import { isDeepStrictEqual } from "node:util";
import { isJson, type Json } from "../json.js";
import { type Field, type FieldType, type ObjectType, typeOf } from "../schema/schema.js";

/** One step of a path, as fieldsV1 writes it: `f:spec`, `k:{"name":"app"}`, `v:"x"`, or `.` for the thing itself. */
export type Step = string;
/** Steps joined by newlines, which no step holds: names and JSON text escape them. */
export type FieldPath = string;
export type FieldSet = ReadonlySet<FieldPath>;

export const SELF = ".";
const JOIN = "\n";

export function pathOf(steps: readonly Step[]): FieldPath {
  return steps.join(JOIN);
}

export function stepsOf(path: FieldPath): Step[] {
  return path.split(JOIN);
}

/** The path of a list item itself, rather than of something in it. */
export function isSelf(path: FieldPath): boolean {
  return path.endsWith(JOIN + SELF);
}

/** Every leaf of an object and its value, by path; items of keyed lists also as themselves. */
export type Leaves = ReadonlyMap<FieldPath, unknown>;

/** Nobody owns what only the server writes, or what says which object it is. */
const UNOWNED = new Set(["apiVersion", "kind", "status"]);
const UNOWNED_METADATA = new Set([
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
  "managedFields",
]);

/** `part`: the status belongs to writers of the status subresource, everything else to the others. */
export function leavesOf(
  object: Json,
  type: ObjectType | undefined,
  part: "main" | "status" | "all",
): Leaves {
  const leaves = new Map<FieldPath, unknown>();
  for (const [key, value] of Object.entries(object)) {
    if (key === "status" ? part === "main" : UNOWNED.has(key) || part === "status") continue;
    if (key !== "metadata") walk(leaves, [`f:${key}`], value, type?.fields.get(key));
    else if (isJson(value)) {
      for (const [inner, item] of Object.entries(value)) {
        if (!UNOWNED_METADATA.has(inner)) {
          walk(leaves, ["f:metadata", `f:${inner}`], item, typeOf(METADATA).fields.get(inner));
        }
      }
    }
  }
  return leaves;
}

const METADATA = "meta/v1.ObjectMeta";

function walk(
  leaves: Map<FieldPath, unknown>,
  steps: readonly Step[],
  value: unknown,
  field: Field | undefined,
): void {
  if (value === undefined || value === null) return;
  walkAs(leaves, steps, value, field?.type, field);
}

function walkAs(
  leaves: Map<FieldPath, unknown>,
  steps: readonly Step[],
  value: unknown,
  type: FieldType | undefined,
  field: Field | undefined,
): void {
  if (field?.isAtomic === true || (type?.is === "object" && typeOf(type.type).isAtomic)) {
    leaves.set(pathOf(steps), value);
  } else if (Array.isArray(value)) walkList(leaves, steps, value, type, field);
  else if (!isJson(value) || Object.keys(value).length === 0) leaves.set(pathOf(steps), value);
  else if (type?.is === "map") {
    for (const [key, item] of Object.entries(value)) {
      walkAs(leaves, [...steps, `f:${key}`], item, type.of, undefined);
    }
  } else {
    const inner = type?.is === "object" ? typeOf(type.type) : undefined;
    for (const [key, item] of Object.entries(value)) {
      walk(leaves, [...steps, `f:${key}`], item, inner?.fields.get(key));
    }
  }
}

function walkList(
  leaves: Map<FieldPath, unknown>,
  steps: readonly Step[],
  value: readonly unknown[],
  type: FieldType | undefined,
  field: Field | undefined,
): void {
  const of = type?.is === "list" ? type.of : undefined;
  if (field?.isSet === true) {
    for (const item of value) leaves.set(pathOf([...steps, `v:${JSON.stringify(item)}`]), item);
  } else if (field?.mapKeys !== undefined) {
    for (const item of value) {
      if (!isJson(item)) continue;
      const here = [...steps, itemStep(item, field.mapKeys)];
      leaves.set(pathOf([...here, SELF]), undefined);
      walkAs(leaves, here, item, of, undefined);
    }
  } else leaves.set(pathOf(steps), value);
}

/** What a key of a list item is when its author left it out. */
const KEY_DEFAULTS: Readonly<Record<string, unknown>> = { protocol: "TCP" };

/** `k:{"name":"app"}`, keys in order. */
export function itemStep(item: Json, keys: readonly string[]): Step {
  const sorted = [...keys].sort();
  const shown = sorted.map((key) => [key, item[key] ?? KEY_DEFAULTS[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(shown.filter(([, value]) => value !== undefined)))}`;
}

/** The paths that `now` has and `then` has not, or has with another value. */
export function changed(then: Leaves, now: Leaves): Set<FieldPath> {
  const found = new Set<FieldPath>();
  for (const [path, value] of now) {
    if (!then.has(path) || !isDeepStrictEqual(then.get(path), value)) found.add(path);
  }
  return found;
}

/** Into nested objects: `{"f:spec":{"f:replicas":{}}}`. */
export function toFieldsV1(paths: Iterable<FieldPath>): Json {
  const root: Json = {};
  for (const path of [...paths].sort()) {
    let here = root;
    for (const step of stepsOf(path)) {
      const next = here[step];
      const inner: Json = isJson(next) ? next : {};
      here[step] = inner;
      here = inner;
    }
  }
  return root;
}

/** Out of nested objects: the leaves only. */
export function fromFieldsV1(fields: unknown): Set<FieldPath> {
  const paths = new Set<FieldPath>();
  const visit = (value: unknown, steps: readonly Step[]): void => {
    const entries = isJson(value) ? Object.entries(value) : [];
    if (entries.length === 0 && steps.length > 0) paths.add(pathOf(steps));
    for (const [step, inner] of entries) visit(inner, [...steps, step]);
  };
  visit(fields, []);
  return paths;
}

/** As conflicts are told: `.spec.template.spec.containers[name="app"].image`. */
export function shownPath(path: FieldPath): string {
  let shown = "";
  for (const step of stepsOf(path)) {
    const rest = step.slice(2);
    if (step === SELF) continue;
    if (step.startsWith("f:")) shown += `.${rest}`;
    else if (step.startsWith("v:")) shown += `[=${rest}]`;
    else {
      const key: unknown = JSON.parse(rest);
      const pairs = isJson(key) ? Object.entries(key) : [];
      shown += `[${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
    }
  }
  return shown;
}
