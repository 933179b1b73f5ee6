// Finds a chart's value by the text of its templates alone: only where one line is meant and can be followed from end to end.

import type { ManifestChange } from "./change.js";
import type { Instance } from "./chart.js";
import type { ValueOption } from "./chart-literals.js";
import { allAre, linesFor, templateLines } from "./chart-text.js";
import { secretValueOptions } from "./chart-values.js";
import { again, calledWith, optionsOf, proposalOf } from "./helm-instance.js";
import { editedTexts, placeOf, type Search } from "./proposal.js";
import { type Tree, withTexts } from "./tree.js";

/** `without`: why helm does not decide. */
export function byText(tree: Tree, instance: Instance, change: ManifestChange, without: string): Search {
  const called = calledWith(instance);
  if (change.is === "pull-secret") {
    const { options } = secretValueOptions(instance, change);
    const places = options.flatMap(({ edits }) => edits.map(placeOf));
    return {
      proposals: [],
      lookedAt: [...new Set(places)].map(
        (place) => `${place} may list the pull secrets of ${called}; helm would settle it`,
      ),
    };
  }
  const [release = ""] = instance.releases;
  const lines = linesFor(templateLines(tree, instance, release), change);
  const beyond = lines.filter(({ image }) => image === undefined);
  if (beyond.length > 0) {
    return {
      proposals: [],
      lookedAt: beyond.map(
        ({ place, source }) => `${place} is ${source}: helm would settle what it comes to`,
      ),
    };
  }
  if (!allAre(lines, change.from)) return { proposals: [], lookedAt: [] };
  if (lines.length > 1) {
    return {
      proposals: [],
      lookedAt: [
        `${lines.map(({ place }) => place).join(", ")} come to it: helm would settle which is meant`,
      ],
    };
  }
  const { options, lookedAt } = optionsOf(tree, instance, change);
  const before = templateLines(tree, instance, release);
  let best: { readonly option: ValueOption; readonly beside: number } | undefined;
  for (const option of options) {
    const edited = withTexts(tree, editedTexts(option.edits));
    const now = again(edited, instance);
    if (now === undefined) continue;
    const after = templateLines(edited, now, release);
    if (!allAre(linesFor(after, change), change.to)) continue;
    const beside = after.filter(({ image }, at) => image !== before[at]?.image).length;
    if (best === undefined || beside < best.beside) best = { option, beside };
  }
  if (best === undefined) return { proposals: [], lookedAt };
  const note =
    best.beside > 1
      ? [`changes ${best.beside - 1} other images of chart ${instance.chart.name} as well`]
      : [];
  return {
    lookedAt: [],
    proposals: [proposalOf(instance, best.option, `by the text of its templates: ${without}`, note)],
  };
}
