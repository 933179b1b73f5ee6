// Patches of a kustomization, in files of their own or written into it, as far as they set images.

import { isMap, isScalar, isSeq } from "yaml";
import { splitImage } from "./image-text.js";
import { type Kustomization, resolved } from "./kustomization.js";
import type { BuiltContainer, BuiltObject } from "./kustomize-build.js";
import { containersIn, objectsIn } from "./objects.js";
import {
  fieldOf,
  itemsAt,
  nodeAt,
  parseText,
  partsOf,
  rangeOf,
  scalarText,
  textAt,
  topOf,
  type YamlPart,
} from "./parts.js";
import type { Tree } from "./tree.js";

type PatchField = "patches" | "patchesStrategicMerge" | "patchesJson6902";

interface Patch {
  readonly part: YamlPart;
  readonly target?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

export function applyPatches(
  tree: Tree,
  one: Kustomization,
  given: readonly BuiltObject[],
  fields: readonly PatchField[],
  doubts: string[],
): readonly BuiltObject[] {
  const patches = fields.flatMap((field) =>
    itemsAt(one.part, one.map, field).flatMap((entry) => patchesOf(tree, one, entry, doubts)),
  );
  return patches.reduce((objects, patch) => applyPatch(objects, patch, doubts), given);
}

function patchesOf(tree: Tree, one: Kustomization, entry: unknown, doubts: string[]): readonly Patch[] {
  const { part } = one;
  const target = nodeAt(part, entry, "target");
  if (nodeAt(part, target, "labelSelector") ?? nodeAt(part, target, "annotationSelector")) {
    doubts.push(`${part.file.path} chooses what it patches by labels`);
  }
  // Of patchesStrategicMerge an entry is the path or the patch itself.
  const holder = isScalar(entry) ? entry : (nodeAt(part, entry, "path") ?? nodeAt(part, entry, "patch"));
  const text = scalarText(holder) ?? "";
  const file = text.includes("\n") ? undefined : tree.files.get(resolved(one.folder, text));
  const inner = file === undefined ? innerPart(part, holder) : undefined;
  const parts = file === undefined ? (inner === undefined ? [] : [inner]) : partsOf(file).parts;
  if (parts.length === 0) doubts.push(`${part.file.path} has a patch that cannot be read`);
  const [kind, name, namespace] = ["kind", "name", "namespace"].map((key) => textAt(part, target, key));
  const chosen =
    target === undefined
      ? undefined
      : { ...(kind ? { kind } : {}), ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
  return parts.map((patch) => ({ part: patch, ...(chosen === undefined ? {} : { target: chosen }) }));
}

/** A patch that is a block of text within the kustomization, with the places that it has there. */
function innerPart(outer: YamlPart, holder: unknown): YamlPart | undefined {
  const range = rangeOf(holder);
  const source = scalarText(holder);
  if (range === undefined || source === undefined) return undefined;
  const raw = outer.source.slice(...range);
  const head = /^[|][^\n]*\n/.exec(raw);
  const indent =
    head === null ? 0 : (/^(?:[ \t]*\r?\n)*([ ]*)\S/.exec(raw.slice(head[0].length))?.[1]?.length ?? 0);
  const document = parseText(source);
  if (head === null || typeof document === "string" || document.errors.length > 0) return undefined;
  const outerLines = starts(raw.slice(head[0].length));
  const innerLines = starts(source);
  const at = (index: number): number => {
    const line = innerLines.findLastIndex((start) => start <= index);
    const column = index - (innerLines[line] ?? 0);
    return outer.at(range[0] + head[0].length + (outerLines[line] ?? 0) + indent + column);
  };
  return { file: outer.file, document, source, at };
}

/** Where the lines of a text begin. */
const starts = (text: string): readonly number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
];

function applyPatch(objects: readonly BuiltObject[], patch: Patch, doubts: string[]): readonly BuiltObject[] {
  const top = topOf(patch.part);
  const isDeleting = patch.part.source.includes("$patch");
  if (isDeleting) doubts.push(`${patch.part.file.path} has a patch with $patch`);
  if (isSeq(patch.part.document.contents) || (isMap(top) && fieldOf(patch.part, top, "op") !== undefined)) {
    return objects.map((object) =>
      isTarget(object, patch.target ?? {}) ? jsonPatched(object, patch.part, doubts) : object,
    );
  }
  return objectsIn(patch.part).reduce((current, wanted) => {
    const { kind, name, namespace } = wanted;
    const target = patch.target ?? { kind, name, ...(namespace === undefined ? {} : { namespace }) };
    return current.map((object) =>
      isTarget(object, target) ? merged(object, containersIn(wanted)) : object,
    );
  }, objects);
}

function isTarget(object: BuiltObject, { kind, name, namespace }: NonNullable<Patch["target"]>): boolean {
  const fits = (pattern: string | undefined, values: readonly string[]): boolean =>
    pattern === undefined || values.some((value) => value === pattern || matches(pattern, value));
  return (
    fits(kind, [object.kind]) &&
    fits(name, object.names) &&
    (namespace === undefined || object.namespace === undefined || fits(namespace, [object.namespace]))
  );
}

/** Targets are regular expressions of Go; those that are more than dots and stars are taken literally. */
const matches = (pattern: string, value: string): boolean =>
  /^[\w.*|()-]{1,200}$/.test(pattern) &&
  !/[*].*[*].*[*]/.test(pattern) &&
  isRegExp(pattern) &&
  new RegExp(`^(?:${pattern})$`).test(value);

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    return false;
  }
}

function merged(object: BuiltObject, patches: ReturnType<typeof containersIn>): BuiltObject {
  const containers: BuiltContainer[] = [...object.containers];
  for (const { name, image, field, path, shared } of patches) {
    if (image === undefined) continue;
    const fields = field === undefined || shared !== undefined ? [] : [field];
    const at = containers.findIndex((one) => one.name === name && listOf(one.path) === listOf(path));
    const known = containers[at];
    if (known === undefined) {
      containers.push({ name, path, image, fields, nameBefore: splitImage(image).name });
    } else containers[at] = { ...known, image, fields: [...known.fields, ...fields] };
  }
  return { ...object, containers };
}

const listOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

function jsonPatched(object: BuiltObject, part: YamlPart, doubts: string[]): BuiltObject {
  const { contents } = part.document;
  const steps: readonly unknown[] = isSeq(contents) ? contents.items : [];
  let { containers } = object;
  for (const step of steps) {
    const [op, path = ""] = ["op", "path"].map((key) => textAt(part, step, key));
    const wanted = /^\/(.*)\/image$/.exec(path)?.[1];
    const field = fieldOf(part, step, "value");
    const image = textAt(part, step, "value");
    if (
      wanted !== undefined &&
      image !== undefined &&
      field !== undefined &&
      (op === "replace" || op === "add")
    ) {
      containers = containers.map((one) =>
        one.path === wanted ? { ...one, image, fields: [...one.fields, field] } : one,
      );
    } else if (op !== "test" && /ontainers(\/[\d-]+)?$/.test(path)) {
      doubts.push(`${part.file.path} has a JSON patch of whole containers`);
    }
  }
  return { ...object, containers };
}
