// Is one of the tags known to this cluster the one that was meant? Letters and digits that look
// alike, a "v" too many or too few, another case, a slip in "latest".

import { distance } from "fastest-levenshtein";
import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import type { Scene } from "../define.js";

/** A tag of the same repository that was pulled in this cluster and reads almost like the one asked for. */
export function nearTag(pull: Pull, scene: Scene): string | undefined {
  const asked = pull.reference?.tag;
  if (asked === undefined || pull.reference?.digest !== undefined) return undefined;
  return knownTags(pull, scene).find((known) => known !== asked && readsLike(asked, known));
}

function knownTags(pull: Pull, scene: Scene): readonly string[] {
  const names = [
    ...scene.working.map(({ pull: good }) => good.image),
    ...scene.snapshot.nodes.flatMap(({ images }) => images.flatMap((image) => image.names)),
  ];
  return names.flatMap((name) => {
    const parsed = tryParseReference(name);
    if (!parsed.ok || parsed.reference.tag === undefined) return [];
    const { registry, repository, tag } = parsed.reference;
    const isSame = registry === pull.reference?.registry && repository === pull.reference.repository;
    return isSame ? [tag] : [];
  });
}

/** `1.O.0` reads like `1.0.0`, `V2` like `v2`, `latst` like `latest`; `v1` and `v2` do not. */
export function readsLike(asked: string, known: string): boolean {
  if (fold(asked) === fold(known)) return true;
  return (
    /^[a-z]{5,}$/i.test(asked) && /^[a-z]{5,}$/.test(known) && distance(asked.toLowerCase(), known) === 1
  );
}

const fold = (tag: string): string =>
  tag
    .toLowerCase()
    .replace(/^v(?=[\do])/, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
