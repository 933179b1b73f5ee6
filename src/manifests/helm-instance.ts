// One way to install a chart as the searches by helm and by text see it: its options, its words, its proposals.

import { basename } from "node:path";
import { appsOf } from "./apps.js";
import type { ManifestChange } from "./change.js";
import { chartsOf, type Instance } from "./chart.js";
import type { ValueOption } from "./chart-literals.js";
import { imageValueOptions, secretValueOptions, type ValueOptions } from "./chart-values.js";
import type { Proposal } from "./proposal.js";
import type { Tree } from "./tree.js";

const maxOptions = 40;

export function optionsOf(tree: Tree, instance: Instance, change: ManifestChange): ValueOptions {
  const { options, lookedAt } =
    change.is === "image" ? imageValueOptions(tree, instance, change) : secretValueOptions(instance, change);
  return { options: options.slice(0, maxOptions), lookedAt };
}

/** The same way to install the chart in a tree with other texts. */
export function again(tree: Tree, { chart, valueFiles, app, releases }: Instance): Instance | undefined {
  const now = chartsOf(tree).find(({ folder }) => folder === chart.folder);
  const sameApp = appsOf(tree).find(
    (one) => one.name === app?.name && one.object.part.file.path === app.object.part.file.path,
  );
  return now === undefined
    ? undefined
    : {
        chart: now,
        releases,
        valueFiles: valueFiles.flatMap(({ path }) => tree.files.get(path) ?? []),
        ...(sameApp === undefined ? {} : { app: sameApp }),
      };
}

export const foldersOf = ({ chart, valueFiles, app }: Instance): readonly string[] => [
  chart.folder,
  ...valueFiles.map(({ path }) => path),
  ...(app === undefined ? [] : [app.path]),
];

export const calledWith = ({ chart, valueFiles, app }: Instance): string =>
  [
    `chart ${chart.name}`,
    ...(valueFiles.length > 0 ? [`with ${valueFiles.map(({ path }) => path).join(", ")}`] : []),
    ...(app === undefined ? [] : [`as ${app.object.kind} ${app.name} installs it`]),
  ].join(" ");

export function proposalOf(
  instance: Instance,
  { edits, why }: ValueOption,
  by: string,
  notes: readonly string[],
): Proposal {
  const isShared = edits.some(({ file }) => file === instance.chart.values);
  return {
    how: "helm-values",
    why: `${why} of ${calledWith(instance)} (${by})`,
    edits,
    notes: isShared
      ? [
          ...notes,
          `${basename(instance.chart.values?.path ?? "")} counts for every release of chart ${instance.chart.name}`,
        ]
      : notes,
    folders: [...foldersOf(instance)],
  };
}
