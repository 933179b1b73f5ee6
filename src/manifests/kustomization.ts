// Kustomizations of a tree: what each takes in, and what about it only kustomize itself can tell.

import { posix } from "node:path";
import { isMap, visit, type YAMLMap } from "yaml";
import { itemsAt, nodeAt, partsOf, scalarText, textAt, topOf, type YamlPart } from "./parts.js";
import { filesOf, folderOfPath, type ManifestFile, type Tree } from "./tree.js";

export interface Kustomization {
  readonly folder: string;
  readonly part: YamlPart;
  readonly map: YAMLMap;
  /** Manifests that it takes in. */
  readonly files: readonly ManifestFile[];
  /** Folders of other kustomizations below or beside it. */
  readonly bases: readonly string[];
  readonly components: readonly string[];
  /** URLs: rendering would fetch them. */
  readonly remote: readonly string[];
  /** What else it takes in and is not in the tree. Kustomize may take such a name for a repository. */
  readonly absent: readonly string[];
  /** What the text alone does not settle. */
  readonly doubts: readonly string[];
}

export type Kustomizations = ReadonlyMap<string, Kustomization>;

const names: ReadonlySet<string> = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);

/** Fields that may change images or names in ways that are not followed here. */
const unfollowed = [
  "replacements",
  "vars",
  "transformers",
  "generators",
  "helmCharts",
  "helmChartInflationGenerator",
  "configurations",
];

export function kustomizationsOf(tree: Tree): Kustomizations {
  const found = new Map<string, Kustomization>();
  const folders = new Set(
    filesOf(tree)
      .filter(({ path }) => names.has(posix.basename(path)))
      .map(({ path }) => folderOfPath(path)),
  );
  for (const file of filesOf(tree)) {
    if (!names.has(posix.basename(file.path))) continue;
    const [part] = partsOf(file).parts;
    const map = part === undefined ? undefined : topOf(part);
    if (part !== undefined && isMap(map)) {
      found.set(folderOfPath(file.path), read(tree, folders, folderOfPath(file.path), part, map));
    }
  }
  return found;
}

function read(
  tree: Tree,
  folders: ReadonlySet<string>,
  folder: string,
  part: YamlPart,
  map: YAMLMap,
): Kustomization {
  const files: ManifestFile[] = [];
  const bases: string[] = [];
  const absent: string[] = [];
  const remote = urlsIn(part);
  const doubts = unfollowed
    .filter((name) => nodeAt(part, map, name) !== undefined)
    .map((name) => `${part.file.path} has ${name}`);
  for (const entry of ["resources", "bases"].flatMap((name) => itemsAt(part, map, name))) {
    const text = scalarText(entry) ?? "";
    const path = resolved(folder, text);
    const file = tree.files.get(path);
    if (file !== undefined) files.push(file);
    else if (folders.has(path)) bases.push(path);
    else if (!isRemote(text)) absent.push(text);
  }
  const components: string[] = [];
  for (const entry of itemsAt(part, map, "components")) {
    const text = scalarText(entry) ?? "";
    const path = resolved(folder, text);
    if (folders.has(path)) components.push(path);
    else if (!isRemote(text)) absent.push(text);
  }
  doubts.push(
    ...absent.map((text) => `${part.file.path} takes in ${text}, which is not here or was not read`),
  );
  return {
    folder,
    part,
    map,
    files,
    bases,
    components,
    remote,
    absent,
    doubts,
  };
}

/** A path below the tree's folder; one that leads out of it begins with `..`. */
export function resolved(folder: string, path: string): string {
  const whole = posix.normalize(posix.join(folder, path)).replace(/\/$/, "");
  return whole === "." ? "" : whole;
}

/** What kustomize would fetch, whatever field it stands in. */
function urlsIn({ document }: YamlPart): readonly string[] {
  const found: string[] = [];
  visit(document, {
    Scalar: (_key, { value }) => {
      if (typeof value === "string" && !value.includes("\n") && isRemote(value)) found.push(value);
    },
  });
  return found;
}

const isRemote = (text: string): boolean => /:\/\/|^git@|^gh:|\?ref=|^github\.com\/|\.git\b/.test(text);

/** Those that no parser takes: what they take in is not known, and nothing can be built from them. */
export function brokenKustomizations(tree: Tree): readonly string[] {
  return filesOf(tree)
    .filter(({ path }) => names.has(posix.basename(path)))
    .flatMap((file) => partsOf(file).broken.map(({ line, why }) => `${file.path}:${line} is ${why}`));
}

/** A kustomization and everything below it, each once, itself first. */
export function below(all: Kustomizations, folder: string): readonly Kustomization[] {
  const found = new Map<string, Kustomization>();
  const walk = (path: string): void => {
    const one = all.get(path);
    if (one === undefined || found.has(path)) return;
    found.set(path, one);
    for (const child of [...one.bases, ...one.components]) walk(child);
  };
  walk(folder);
  return [...found.values()];
}

/** Those that no other takes in, and those that `named` says are built by themselves. Components never are. */
export function rootsOf(all: Kustomizations, named: readonly string[] = []): readonly string[] {
  const taken = new Set([...all.values()].flatMap(({ bases, components }) => [...bases, ...components]));
  return [...all.values()]
    .filter(({ folder, part, map }) => {
      const isComponent = textAt(part, map, "kind") === "Component";
      return !isComponent && (!taken.has(folder) || named.includes(folder));
    })
    .map(({ folder }) => folder);
}
