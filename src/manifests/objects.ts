// Kubernetes objects in parts of YAML, as far as images and pull secrets go, each with the field that sets it.

import { isAlias, isMap, isSeq, type YAMLMap } from "yaml";
import {
  behind,
  type Field,
  fieldOf,
  itemsAt,
  lineAt,
  nodeAt,
  scalarText,
  textAt,
  topOf,
  type YamlPart,
} from "./parts.js";

export interface FoundObject {
  readonly part: YamlPart;
  readonly map: YAMLMap;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Absent: not written. */
  readonly namespace?: string;
}

export interface FoundContainer {
  readonly name: string;
  /** Absent: the container names no image here, as in a patch. */
  readonly image?: string;
  readonly field?: Field;
  /** Where its list stands from the top of the object: `spec/template/spec/containers/0`. */
  readonly path: string;
  /** Why the value cannot be changed where it is read: it comes from an anchor. */
  readonly shared?: string;
}

/** The objects of one part; those of a list each by itself. */
export function objectsIn(part: YamlPart): readonly FoundObject[] {
  return objectsAt(part, topOf(part));
}

function objectsAt(part: YamlPart, map: unknown): readonly FoundObject[] {
  if (!isMap(map)) return [];
  const kind = textAt(part, map, "kind") ?? "";
  if (kind.endsWith("List")) return itemsAt(part, map, "items").flatMap((item) => objectsAt(part, item));
  if (kind === "") return [];
  const namespace = textAt(part, map, "metadata", "namespace");
  return [
    {
      part,
      map,
      kind,
      apiVersion: textAt(part, map, "apiVersion") ?? "",
      name: textAt(part, map, "metadata", "name") ?? "",
      ...(namespace === undefined || namespace === "" ? {} : { namespace }),
    },
  ];
}

const containerLists: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** Bounds of a walk: an alias may stand for what holds it. */
const walkLimits = { nodes: 100_000, aliases: 50 };

export function containersIn({ part, map }: FoundObject): readonly FoundContainer[] {
  const found: FoundContainer[] = [];
  let nodesLeft = walkLimits.nodes;
  let aliasesLeft = walkLimits.aliases;
  const walk = (node: unknown, path: string, shared: string | undefined): void => {
    if (nodesLeft-- <= 0) return;
    if (isAlias(node)) {
      if (aliasesLeft-- > 0) {
        walk(behind(part, node), path, `line ${lineAt(part, node)} takes it from the anchor &${node.source}`);
      }
      return;
    }
    if (isSeq(node)) {
      node.items.forEach((item, at) => {
        walk(item, `${path}/${at}`, shared);
      });
    }
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = scalarText(key) ?? "";
      const below = path === "" ? name : `${path}/${name}`;
      if (containerLists.has(name)) found.push(...listed(part, value, below, shared));
      else if (typeof value === "object" && value !== null && name !== "metadata") walk(value, below, shared);
    }
  };
  walk(map, "", undefined);
  return found;
}

function listed(
  part: YamlPart,
  list: unknown,
  path: string,
  shared: string | undefined,
): readonly FoundContainer[] {
  const isShared = isAlias(list);
  const items = isShared ? behind(part, list) : list;
  if (!isSeq(items)) return [];
  const from = isShared ? `line ${lineAt(part, list)} takes it from the anchor &${list.source}` : shared;
  return items.items.map((item, at) => containerOf(part, item, `${path}/${at}`, from));
}

function containerOf(
  part: YamlPart,
  item: unknown,
  path: string,
  shared: string | undefined,
): FoundContainer {
  const isShared = isAlias(item);
  const map = isShared ? behind(part, item) : item;
  const own = fieldOf(part, map, "image");
  const times = isMap(map) ? map.items.filter(({ key }) => scalarText(key) === "image").length : 0;
  const merged = own === undefined ? mergedImage(part, map) : undefined;
  const image = own === undefined ? merged?.image : (scalarText(behind(part, own.value) ?? own.value) ?? "");
  const why = isShared
    ? `line ${lineAt(part, item)} takes it from the anchor &${item.source}`
    : times > 1
      ? "the container names an image more than once"
      : (merged?.why ?? shared);
  return {
    name: textAt(part, map, "name") ?? "",
    path,
    ...(image === undefined ? {} : { image }),
    ...(own === undefined ? {} : { field: own }),
    ...(why === undefined ? {} : { shared: why }),
  };
}

/** `<<: *defaults`, which kubectl and kustomize merge. */
function mergedImage(part: YamlPart, map: unknown): { image: string; why: string } | undefined {
  const source = nodeAt(part, map, "<<");
  const sources = isSeq(source) ? source.items : [source];
  for (const one of sources) {
    const image = textAt(part, behind(part, one) ?? one, "image");
    if (image !== undefined) return { image, why: `line ${lineAt(part, one)} merges it from an anchor` };
  }
  return undefined;
}

/** Where an object of this kind names its pull secrets; undefined when it has no pod template that is known. */
export function podSpecPath({ kind, map, part }: FoundObject): readonly string[] | undefined {
  if (kind === "ServiceAccount") return [];
  const paths = [["spec"], ["spec", "template", "spec"], ["spec", "jobTemplate", "spec", "template", "spec"]];
  return paths.find((path) => isSeq(nodeAt(part, map, ...path, "containers")));
}

/** The mapping that is to name pull secrets: the pod's spec, or the ServiceAccount itself. */
export function secretsHolder(
  object: FoundObject,
): { readonly map: YAMLMap; readonly parent?: Field } | undefined {
  const path = podSpecPath(object);
  if (path === undefined) return undefined;
  const map = path.length === 0 ? object.map : nodeAt(object.part, object.map, ...path);
  if (!isMap(map)) return undefined;
  const above = path.slice(0, -1);
  const last = path.at(-1);
  const holder = above.length === 0 ? object.map : nodeAt(object.part, object.map, ...above);
  const parent = last === undefined ? undefined : fieldOf(object.part, holder, last);
  return { map, ...(parent === undefined ? {} : { parent }) };
}

/** The names of pull secrets in a list of them: of maps with names, or of plain names. */
export function secretNames(part: YamlPart, map: unknown, key = "imagePullSecrets"): readonly string[] {
  return itemsAt(part, map, key).map((item) => textAt(part, item, "name") ?? scalarText(item) ?? "");
}
