// Is there a repository whose name is one slip away from the one asked for? One letter too many,
// too few, another one, or two letters swapped.

import { distance } from "fastest-levenshtein";
import type { Pull } from "../../model/pull.js";
import type { Reference } from "../../model/reference.js";
import type { Scene } from "../define.js";
import { commonWords } from "./common-words.js";
import { wellKnownAsOf, wellKnownLibrary } from "./well-known.js";

export interface Near {
  /** Whole repository with its registry. */
  readonly repository: string;
  /** The image to write instead, with the tag or digest asked for. */
  readonly image: string;
  /** What speaks for it: `has been pulled in this cluster`. */
  readonly why: string;
  /** `pulled` and `official` names exist; `word` only says that the name asked for looks misspelt. */
  readonly by: "pulled" | "official" | "word";
}

/** `undefined`: the name asked for is known to exist, or nothing known is near it. */
export function nearRepository(pull: Pull, scene: Scene): Near | undefined {
  const { reference } = pull;
  if (reference === undefined) return undefined;
  const { registry, repository } = reference;
  const asked = `${registry}/${repository}`;
  if (scene.knownRepositories.has(asked)) return undefined;
  const rest = reference.digest === undefined ? `:${reference.tag ?? "latest"}` : `@${reference.digest}`;
  for (const known of scene.knownRepositories) {
    if (!known.startsWith(`${registry}/`) || !isSlip(repository, known.slice(registry.length + 1))) continue;
    return {
      repository: known,
      image: `${known}${rest}`,
      why: "has been pulled in this cluster",
      by: "pulled",
    };
  }
  if (registry !== "docker.io" || !repository.startsWith("library/")) return misspelt(reference, rest);
  const name = repository.slice("library/".length);
  if (wellKnownLibrary.includes(name)) return undefined;
  const meant = wellKnownLibrary.find((known) => isSlip(name, known));
  if (meant === undefined) return undefined;
  return {
    repository: `docker.io/library/${meant}`,
    image: `${meant}${rest}`,
    why: `is an official image on Docker Hub (list of ${wellKnownAsOf})`,
    by: "official",
  };
}

/** A word of the name that is one dropped, doubled or swapped letter away from a common one, put right. */
function misspelt({ registry, repository }: Reference, rest: string): Near | undefined {
  const parts = repository.split(/([/._-]+)/);
  for (const [at, part] of parts.entries()) {
    const word = part.length < 4 || commonWords.has(part) ? undefined : wordMeant(part);
    if (word === undefined) continue;
    const name = `${registry}/${parts.with(at, word).join("")}`;
    const why = `"${part}" is one letter away from "${word}", a common word in image names`;
    return { repository: name, image: name + rest, why, by: "word" };
  }
  return undefined;
}

/** Only slips of the fingers: another letter in the same place makes other words (`worked`, `worker`). */
function wordMeant(part: string): string | undefined {
  for (const word of commonWords) {
    if (word.length < 5 || part === `${word}s` || word === `${part}s`) continue;
    if (swapped(part, word) || isDropped(part, word) || isDoubled(part, word)) return word;
  }
  return undefined;
}

/** `chekout` for `checkout`; the first letter is hardly ever the one that is missing. */
function isDropped(written: string, meant: string): boolean {
  if (written.length !== meant.length - 1 || written[0] !== meant[0]) return false;
  const at = [...meant].findIndex((letter, index) => letter !== written[index]);
  return at > 0 && at < meant.length - 1 && written.slice(at) === meant.slice(at + 1);
}

/** `checkoutt`, `paymment`. */
function isDoubled(written: string, meant: string): boolean {
  if (written.length !== meant.length + 1) return false;
  const at = [...written].findIndex((letter, index) => letter !== meant[index]);
  return at > 0 && written[at] === written[at - 1] && written.slice(at + 1) === meant.slice(at);
}

/**
 * One edit or one swap of neighbours apart, inside a word long enough to be a word. `worker-a` and
 * `worker-b`, `api2` and `api3` are different names, not slips.
 */
export function isSlip(written: string, meant: string): boolean {
  if (written === meant) return false;
  const isSwap = swapped(written, meant);
  if (!isSwap && distance(written, meant) !== 1) return false;
  const [ours, theirs] = differingWords(written, meant);
  if (ours === undefined || theirs === undefined) return true;
  if (/\d/.test(ours) || /\d/.test(theirs)) return false;
  if (ours === `${theirs}s` || theirs === `${ours}s`) return false;
  return Math.min(ours.length, theirs.length) >= 3;
}

/** Two neighbouring letters exchanged, and nothing else. */
function swapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** The one word of each name that differs; nothing when a separator is what differs. */
function differingWords(a: string, b: string): readonly [string | undefined, string | undefined] {
  const ours = a.split(/[/._-]+/);
  const theirs = b.split(/[/._-]+/);
  if (ours.length !== theirs.length) return [undefined, undefined];
  const at = ours.findIndex((part, index) => part !== theirs[index]);
  return [ours[at], theirs[at]];
}
