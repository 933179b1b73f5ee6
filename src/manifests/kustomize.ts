// Finds where a kustomization sets an image. Every way to set it is tried on a copy in memory, and taken only when the
// image comes out right and no other overlay changes; kubectl, when there is one, has the last word.

import type { ManifestChange, ManifestTools } from "./change.js";
import { isSameImage } from "./image-text.js";
import { below, brokenKustomizations, type Kustomizations, rootsOf } from "./kustomization.js";
import { type Built, build } from "./kustomize-build.js";
import {
  type Around,
  imageOption,
  type Match,
  nameOf,
  type Option,
  secretOption,
} from "./kustomize-options.js";
import { editedTexts, type Proposal, placeOf, type Search } from "./proposal.js";
import { differences, output, type Rendering, saysIt, withCopy } from "./render.js";
import type { NoEdit } from "./scalar-edit.js";
import type { Tree } from "./tree.js";

export interface KustomizeWorld {
  readonly all: Kustomizations;
  readonly tools: ManifestTools;
  /** Folders that something deploys by themselves, whoever else takes them in. */
  readonly named: readonly string[];
}

export async function kustomizePlaces(
  tree: Tree,
  change: ManifestChange,
  { all, tools, named }: KustomizeWorld,
): Promise<Search> {
  const isAccount = change.is === "pull-secret" && change.kind === "ServiceAccount";
  const words = isAccount ? ["ServiceAccount"] : ["containers"];
  const folders = rootsOf(all, named);
  const builts = folders.map((folder) => build(tree, all, folder, words));
  const fetched = folders.flatMap((folder) =>
    below(all, folder).flatMap(({ part, remote }) =>
      remote.map((url) => `${part.file.path} takes in ${url}, which is not fetched`),
    ),
  );
  const lookedAt = [...brokenKustomizations(tree), ...fetched];
  const matches = matchesOf(builts, change, lookedAt);
  const around: Around = { all, builts, words, matches, lookedAt };
  const proposals: Proposal[] = [];
  for (const match of matches) {
    const option =
      change.is === "image" ? imageOption(tree, around, match, change) : secretOption(around, match, change);
    if (option === undefined) continue;
    const { edits, why } = option;
    const settled = await rendered(tree, all, { match, change, tools, option });
    if ("why" in settled) {
      lookedAt.push(`${edits.map(placeOf).join(", ")} is not edited: ${settled.why}`);
    } else {
      const notes = [...new Set([...option.notes, ...settled.notes])];
      proposals.push({
        how: "kustomize",
        why: `${why} (${settled.by})`,
        edits,
        notes,
        folders: [match.built.folder],
      });
    }
  }
  return { proposals, lookedAt: [...new Set(lookedAt)] };
}

/** Where the target is, with the image that it is said to have. Those that name their namespace come first. */
function matchesOf(builts: readonly Built[], change: ManifestChange, lookedAt: string[]): readonly Match[] {
  const found = builts.flatMap((built) =>
    built.objects.flatMap((object): readonly Match[] => {
      const isMeant =
        object.kind === change.kind &&
        object.names[0] === change.name &&
        (object.namespace ?? change.namespace) === change.namespace;
      if (!isMeant) return [];
      if (change.is === "pull-secret") return [{ built, object }];
      const own = object.containers.filter(({ name }) => name === change.container);
      for (const { image } of own) {
        if (isSameImage(image, change.from)) continue;
        lookedAt.push(
          `${nameOf(built.folder)} comes to ${image}, not ${change.from}: the live object has been changed, or it is another place`,
        );
      }
      return own
        .filter(({ image }) => isSameImage(image, change.from))
        .map((container) => ({ built, object, container }));
    }),
  );
  const exact = found.filter(({ object }) => object.namespace !== undefined);
  return exact.length > 0 ? exact : found;
}

interface ToRender {
  readonly match: Match;
  readonly change: ManifestChange;
  readonly tools: ManifestTools;
  readonly option: Option;
}

type Settled = { readonly by: string; readonly notes: readonly string[] } | NoEdit;

/** What settles that the edits do it, or why they are not made. */
async function rendered(
  tree: Tree,
  all: Kustomizations,
  { match, change, tools: { kubectl }, option }: ToRender,
): Promise<Settled> {
  const { folder, doubts } = match.built;
  const whole = below(all, folder);
  const byText = (why: string): Settled => {
    const open = option.needsRendering ? ["a patch is to be rendered"] : doubts;
    return open.length > 0
      ? { why: `${open.join("; ")}: kubectl kustomize would settle it, and ${why}` }
      : { by: `by the text of its files: ${why}`, notes: [] };
  };
  if (kubectl === undefined) return byText("kubectl is not on PATH");
  if (whole.some(({ remote }) => remote.length > 0)) return byText("it takes in a URL, which is not fetched");
  if (whole.some(({ absent }) => absent.length > 0)) return byText("what is absent might be fetched");
  const files = whole.flatMap((one) => one.files.map(({ path }) => path));
  const folders = [...new Set([...whole.map((one) => one.folder), ...files])];
  const render = (texts: ReturnType<typeof editedTexts>): Promise<Rendering> =>
    withCopy(tree, { folders, texts }, (copy) => output(kubectl, ["kustomize", `${copy}/${folder}`], copy));
  const before = await render(new Map());
  if (!before.ok) return byText(`kubectl kustomize cannot render it: ${before.why}`);
  if (!saysIt(before.text, change, "before"))
    return { why: "kubectl kustomize renders something else from it" };
  const after = await render(editedTexts(option.edits));
  if (!after.ok) return { why: `kubectl kustomize then says: ${after.why}` };
  if (!saysIt(after.text, change, "after"))
    return { why: "kubectl kustomize then still renders something else" };
  const others = differences(before.text, after.text).objects.filter(
    (one) => one !== `${change.kind} ${change.name}`,
  );
  const isTold = others.every((one) => option.notes.some((note) => note.includes(one)));
  return { by: "kubectl kustomize", notes: isTold ? [] : [`changes ${others.join(", ")} as well`] };
}
