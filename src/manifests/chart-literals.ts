// Images and tags that are written into a chart's templates instead of its values.

import { posix } from "node:path";
import type { Instance } from "./chart.js";
import { joinImage, splitImage } from "./image-text.js";
import type { TextEdit } from "./scalar-edit.js";
import { filesOf, isBelow, type Tree } from "./tree.js";

export interface ValueOption {
  readonly edits: readonly TextEdit[];
  /** `values.yaml:12 sets image.tag`. */
  readonly why: string;
}

const isPartOfName = /[\w./:@-]/;

/** Each place where the whole image, or the tag or digest alone, stands on a line about an image. */
export function literalOptions(
  tree: Tree,
  { chart }: Instance,
  from: string,
  to: string,
): readonly ValueOption[] {
  const [old, wanted] = [splitImage(from), splitImage(to)];
  const suffix = joinImage({ ...old, name: "" });
  const isSameName = old.name === wanted.name && suffix !== "";
  const texts = [
    { before: from, after: to, mayFollow: false },
    ...(isSameName ? [{ before: suffix, after: joinImage({ ...wanted, name: "" }), mayFollow: true }] : []),
  ];
  const folder = posix.join(chart.folder, "templates");
  const files = filesOf(tree).filter(({ path }) => isBelow(path, folder));
  return files.flatMap((file) =>
    texts.flatMap(({ before, after, mayFollow }) =>
      placesIn(file.text, before, mayFollow).map(({ start, line }) => ({
        edits: [{ file, start, end: start + before.length, after }],
        why: `${file.path}:${line} sets it in a template`,
      })),
    ),
  );
}

/** `mayFollow`: it may stand behind a name; nothing that goes on with it does either way. */
function placesIn(
  text: string,
  wanted: string,
  mayFollow: boolean,
): readonly { readonly start: number; readonly line: number }[] {
  const found: { start: number; line: number }[] = [];
  let lineStart = 0;
  for (const [at, line] of text.split("\n").entries()) {
    const column = /image/i.test(line) ? line.indexOf(wanted) : -1;
    const before = line[column - 1] ?? "";
    const after = line[column + wanted.length] ?? "";
    if (column !== -1 && !isPartOfName.test(after) && (mayFollow || !isPartOfName.test(before))) {
      found.push({ start: lineStart + column, line: at + 1 });
    }
    lineStart += line.length + 1;
  }
  return found;
}
