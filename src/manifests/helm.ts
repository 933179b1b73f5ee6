// Finds which value of a chart makes an image what it is: likely values are changed in a copy, the chart is rendered, and
// what changes the least beside the image is taken. Without helm the text of the templates decides, or declines.

import { join } from "node:path";
import { stringify } from "yaml";
import type { ManifestChange, ManifestTools } from "./change.js";
import { type Chart, type Instance, instancesOf } from "./chart.js";
import type { ValueOption } from "./chart-literals.js";
import { again, calledWith, foldersOf, optionsOf, proposalOf } from "./helm-instance.js";
import { byText } from "./helm-text.js";
import { splitImage } from "./image-text.js";
import { editedTexts, type Proposal, type Search } from "./proposal.js";
import { differences, meant, output, type Rendering, saysIt, withCopy } from "./render.js";
import type { TextEdit } from "./scalar-edit.js";
import { filesOf, isBelow, type Tree, withTexts } from "./tree.js";

const maxRenders = 100;

export async function helmPlaces(
  tree: Tree,
  change: ManifestChange,
  { charts, tools }: { readonly charts: readonly Chart[]; readonly tools: ManifestTools },
): Promise<Search> {
  const lookedAt: string[] = [];
  const found: { readonly proposal: Proposal; readonly isExact: boolean }[] = [];
  const helm = tools.helm === undefined ? undefined : new Helm(tools.helm);
  const isLikely = ({ name }: Chart): boolean => change.name.includes(name);
  for (const chart of charts.toSorted((a, b) => Number(isLikely(b)) - Number(isLikely(a)))) {
    if (!mayBeAbout(tree, chart, change)) continue;
    for (const instance of instancesOf(tree, chart, change)) {
      const { app } = instance;
      if (app?.namespace !== undefined && app.namespace !== change.namespace) {
        lookedAt.push(
          `${app.object.part.file.path} installs ${chart.folder} into namespace ${app.namespace}`,
        );
        continue;
      }
      const absent = app?.ignoresMissing
        ? []
        : (app?.valueFiles ?? []).filter((path) => !tree.files.has(path));
      if (app !== undefined && absent.length > 0) {
        lookedAt.push(`${app.object.part.file.path} names values that are not here: ${absent.join(", ")}`);
        continue;
      }
      if (app !== undefined && app.overrides.length > 0) {
        lookedAt.push(
          `${app.object.part.file.path} has ${app.overrides.join(", ")}, which win over values and are not followed`,
        );
        continue;
      }
      const answer =
        helm === undefined
          ? byText(tree, instance, change, "helm is not on PATH")
          : await helm.search(tree, instance, change);
      lookedAt.push(...answer.lookedAt);
      found.push(
        ...answer.proposals.map((proposal) => ({ proposal, isExact: app?.namespace !== undefined })),
      );
    }
  }
  const exact = found.filter(({ isExact }) => isExact);
  return {
    proposals: (exact.length > 0 ? exact : found).map(({ proposal }) => proposal),
    lookedAt: [...new Set(lookedAt)],
  };
}

/** The image's words stand somewhere in the chart or in values, or it is not this chart. */
function mayBeAbout(tree: Tree, { folder, name }: Chart, change: ManifestChange): boolean {
  if (change.is === "pull-secret") return true;
  const repository = splitImage(change.from).name.split("/").at(-1) ?? "";
  const isNamed = filesOf(tree).some(
    ({ path, text }) => (isBelow(path, folder) || /values/i.test(path)) && text.includes(repository),
  );
  return isNamed || name === repository;
}

class Helm {
  readonly #program: string;
  #rendersLeft = maxRenders;
  /** Names under which charts rendered the object. */
  readonly #releases: string[] = [];

  constructor(program: string) {
    this.#program = program;
  }

  async search(tree: Tree, instance: Instance, change: ManifestChange): Promise<Search> {
    const known = this.#releases.filter((release) => instance.releases.includes(release));
    let trouble: string | undefined;
    const others = new Set<string>();
    for (const release of new Set([...known, ...instance.releases])) {
      const before = await this.#render(tree, instance, { release, change, edits: [] });
      if (!before.ok) {
        trouble ??= before.why;
        continue;
      }
      if (saysIt(before.text, change, "before")) {
        this.#releases.unshift(release);
        return this.#try(tree, instance, { release, change, before: before.text });
      }
      for (const one of meant(before.text, change))
        others.add(`${calledWith(instance)} ${differs(one, change)}`);
    }
    if (trouble !== undefined) {
      const { proposals, lookedAt } = byText(tree, instance, change, `helm says ${trouble}`);
      return {
        proposals,
        lookedAt: [`helm template cannot render ${calledWith(instance)}: ${trouble}`, ...lookedAt],
      };
    }
    return { proposals: [], lookedAt: [...others] };
  }

  async #try(
    tree: Tree,
    instance: Instance,
    {
      release,
      change,
      before,
    }: { readonly release: string; readonly change: ManifestChange; readonly before: string },
  ): Promise<Search> {
    const { options, lookedAt } = optionsOf(tree, instance, change);
    let best:
      | { readonly option: ValueOption; readonly lines: number; readonly objects: readonly string[] }
      | undefined;
    for (const option of options) {
      const after = await this.#render(tree, instance, { release, change, edits: option.edits });
      if (!after.ok || !saysIt(after.text, change, "after")) continue;
      const difference = differences(before, after.text);
      if (best === undefined || difference.lines < best.lines) best = { option, ...difference };
    }
    if (best === undefined) {
      const none = `${calledWith(instance)} comes to it, and none of ${options.length} values that were tried changes that`;
      return { proposals: [], lookedAt: [...lookedAt, none] };
    }
    const others = best.objects.filter((one) => one !== `${change.kind} ${change.name}`);
    return {
      lookedAt: [],
      proposals: [
        proposalOf(
          instance,
          best.option,
          "helm template",
          others.length > 0 ? [`changes ${others.join(", ")} as well`] : [],
        ),
      ],
    };
  }

  #render(
    tree: Tree,
    instance: Instance,
    {
      release,
      change,
      edits,
    }: { readonly release: string; readonly change: ManifestChange; readonly edits: readonly TextEdit[] },
  ): Promise<Rendering> {
    if (this.#rendersLeft-- <= 0)
      return Promise.resolve({ ok: false, why: `it took more than ${maxRenders} tries` });
    const texts = editedTexts(edits);
    const now = texts.size === 0 ? instance : again(withTexts(tree, texts), instance);
    const inline = now?.app?.inline === undefined ? undefined : now.app;
    return withCopy(tree, { folders: foldersOf(instance), texts }, (copy) => {
      const values = instance.valueFiles.flatMap(({ path }) => ["-f", join(copy, path)]);
      const last = inline?.inline === undefined ? [] : ["-f", "-"];
      const input =
        inline?.inline === undefined
          ? undefined
          : stringify(inline.inline.toJS(inline.object.part.document, { maxAliasCount: 100 }));
      const args = [
        "template",
        release,
        join(copy, instance.chart.folder),
        "-n",
        change.namespace,
        ...values,
        ...last,
      ];
      return output(this.#program, args, copy, input);
    });
  }
}

function differs({ image }: ReturnType<typeof meant>[number], change: ManifestChange): string {
  return change.is === "image"
    ? `comes to ${image ?? "no image"}, not ${change.from}`
    : `names secret ${change.secret} already: it has not been applied`;
}
