// The ways in which an overlay can be given an image or a pull secret, each with what else would change.

import type { ImageChange, PullSecretChange } from "./change.js";
import { isSameImage, joinImage, splitImage } from "./image-text.js";
import { entryEdit } from "./insert.js";
import { below, type Kustomizations, kustomizationsOf } from "./kustomization.js";
import { type Built, type BuiltContainer, type BuiltObject, build } from "./kustomize-build.js";
import { imageEntryEdits, newImageEntry } from "./kustomize-images.js";
import { podSpecPath, secretNames, secretsHolder } from "./objects.js";
import { fieldOf, lineAt, scalarText } from "./parts.js";
import { secretEdits } from "./plain.js";
import { editedTexts, placeOf } from "./proposal.js";
import { type NoEdit, plainOrQuoted, scalarEdit, type TextEdit } from "./scalar-edit.js";
import { type Tree, withTexts } from "./tree.js";

export interface Option {
  readonly edits: readonly TextEdit[];
  readonly why: string;
  /** What changes beside it: `changes container migrate of Deployment checkout as well`. */
  readonly notes: readonly string[];
  /** Set where the text of the files cannot prove it. */
  readonly needsRendering?: true;
}

/** A target in one overlay. */
export interface Match {
  readonly built: Built;
  readonly object: BuiltObject;
  /** Absent for pull secrets. */
  readonly container?: BuiltContainer;
}

export interface Around {
  readonly all: Kustomizations;
  readonly builts: readonly Built[];
  /** What documents must hold to be looked at. */
  readonly words: readonly string[];
  readonly matches: readonly Match[];
  readonly lookedAt: string[];
}

/** The first way that sets the image, reaches no other overlay, and changes the fewest containers beside it. */
export function imageOption(
  tree: Tree,
  around: Around,
  match: Match,
  change: ImageChange,
): Option | undefined {
  const { builts, words, matches, lookedAt } = around;
  const wanted = new Set(matches.map(keyOf));
  const before = containersOf(builts);
  let best: Option | undefined;
  for (const option of imageOptions(around, match, change)) {
    const edited = withTexts(tree, editedTexts(option.edits));
    const kustomizations = kustomizationsOf(edited);
    const after = containersOf(builts.map(({ folder }) => build(edited, kustomizations, folder, words)));
    const now = after.get(keyOf(match))?.container?.image;
    if (now === undefined || !isSameImage(now, change.to)) continue;
    const changed = [...before].flatMap(([key, one]) =>
      one.container?.image === after.get(key)?.container?.image || wanted.has(key) ? [] : [one],
    );
    const elsewhere = changed.filter(({ built }) => built.folder !== match.built.folder);
    const notes = changed.map(
      ({ object, container }) =>
        `changes container ${container?.name ?? ""} of ${object.kind} ${object.names[0] ?? ""} as well`,
    );
    if (elsewhere.length > 0)
      lookedAt.push(`${placesOf(option)} would change ${overlays(elsewhere)} as well`);
    else if (best === undefined || notes.length < best.notes.length) best = { ...option, notes };
  }
  return best;
}

const placesOf = ({ edits }: Pick<Option, "edits">): string => edits.map(placeOf).join(", ");

export const nameOf = (folder: string): string => (folder === "" ? "the kustomization at the top" : folder);

const overlays = (matches: readonly Pick<Match, "built">[]): string =>
  [...new Set(matches.map(({ built }) => nameOf(built.folder)))].join(", ");

const keyOf = ({ built, object, container }: Match): string =>
  [built.folder, object.kind, object.namespace ?? "", object.names[0] ?? "", container?.path ?? ""].join(
    "\0",
  );

function containersOf(builts: readonly Built[]): ReadonlyMap<string, Match> {
  return new Map(
    builts.flatMap((built) =>
      built.objects.flatMap((object) =>
        object.containers.map((container) => {
          const one = { built, object, container };
          return [keyOf(one), one] as const;
        }),
      ),
    ),
  );
}

/** All ways worth trying: entries that are there, then lines that name the image, then a new entry in the overlay. */
function imageOptions(
  { all, lookedAt }: Around,
  { built, container }: Match,
  { from, to }: ImageChange,
): readonly Option[] {
  const options: Option[] = [];
  const add = (edits: readonly TextEdit[] | NoEdit, place: string, why: string): void => {
    if ("why" in edits) lookedAt.push(`${place} is not edited: ${edits.why}`);
    else if (edits.length > 0) options.push({ edits, why, notes: [] });
  };
  for (const one of below(all, built.folder)) {
    const { path } = one.part.file;
    for (const edits of imageEntryEdits(one, from, to))
      add(edits, path, `an entry in images: of ${path} sets it`);
  }
  const wanted = splitImage(to);
  for (const field of [...(container?.fields ?? [])].reverse()) {
    const place = `${field.part.file.path}:${lineAt(field.part, field.key)}`;
    // Where images: gives another name, the line keeps the one that it has.
    const { name } = splitImage(scalarText(field.value) ?? "");
    for (const text of new Set([to, joinImage({ ...wanted, name })])) {
      const edit = scalarEdit(field, text);
      add("why" in edit ? edit : [edit], place, `${place} sets it`);
    }
  }
  const root = all.get(built.folder);
  if (root !== undefined && container !== undefined) {
    const { path } = root.part.file;
    const edit = newImageEntry(root, container.nameBefore, to);
    const why = `a new entry in images: of ${path} sets it for this overlay alone`;
    add("why" in edit ? edit : [edit], path, why);
  }
  return options;
}

/** In the object itself where only the wanted overlays take it in, else as a patch of the overlay. */
export function secretOption(around: Around, match: Match, change: PullSecretChange): Option | undefined {
  const { builts, matches, lookedAt } = around;
  const { object } = match;
  const { edits, lookedAt: why } = secretEdits(object.source, change);
  const others = builts.filter(
    (built) =>
      built.objects.some(({ source }) => source.map === object.source.map) &&
      !matches.some((one) => one.built === built),
  );
  const [edit] = edits;
  if (edit !== undefined && others.length === 0) {
    return { edits, why: `${placeOf(edit)} is in ${object.kind} ${object.source.name}`, notes: [] };
  }
  lookedAt.push(...why);
  if (edit === undefined) return undefined;
  lookedAt.push(`${placeOf(edit)} would change ${overlays(others.map((built) => ({ built })))} as well`);
  return patchOption(around, match, change);
}

function patchOption(
  { all, lookedAt }: Around,
  { built, object }: Match,
  { secret }: PullSecretChange,
): Option | undefined {
  const root = all.get(built.folder);
  const holder = secretsHolder(object.source);
  const path = podSpecPath(object.source);
  if (root === undefined || holder === undefined || path === undefined) return undefined;
  const { part } = object.source;
  const hasList = fieldOf(part, holder.map, "imagePullSecrets") !== undefined;
  if (hasList && secretNames(part, holder.map).length === 0) {
    lookedAt.push(`${part.file.path} has a list of pull secrets that is empty: a patch cannot add to it`);
    return undefined;
  }
  const list = ["", ...path, "imagePullSecrets"].join("/");
  const step = hasList
    ? { op: "add", path: `${list}/-`, value: { name: secret } }
    : { op: "add", path: list, value: [{ name: secret }] };
  const edit = entryEdit(root.part, root.map, "patches", [
    ["target", { yaml: `{ kind: ${object.kind}, name: ${plainOrQuoted(object.source.name, true)} }` }],
    ["patch", { yaml: `'${JSON.stringify([step])}'` }],
  ]);
  if ("why" in edit) {
    lookedAt.push(`${root.part.file.path} is not edited: ${edit.why}`);
    return undefined;
  }
  return {
    edits: [edit],
    why: `a patch in ${root.part.file.path} adds it for this overlay alone`,
    notes: [],
    needsRendering: true,
  };
}
