// Helm charts of a tree, and the ways in which they may be installed: with which values, under which name.

import { posix } from "node:path";
import { isMap, isScalar, isSeq } from "yaml";
import { type App, appsOf } from "./apps.js";
import type { ManifestChange } from "./change.js";
import { behind, partsOf, scalarText, textAt, topOf, type YamlPart } from "./parts.js";
import { filesOf, folderOfPath, isBelow, type ManifestFile, type Tree } from "./tree.js";

export interface Chart {
  readonly folder: string;
  readonly name: string;
  readonly file: ManifestFile;
  readonly part: YamlPart;
  /** Absent: there is no values.yaml. */
  readonly values?: ManifestFile;
}

/** One way to install a chart. */
export interface Instance {
  readonly chart: Chart;
  /** Files of values beyond the chart's own; later ones win. */
  readonly valueFiles: readonly ManifestFile[];
  /** What installs it, when the checkout says so. */
  readonly app?: App;
  /** Names to try, the likeliest first. */
  readonly releases: readonly string[];
}

/** Charts that stand by themselves: what lies in `charts/` of another one is installed by that. */
export function chartsOf(tree: Tree): readonly Chart[] {
  const files = filesOf(tree).filter(({ path }) => posix.basename(path) === "Chart.yaml");
  const folders = files.map(({ path }) => folderOfPath(path));
  return files.flatMap((file) => {
    const folder = folderOfPath(file.path);
    const isPart = folders.some(
      (other) => other !== folder && isBelow(folder, other === "" ? "charts" : `${other}/charts`),
    );
    const [part] = partsOf(file).parts;
    if (isPart || part === undefined) return [];
    const values = tree.files.get(posix.join(folder, "values.yaml"));
    return [
      {
        folder,
        file,
        part,
        name: textAt(part, topOf(part), "name") ?? posix.basename(folder),
        ...(values === undefined ? {} : { values }),
      },
    ];
  });
}

/** Whether a path belongs to a chart: its templates and values are no manifests. */
export const isInChart = (path: string, charts: readonly Chart[]): boolean =>
  charts.some(({ folder }) => isBelow(path, folder) && isChartPart(path, folder));

/** A chart at the top of a checkout does not own everything below it. */
function isChartPart(path: string, folder: string): boolean {
  const inside = folder === "" ? path : path.slice(folder.length + 1);
  return !inside.includes("/") || /^(templates|charts|crds|ci|files|values|env(ironment)?s?)\//.test(inside);
}

/**
 * What the checkout says about installing the chart; where it says nothing, the chart alone and the chart with each file
 * of values that is there.
 */
export function instancesOf(tree: Tree, chart: Chart, change: ManifestChange): readonly Instance[] {
  const apps = appsOf(tree).filter(({ path }) => path === chart.folder);
  const marked = (change.managedBy ?? []).map(({ name }) => name);
  if (apps.length > 0) {
    return apps.map((app) => ({
      chart,
      app,
      releases: [app.release],
      valueFiles: app.valueFiles.flatMap((path) => tree.files.get(path) ?? []),
    }));
  }
  const bare = change.name.endsWith(`-${chart.name}`) ? [change.name.slice(0, -chart.name.length - 1)] : [];
  const releases = [...new Set([...marked, change.name, ...bare, chart.name, change.namespace])].filter(
    isRelease,
  );
  const extra = filesOf(tree).filter((file) => file !== chart.values && isValuesFile(tree, file, chart));
  return [[], ...extra.map((file) => [file])].map((valueFiles) => ({ chart, releases, valueFiles }));
}

const isRelease = (name: string): boolean => /^[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?$/.test(name);

/** `values-prod.yaml` outside of other charts, and any mapping beside the chart's own values that is no object. */
function isValuesFile(tree: Tree, file: ManifestFile, { folder }: Chart): boolean {
  const { path, text } = file;
  const name = posix.basename(path);
  if (!/\.ya?ml$/.test(name) || name === "Chart.yaml" || /^(apiVersion|kind):/m.test(text)) return false;
  if (!isBelow(path, folder)) return /values/i.test(path) && !isInOtherChart(tree, path);
  const inside = folder === "" ? path : path.slice(folder.length + 1);
  if (/^(templates|charts|crds|ci)\//.test(inside)) return false;
  return (isChartPart(path, folder) || /values/i.test(inside)) && !isInOtherChart(tree, path, folder);
}

/** Whether a nearer chart than this one has it. */
function isInOtherChart(tree: Tree, path: string, own?: string): boolean {
  for (let at = folderOfPath(path); at !== own; at = folderOfPath(at)) {
    if (tree.files.has(posix.join(at, "Chart.yaml"))) return true;
    if (at === "") return false;
  }
  return false;
}

/** A file's or an object's values as a mapping; undefined when there is none. */
function valuesMap(part: YamlPart | undefined): unknown {
  const top = part === undefined ? undefined : topOf(part);
  return isMap(top) ? top : undefined;
}

export interface Layer {
  readonly part: YamlPart;
  readonly map: unknown;
}

/** The values of an instance, from those that win to the chart's own. */
export function layersOf({ chart, valueFiles, app }: Instance): readonly Layer[] {
  const files = [...valueFiles].reverse().concat(chart.values ?? []);
  const fromFiles = files.flatMap((file) => {
    const [part] = partsOf(file).parts;
    return part === undefined ? [] : [{ part, map: valuesMap(part) }];
  });
  return app?.inline === undefined ? fromFiles : [{ part: app.object.part, map: app.inline }, ...fromFiles];
}

/** What a path of keys has in the layers, and where; `{}` when no layer has it. */
export function lookUp(
  layers: readonly Layer[],
  path: readonly string[],
): { readonly text: string; readonly layer: Layer } | undefined {
  for (const layer of layers) {
    let node: unknown = layer.map;
    for (const key of path) {
      const open = behind(layer.part, node) ?? node;
      node = isMap(open) ? open.get(key, true) : undefined;
    }
    const text = templateText(behind(layer.part, node) ?? node);
    if (text !== undefined) return { text, layer };
    if (isSeq(node)) return undefined;
  }
  return undefined;
}

/** A scalar as a template prints it: the number 1.10 is `1.1`. */
export function templateText(node: unknown): string | undefined {
  const isNumber = isScalar(node) && typeof node.value === "number";
  return isNumber ? String(node.value) : scalarText(node);
}
