// What a kustomization comes to, as far as images and names go, by the text of its files. Follows the order of kustomize 5:
// resources, components, patches, namespace, prefix and suffix, JSON patches, images.

import { isScalar } from "yaml";
import { splitImage } from "./image-text.js";
import { below, type Kustomization, type Kustomizations } from "./kustomization.js";
import { applyImages } from "./kustomize-images.js";
import { applyPatches } from "./kustomize-patches.js";
import { containersIn, type FoundObject, objectsIn } from "./objects.js";
import { type Field, partsOf, textAt } from "./parts.js";
import type { Tree } from "./tree.js";

export interface BuiltContainer {
  readonly name: string;
  readonly path: string;
  readonly image: string;
  /** The fields that gave it an image, the base's own first; those of patches follow. */
  readonly fields: readonly Field[];
  /** The name that the outermost kustomization's `images:` meets. */
  readonly nameBefore: string;
}

export interface BuiltObject {
  readonly source: FoundObject;
  readonly kind: string;
  /** The present one first, then those that it had: patches may name any. */
  readonly names: readonly string[];
  readonly namespace?: string;
  readonly containers: readonly BuiltContainer[];
}

export interface Built {
  readonly folder: string;
  readonly objects: readonly BuiltObject[];
  /** What the text does not settle; kubectl has to. */
  readonly doubts: readonly string[];
}

export function build(tree: Tree, all: Kustomizations, folder: string, words: readonly string[]): Built {
  const whole = below(all, folder);
  const doubts = whole.flatMap((one) => one.doubts);
  const open = new Set<string>();

  const assemble = (one: Kustomization, given: readonly BuiltObject[]): readonly BuiltObject[] => {
    if (open.has(one.folder)) {
      doubts.push(`${one.part.file.path} takes in itself`);
      return given;
    }
    open.add(one.folder);
    const next = (path: string, from: readonly BuiltObject[]): readonly BuiltObject[] => {
      const child = all.get(path);
      return child === undefined ? from : assemble(child, from);
    };
    const own = one.files.flatMap((file) => partsOf(file, words).parts.flatMap(objectsIn).map(builtOf));
    let objects = [...given, ...own, ...one.bases.flatMap((path) => next(path, []))];
    for (const path of one.components) objects = [...next(path, objects)];
    open.delete(one.folder);
    return transform(tree, one, objects, doubts);
  };

  const root = all.get(folder);
  const objects = root === undefined ? [] : assemble(root, []);
  return { folder, objects, doubts: [...new Set(doubts)] };
}

function builtOf(source: FoundObject): BuiltObject {
  return {
    source,
    kind: source.kind,
    names: [source.name],
    ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
    containers: containersIn(source).map(({ name, path, image = "", field, shared }) => ({
      name,
      path,
      image,
      // A value out of an anchor has no field that could be edited by itself.
      fields: field === undefined || shared !== undefined || !isScalar(field.value) ? [] : [field],
      nameBefore: splitImage(image).name,
    })),
  };
}

function transform(
  tree: Tree,
  one: Kustomization,
  given: readonly BuiltObject[],
  doubts: string[],
): readonly BuiltObject[] {
  const { part, map } = one;
  const merged = applyPatches(tree, one, given, ["patchesStrategicMerge", "patches"], doubts);
  const namespace = textAt(part, map, "namespace");
  const [prefix, suffix] = [textAt(part, map, "namePrefix") ?? "", textAt(part, map, "nameSuffix") ?? ""];
  const named = merged.map((object) => {
    const [name = ""] = object.names;
    const names = prefix + suffix === "" ? object.names : [prefix + name + suffix, ...object.names];
    return { ...object, names, ...(namespace ? { namespace } : {}) };
  });
  const patched = applyPatches(tree, one, named, ["patchesJson6902"], doubts);
  return patched.map((object) => ({
    ...object,
    containers: object.containers.map((container) => ({
      ...container,
      image: applyImages(one, container.image),
      nameBefore: splitImage(container.image).name,
    })),
  }));
}
