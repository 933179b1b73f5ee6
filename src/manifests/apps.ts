// Argo CD applications and Flux objects of a checkout: which folder or chart they deploy, with which values. They help to
// choose; a checkout without them is as good.

import { isMap, type YAMLMap } from "yaml";
import { resolved } from "./kustomization.js";
import { type FoundObject, objectsIn } from "./objects.js";
import { itemsAt, nodeAt, partsOf, rangeOf, scalarText, textAt, type YamlPart } from "./parts.js";
import { filesOf, type Tree } from "./tree.js";

export interface App {
  readonly tool: "argo-cd" | "flux";
  readonly name: string;
  readonly object: FoundObject;
  /** The folder that it deploys, below the top of the checkout. */
  readonly path: string;
  /** Where it deploys to; absent: not written. */
  readonly namespace?: string;
  readonly release: string;
  /** Below the top of the checkout, whether they are there or not. */
  readonly valueFiles: readonly string[];
  /** Values files that are not there are passed over. */
  readonly ignoresMissing: boolean;
  /** Values written into the object, which come after those of files. */
  readonly inline?: YAMLMap;
  /** Settings of it that are not followed here and come last: `spec.source.helm.parameters`. */
  readonly overrides: readonly string[];
}

export function appsOf(tree: Tree): readonly App[] {
  return filesOf(tree).flatMap((file) => {
    if (!/argoproj\.io|toolkit\.fluxcd\.io/.test(file.text)) return [];
    const words = ["apiVersion", "kind"];
    return partsOf(file, words)
      .parts.flatMap(objectsIn)
      .flatMap((object) => appOf(object) ?? []);
  });
}

function appOf(object: FoundObject): App | undefined {
  const { apiVersion, kind } = object;
  if (kind === "Application" && apiVersion.startsWith("argoproj.io/")) return argo(object);
  if (kind === "HelmRelease" && apiVersion.startsWith("helm.toolkit.fluxcd.io/")) return fluxRelease(object);
  if (kind === "Kustomization" && apiVersion.startsWith("kustomize.toolkit.fluxcd.io/"))
    return fluxFolder(object);
  return undefined;
}

function argo(object: FoundObject): App | undefined {
  const { part, map, name } = object;
  const sources = [nodeAt(part, map, "spec", "source"), ...itemsAt(part, map, "spec", "sources")];
  const source = sources.find((one) => textAt(part, one, "path") !== undefined);
  const path = textAt(part, source, "path");
  if (path === undefined) return undefined;
  const helm = nodeAt(part, source, "helm");
  const inline = nodeAt(part, helm, "valuesObject");
  const namespace = textAt(part, map, "spec", "destination", "namespace");
  const folder = resolved("", path);
  const overrides = [
    ...["parameters", "values", "fileParameters"]
      .filter((key) => mentionsImages(part, nodeAt(part, helm, key)))
      .map((key) => `helm.${key}`),
    ...["images", "patches", "namePrefix", "nameSuffix"]
      .filter((key) => nodeAt(part, source, "kustomize", key) !== undefined)
      .map((key) => `kustomize.${key}`),
  ];
  return {
    tool: "argo-cd",
    name,
    object,
    path: folder,
    release: textAt(part, helm, "releaseName") ?? name,
    ...(namespace === undefined ? {} : { namespace }),
    // `$ref/…` stands for the top of another source, which is this checkout as far as can be told.
    valueFiles: itemsAt(part, helm, "valueFiles").map((item) => {
      const text = scalarText(item) ?? "";
      const [, top] = /^\$[\w-]+\/(.*)$/.exec(text) ?? [];
      return top === undefined ? resolved(text.startsWith("/") ? "" : folder, text) : resolved("", top);
    }),
    ignoresMissing: textAt(part, helm, "ignoreMissingValueFiles") === "true",
    ...(isMap(inline) ? { inline } : {}),
    overrides,
  };
}

/** Settings about replicas and the like do not matter here. */
function mentionsImages(part: YamlPart, node: unknown): boolean {
  const range = rangeOf(node);
  return (
    range !== undefined && /image|tag|registry|repository|digest|version/i.test(part.source.slice(...range))
  );
}

function fluxRelease(object: FoundObject): App | undefined {
  const { part, map, name } = object;
  const path = textAt(part, map, "spec", "chart", "spec", "chart");
  // A chart by its name in a repository of charts is not a folder of that name.
  const source = textAt(part, map, "spec", "chart", "spec", "sourceRef", "kind");
  if (path === undefined || source === "HelmRepository") return undefined;
  const folder = resolved("", path);
  const values = nodeAt(part, map, "spec", "values");
  const namespace = textAt(part, map, "spec", "targetNamespace") ?? object.namespace;
  const target = textAt(part, map, "spec", "targetNamespace");
  return {
    tool: "flux",
    name,
    object,
    path: folder,
    release: textAt(part, map, "spec", "releaseName") ?? (target === undefined ? name : `${target}-${name}`),
    ...(namespace === undefined ? {} : { namespace }),
    valueFiles: itemsAt(part, map, "spec", "chart", "spec", "valuesFiles").map((item) =>
      resolved("", scalarText(item) ?? ""),
    ),
    ignoresMissing: textAt(part, map, "spec", "chart", "spec", "ignoreMissingValuesFiles") === "true",
    ...(isMap(values) ? { inline: values } : {}),
    overrides: ["valuesFrom", "postRenderers"].filter((key) => nodeAt(part, map, "spec", key) !== undefined),
  };
}

function fluxFolder(object: FoundObject): App | undefined {
  const { part, map, name } = object;
  const path = textAt(part, map, "spec", "path");
  if (path === undefined) return undefined;
  const namespace = textAt(part, map, "spec", "targetNamespace");
  return {
    tool: "flux",
    name,
    object,
    path: resolved("", path),
    release: name,
    ...(namespace === undefined ? {} : { namespace }),
    valueFiles: [],
    ignoresMissing: true,
    overrides: ["images", "patches", "patchesStrategicMerge", "postBuild"].filter(
      (key) => nodeAt(part, map, "spec", key) !== undefined,
    ),
  };
}
