// The tags to offer for a pull whose tag is not there, from the registry's own list, and what is known of each.

import type { ImageProbe } from "../../model/probe.js";
import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import { askedFor, tagsOf } from "../asked.js";
import type { Scene } from "../define.js";
import { type Suggestion, suggestTags } from "./suggest.js";

export interface SuggestedTag extends Suggestion {
  /** Absent: it was in the list and was not asked for by itself. */
  readonly probe?: ImageProbe;
  /** False when it is known to have nothing for the nodes, or not to be given. */
  readonly isFit: boolean;
}

const missing: ReadonlySet<string> = new Set(["tag-not-found", "digest-not-found", "repository-not-found"]);

/** Best first; [] when no list was given. */
export function suggestedTags(pull: Pull, scene: Scene): readonly SuggestedTag[] {
  const { reference } = pull;
  const tags = tagsOf(pull, scene)?.tags;
  if (reference === undefined || tags === undefined) return [];
  const asked = reference.tag ?? "latest";
  return suggestTags(asked, tags, runningTags(pull, scene)).map((suggestion) => {
    const probes = (scene.probes?.images ?? []).filter(
      (one) =>
        one.registry === reference.registry &&
        one.repository === reference.repository &&
        one.reference === suggestion.tag,
    );
    // Somebody who was given it settles it; a login that was refused says nothing about the tag.
    const probe =
      probes.find(({ answer }) => answer.is === "there") ??
      probes.find(({ answer }) => answer.is === "no" && missing.has(answer.cause));
    if (probe === undefined) return { ...suggestion, isFit: true };
    const { answer } = probe;
    return { ...suggestion, probe, isFit: answer.is === "there" && (answer.misfits?.length ?? 0) === 0 };
  });
}

/** Tags of this repository that were pulled in the cluster. */
function runningTags(pull: Pull, scene: Scene): readonly string[] {
  const found = scene.working.flatMap(({ pull: good }) => {
    const parsed = tryParseReference(good.image);
    if (!parsed.ok) return [];
    const { registry, repository } = parsed.reference;
    const isSame = registry === pull.reference?.registry && repository === pull.reference.repository;
    return isSame ? [askedFor(parsed.reference)] : [];
  });
  return [...new Set(found)];
}
