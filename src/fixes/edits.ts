// What differs between two states of an object, as edits that can be shown, applied, and taken back. List entries are
// found by their name, so that an edit still fits after somebody added another container.

import { isRecord, type Json, record } from "../cluster/objects-fields.js";

/** A field, or the entry of that name in a list of named things. */
export type Step = string | { readonly name: string };

/** Absent `before`: it was not there; absent `after`: it goes. */
export interface Edit {
  readonly path: readonly Step[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One operation of RFC 6902. */
export interface PatchStep {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** Written by controllers and the API server, never by us. */
const madeElsewhere =
  /^(deployment\.kubernetes\.io\/|kubectl\.kubernetes\.io\/last-applied|batch\.kubernetes\.io\/)/;

/** The parts of an object that its owner writes: no status, and of the metadata labels and annotations alone. */
export function ownPart(object: Json): Json {
  const { metadata, status: _status, apiVersion: _version, kind: _kind, ...rest } = object;
  const { labels, annotations } = record(metadata);
  const kept = Object.entries(record(annotations)).filter(([key]) => !madeElsewhere.test(key));
  return {
    ...rest,
    metadata: {
      ...(isRecord(labels) ? { labels } : {}),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
  };
}

/** From one state of an object to another, in its own parts; [] when they say the same. */
export function editsBetween(before: Json, after: Json): readonly Edit[] {
  return differences(ownPart(before), ownPart(after), []);
}

function differences(before: unknown, after: unknown, path: readonly Step[]): readonly Edit[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  const [was, is] = [namesIn(before), namesIn(after)];
  // Entries may be changed and appended one by one; any other change of a list is one of the whole list.
  if (was !== undefined && is !== undefined && was.every((name, at) => is[at] === name)) {
    return is.flatMap((name, at) => differences(entry(before, at), entry(after, at), [...path, { name }]));
  }
  return [
    {
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

const entry = (list: unknown, at: number): unknown => (Array.isArray(list) ? list[at] : undefined);

/** The names of a list's entries; undefined when an entry has none or shares it. */
function namesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.map((item) => record(item).name);
  const texts = names.filter((name): name is string => typeof name === "string" && name !== "");
  return texts.length === value.length && new Set(texts).size === texts.length ? texts : undefined;
}

/** Equal as JSON, whatever the order of fields. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** What stands at a path now; undefined when nothing does. */
export function valueAt(object: unknown, path: readonly Step[]): unknown {
  let value = object;
  for (const step of path) {
    value = typeof step === "string" ? record(value)[step] : named(value, step.name)?.item;
  }
  return value;
}

function named(list: unknown, name: string): { readonly item: unknown; readonly at: number } | undefined {
  if (!Array.isArray(list)) return undefined;
  const at = list.findIndex((item) => record(item).name === name);
  return at === -1 ? undefined : { item: list[at], at };
}

export const inverse = ({ path, before, after }: Edit): Edit => ({
  path,
  ...(after === undefined ? {} : { before: after }),
  ...(before === undefined ? {} : { after: before }),
});

/**
 * The edits as a JSON patch for this state of the object. It is refused with 409 when the object is in another
 * state by then.
 */
export function patchFor(object: Json, edits: readonly Edit[]): readonly PatchStep[] {
  const { resourceVersion } = record(object.metadata);
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ...edits.map((edit) => stepFor(object, edit)),
  ];
}

/** The same without the condition, for people who type it. */
export const plainPatch = (object: Json, edits: readonly Edit[]): readonly PatchStep[] =>
  edits.map((edit) => stepFor(object, edit));

function stepFor(object: Json, { path, after }: Edit): PatchStep {
  let pointer = "";
  let value: unknown = object;
  for (const step of path) {
    if (typeof step === "string") {
      pointer += `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      value = record(value)[step];
    } else {
      const found = named(value, step.name);
      pointer += `/${found?.at ?? "-"}`;
      value = found?.item;
    }
  }
  if (after === undefined) return { op: "remove", path: pointer };
  return { op: value === undefined ? "add" : "replace", path: pointer, value: after };
}

/** Two changes of one object as one; undefined when they want different things of one field. */
export function merged(first: readonly Edit[], second: readonly Edit[]): readonly Edit[] | undefined {
  const added: Edit[] = [];
  for (const edit of second) {
    const other = first.find(({ path }) => isWithin(path, edit.path) || isWithin(edit.path, path));
    if (other === undefined) added.push(edit);
    else if (!isSame(other.path, edit.path) || !isSame(other.after, edit.after)) return undefined;
  }
  return [...first, ...added];
}

const isWithin = (outer: readonly Step[], inner: readonly Step[]): boolean =>
  outer.length <= inner.length && outer.every((step, at) => isSame(step, inner[at]));

/** The object with the edits made, for what is computed further from it. */
export function applied(object: Json, edits: readonly Edit[]): Json {
  return edits.reduce((state, { path, after }) => record(put(state, path, after)), object);
}

function put(value: unknown, path: readonly Step[], after: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return after;
  if (typeof step === "string") {
    const { [step]: old, ...others } = record(value);
    const now = put(old, rest, after);
    return now === undefined ? others : { ...record(value), [step]: now };
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const found = named(list, step.name);
  const now = put(found?.item, rest, after);
  if (found === undefined) return now === undefined ? list : [...list, now];
  return list.flatMap((item, at) => (at !== found.at ? [item] : now === undefined ? [] : [now]));
}
