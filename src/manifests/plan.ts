// From a wanted change to a plan: the one place of a checkout that sets it, or why there is none.

import { posix } from "node:path";
import { type App, appsOf } from "./apps.js";
import type { ManifestChange, ManifestPlan, ManifestTools, NoManifestPlan } from "./change.js";
import { chartsOf, isInChart } from "./chart.js";
import { finished } from "./finish.js";
import { helmPlaces } from "./helm.js";
import { isSameImage } from "./image-text.js";
import { type Kustomizations, kustomizationsOf, resolved } from "./kustomization.js";
import { kustomizePlaces } from "./kustomize.js";
import { mentionsOf } from "./mentions.js";
import { itemsAt, scalarText, textAt } from "./parts.js";
import { plainPlaces } from "./plain.js";
import { candidateOf, distinct, joined, type Proposal, type Search } from "./proposal.js";
import { filesOf, isBelow, readTree, type Tree } from "./tree.js";

/**
 * Finds the place in `folder` that makes the live object what it is. Reads only; nothing is written before
 * `applyManifestChange`. `"none" in answer` tells the two answers apart.
 *
 * @throws ToolError `manifests-unreadable` when the folder itself cannot be read.
 */
export async function planManifestChange(
  folder: string,
  change: ManifestChange,
  tools: ManifestTools,
): Promise<ManifestPlan | NoManifestPlan> {
  const tree = readTree(folder);
  if (change.is === "image" && isSameImage(change.from, change.to)) {
    return { none: `${change.to} is the image that it has`, lookedAt: [], candidates: [] };
  }
  const [charts, all, apps] = [chartsOf(tree), kustomizationsOf(tree), appsOf(tree)];
  const taken = patchesAndResources(tree, all);
  const plain = filesOf(tree).filter((file) => !taken.has(file) && !isInChart(file.path, charts));
  const deployed = apps.filter((app) => isMarked(app, change));
  const search = joined([
    besideKustomizations(plainPlaces(plain, change), all),
    await kustomizePlaces(tree, change, { all, tools, named: apps.map(({ path }) => path) }),
    await helmPlaces(tree, change, { charts, tools }),
  ]);
  const proposals = narrowed(distinct(search.proposals), deployed, change);
  const [only, ...others] = proposals;
  const overridden = deployed.filter(
    ({ overrides, path }) => overrides.length > 0 && only?.folders.includes(path),
  );
  if (only !== undefined && others.length === 0 && overridden.length === 0) return planOf(tree, only);
  const counted = `${many(tree.files.size, "file")}, ${many(all.size, "kustomization")} and ${many(charts.length, "chart")} of ${tree.folder}`;
  const places = search.lookedAt.join("\n");
  const mentioned =
    change.is === "image" && only === undefined
      ? mentionsOf(tree, change.from).filter((line) => !places.includes(`${line.split(" mentions ")[0]} `))
      : [];
  return {
    none: reasonFor(change, proposals.length, overridden),
    lookedAt: [counted, ...shortened([...search.lookedAt, ...mentioned]), ...shortened(tree.notRead)],
    candidates: proposals.map(candidateOf),
  };
}

function reasonFor(change: ManifestChange, places: number, overridden: readonly App[]): string {
  const { kind, namespace, name } = change;
  const object = `${kind} ${namespace}/${name}`;
  const [app] = overridden;
  if (app !== undefined)
    return `${app.object.kind} ${app.name} has ${app.overrides.join(", ")}, which may win over any place in its folder`;
  if (places > 1) return `${places} places could set it for ${object}, and nothing tells which one is meant`;
  return change.is === "image"
    ? `no place that can be edited sets ${change.from} for container ${change.container} of ${object}`
    : `no place that can be edited lists the pull secrets of ${object}`;
}

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const maxLines = 30;

const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= maxLines ? lines : [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more`];

/** What kustomizations take in is theirs: it may come to something else than it says. */
function patchesAndResources(tree: Tree, all: Kustomizations): ReadonlySet<unknown> {
  return new Set(
    [...all.values()].flatMap(({ folder, part, map, files }) => {
      const patches = ["patches", "patchesStrategicMerge", "patchesJson6902"]
        .flatMap((name) => itemsAt(part, map, name))
        .map((entry) => textAt(part, entry, "path") ?? scalarText(entry) ?? "");
      return [
        part.file,
        ...files,
        ...patches.flatMap((path) => tree.files.get(resolved(folder, path)) ?? []),
      ];
    }),
  );
}

/** A manifest in the folder of a kustomization that does not take it in may be one that nobody applies. */
function besideKustomizations({ proposals, lookedAt }: Search, all: Kustomizations): Search {
  const noted = proposals.map((proposal) => {
    const beside = proposal.folders.find((folder) => all.has(folder));
    const file = beside === undefined ? undefined : all.get(beside)?.part.file.path;
    return file === undefined
      ? proposal
      : { ...proposal, notes: [...proposal.notes, `${file} does not take it in`] };
  });
  return { proposals: noted, lookedAt };
}

const isMarked = ({ name, tool }: App, { managedBy = [] }: ManifestChange): boolean =>
  managedBy.some((mark) => mark.name === name && mark.tool === tool);

/** Of several, those in the folder that the object's own manager deploys. */
function narrowed(
  proposals: readonly Proposal[],
  deployed: readonly App[],
  { managedBy = [] }: ManifestChange,
): readonly Proposal[] {
  if (proposals.length < 2) return proposals;
  const marked = managedBy.filter(({ tool }) => tool === "kustomize").map(({ name }) => posix.dirname(name));
  const folders = [...deployed.map(({ path }) => path), ...marked];
  const inside = proposals.filter((proposal) =>
    proposal.folders.some((one) =>
      folders.some((folder) => one === folder || (folder !== "" && isBelow(one, folder))),
    ),
  );
  return inside.length > 0 ? inside : proposals;
}

function planOf(tree: Tree, proposal: Proposal): ManifestPlan {
  return finished(tree.folder, candidateOf(proposal), proposal.notes, (path) => tree.files.get(path)?.bytes);
}
