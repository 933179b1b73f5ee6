// One way to make a change, before it is chosen among others.

import type { Candidate, How, ManifestEdit } from "./change.js";
import type { TextEdit } from "./scalar-edit.js";
import { byPlace } from "./splice.js";

export interface Proposal {
  readonly how: How;
  readonly why: string;
  readonly edits: readonly TextEdit[];
  readonly notes: readonly string[];
  /** Folders that this belongs to, such as an overlay or a chart with its values: what an Argo CD application names. */
  readonly folders: readonly string[];
}

export interface Search {
  readonly proposals: readonly Proposal[];
  /** What almost fits, and why it does not; what could not be looked at. */
  readonly lookedAt: readonly string[];
}

export const joined = (searches: readonly Search[]): Search => ({
  proposals: searches.flatMap(({ proposals }) => proposals),
  lookedAt: searches.flatMap(({ lookedAt }) => lookedAt),
});

/** The texts of the files after the edits. */
export function editedTexts(edits: readonly TextEdit[]): ReadonlyMap<TextEdit["file"], string> {
  const files = new Set(edits.map(({ file }) => file));
  return new Map(
    [...files].map((file) => {
      const own = edits.filter((edit) => edit.file === file).toSorted((a, b) => b.start - a.start);
      return [
        file,
        own.reduce(
          (text, { start, end, after }) => text.slice(0, start) + after + text.slice(end),
          file.text,
        ),
      ];
    }),
  );
}

export function candidateOf({ how, why, edits }: Proposal): Candidate {
  return {
    how,
    why,
    edits: edits
      .map(manifestEdit)
      .toSorted((a, b) => (a.file === b.file ? byPlace(a, b) : a.file < b.file ? -1 : 1)),
  };
}

function manifestEdit({ file, start, end, after }: TextEdit): ManifestEdit {
  const { text } = file;
  const lines = text.slice(0, start).split("\n");
  // Lines that are put in begin with the line end before them: they are shown where they will stand.
  const isBelow = /^\r?\n/.test(after);
  const byteStart = Buffer.byteLength(text.slice(0, start));
  return {
    file: file.path,
    line: lines.length + (isBelow ? 1 : 0),
    column: isBelow ? 1 : [...(lines.at(-1) ?? "").replace(/^\ufeff/, "")].length + 1,
    start: byteStart,
    end: byteStart + Buffer.byteLength(text.slice(start, end)),
    before: text.slice(start, end),
    after,
  };
}

/** `shop/app.yaml:12`. */
export function placeOf(edit: TextEdit): string {
  const { file, line } = manifestEdit(edit);
  return `${file}:${line}`;
}

/** Proposals that come to the same bytes are one. */
export function distinct(proposals: readonly Proposal[]): readonly Proposal[] {
  const byBytes = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const key = proposal.edits
      .map(({ file, start, end, after }) => `${file.path}\0${start}\0${end}\0${after}`)
      .toSorted()
      .join("\0");
    const known = byBytes.get(key);
    if (known === undefined) byBytes.set(key, proposal);
    else byBytes.set(key, { ...known, folders: [...new Set([...known.folders, ...proposal.folders])] });
  }
  return [...byBytes.values()];
}
