// `images:` of a kustomization: what its entries make of a name, and how an entry is edited or added.

import { isMap } from "yaml";
import { type ImageText, joinImage, splitImage } from "./image-text.js";
import { entryEdit, pairEdit, withoutField } from "./insert.js";
import type { Kustomization } from "./kustomization.js";
import { type Field, fieldOf, itemsAt, lineAt, rangeOf, textAt } from "./parts.js";
import { type NoEdit, scalarEdit, type TextEdit } from "./scalar-edit.js";

/** Follows api/internal/image and the ImageTagTransformer of kustomize 5.5. */
export function applyImages({ part, map }: Kustomization, image: string): string {
  return itemsAt(part, map, "images").reduce<string>((current, entry) => {
    const { name, tag, digest } = splitImage(current);
    if (textAt(part, entry, "name") !== name) return current;
    const [newTag, newDigest] = [textAt(part, entry, "newTag"), textAt(part, entry, "digest")];
    const kept: ImageText = { name: textAt(part, entry, "newName") || name };
    if (newTag || newDigest) {
      return joinImage({
        ...kept,
        ...(newTag ? { tag: newTag } : {}),
        ...(newDigest ? { digest: newDigest } : {}),
      });
    }
    return joinImage({
      ...kept,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    });
  }, image);
}

/** Entries that give an image this name, edited so that they give it the wanted one: with all the ways to do so. */
export function imageEntryEdits(
  one: Kustomization,
  from: string,
  to: string,
): readonly (readonly TextEdit[] | NoEdit)[] {
  const { part, map } = one;
  const wanted = splitImage(to);
  return itemsAt(part, map, "images").flatMap((entry) => {
    const name = textAt(part, entry, "name");
    if (name === undefined || (textAt(part, entry, "newName") || name) !== splitImage(from).name) return [];
    return [entryEdits(one, entry, wanted)];
  });
}

function entryEdits(
  { part }: Kustomization,
  entry: unknown,
  wanted: ImageText,
): readonly TextEdit[] | NoEdit {
  const field = (key: string): Field | undefined => fieldOf(part, entry, key);
  const edits: (TextEdit | NoEdit)[] = [];
  const anchor = field("newTag") ?? field("digest") ?? field("newName") ?? field("name");
  if (anchor === undefined) return { why: "an entry of images: has no name" };
  const current = textAt(part, entry, "newName") || textAt(part, entry, "name");
  const newName = field("newName");
  if (newName !== undefined && current !== wanted.name) edits.push(scalarEdit(newName, wanted.name));
  const added: string[] = newName === undefined && current !== wanted.name ? [wanted.name] : [];
  edits.push(...added.map((name) => pairEdit(field("name") ?? anchor, "newName", name)));

  const [tag, digest] = [field("newTag"), field("digest")];
  const isOne = (wanted.tag === undefined) !== (wanted.digest === undefined);
  if (tag !== undefined && digest !== undefined && isOne) {
    const [own, other] = wanted.tag === undefined ? [digest, tag] : [tag, digest];
    const why = `line ${lineAt(part, other.key)} would have to go, and shares its line with something else`;
    return allOf([
      ...edits,
      scalarEdit(own, wanted.tag ?? wanted.digest ?? ""),
      withoutField(other) ?? { why },
    ]);
  }
  const values = [
    { key: "newTag", own: tag, other: digest, value: wanted.tag },
    { key: "digest", own: digest, other: tag, value: wanted.digest },
  ];
  for (const { key, own, other, value } of values) {
    if (value === undefined) continue;
    if (own !== undefined)
      edits.push(...(textAt(part, entry, key) === value ? [] : [scalarEdit(own, value)]));
    else if (other !== undefined && isOne) edits.push(keyEdit(other, key), scalarEdit(other, value));
    else edits.push(pairEdit(anchor, key, value));
  }
  return allOf(edits);
}

/** All of them, or why one of them cannot be. */
export function allOf(edits: readonly (TextEdit | NoEdit)[]): readonly TextEdit[] | NoEdit {
  const done: TextEdit[] = [];
  for (const edit of edits) {
    if ("why" in edit) return edit;
    const same = done.findIndex(
      ({ file, start, end }) => file === edit.file && start === edit.start && end === start,
    );
    const known = done[same];
    // Two things put in at one place are one.
    if (known !== undefined && edit.end === edit.start)
      done[same] = { ...known, after: known.after + edit.after };
    else done.push(edit);
  }
  return done;
}

/** `digest:` becomes `newTag:`, or the other way round. */
function keyEdit({ part, key }: Field, name: string): TextEdit {
  const [start = 0, end = 0] = rangeOf(key) ?? [];
  return { file: part.file, start: part.at(start), end: part.at(end), after: name };
}

/** A new entry for images of this name. */
export function newImageEntry({ part, map }: Kustomization, name: string, to: string): TextEdit | NoEdit {
  if (!isMap(map)) return { why: `${part.file.path} holds no mapping` };
  const wanted = splitImage(to);
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["name", name],
    ["newName", wanted.name === name ? undefined : wanted.name],
    ["newTag", wanted.tag],
    ["digest", wanted.digest],
  ];
  return entryEdit(
    part,
    map,
    "images",
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
