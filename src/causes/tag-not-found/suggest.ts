// Which of a repository's tags was meant? One that reads almost alike; else the nearest version that is written the same way.

import { distance } from "fastest-levenshtein";
import { compareNumbers, type TagVersion, tagVersion } from "../../model/tag-version.js";
import { readsLike } from "./near-tag.js";

export interface Suggestion {
  readonly tag: string;
  /** `typo`: surely meant. `near`: another version, or another word; the reader decides. */
  readonly is: "typo" | "near";
  /** One clause: `reads almost like it`. */
  readonly why: string;
}

const most = 3;

/** Tags that move or that are not for people: never offered. */
const isOffered = (tag: string): boolean =>
  !/^(?:latest|stable|edge|nightly|main|master|dev|develop|snapshot|canary|head)(?:$|[-_.])/i.test(tag) &&
  !/(?:^|[-_.])latest$/i.test(tag) &&
  !/^sha256-[0-9a-f]{64}(?:\.[a-z]+)?$/.test(tag);

/** At most three, best first; [] when nothing is close in meaning. `known`: tags that run in the cluster. */
export function suggestTags(
  asked: string,
  tags: readonly string[],
  known: readonly string[] = [],
): readonly Suggestion[] {
  const offered = tags.filter((tag) => tag !== asked && isOffered(tag));
  const ours = tagVersion(asked);
  const typos = offered
    .flatMap((tag) => typoOf(asked, ours, tag) ?? [])
    .sort((a, b) => a.far - b.far || a.tag.localeCompare(b.tag));
  const chosen: Suggestion[] = typos.map(({ tag, why }) => ({ tag, is: "typo", why }));
  const near = nearVersions(asked, offered);
  const running = known.filter((tag) => offered.includes(tag));
  for (const suggestion of [
    ...near,
    ...running.map((tag): Suggestion => ({ tag, is: "near", why: "runs in this cluster" })),
  ]) {
    if (!chosen.some(({ tag }) => tag === suggestion.tag)) chosen.push(suggestion);
  }
  return chosen.slice(0, most);
}

function typoOf(
  asked: string,
  ours: TagVersion | undefined,
  tag: string,
): { readonly tag: string; readonly far: number; readonly why: string } | undefined {
  if (readsLike(asked, tag)) return { tag, far: 0, why: "reads almost like it" };
  const theirs = tagVersion(tag);
  if (ours !== undefined && theirs !== undefined) {
    // 1.2 and 1.2.0, 2026-11-3 and 2026.11.3.
    const isSame = ours.suffix === theirs.suffix && compareNumbers(ours.numbers, theirs.numbers) === 0;
    return isSame ? { tag, far: 1, why: "is the same version, written another way" } : undefined;
  }
  // Between words one slip of the fingers; a digit more or less is another version.
  if (/\d/.test(asked + tag) || Math.min(asked.length, tag.length) < 4) return undefined;
  const far = distance(asked.toLowerCase(), tag.toLowerCase());
  return far <= (asked.length > 7 ? 2 : 1)
    ? { tag, far: 1 + far, why: "is one slip away from it" }
    : undefined;
}

/** The version before and the one after, of the same kind: a plain one for a plain one, `-alpine` for `-alpine`. */
function nearVersions(asked: string, tags: readonly string[]): readonly Suggestion[] {
  const ours = tagVersion(asked);
  if (ours === undefined) return [];
  const alike = tags
    .flatMap((tag) => {
      const parts = tagVersion(tag);
      return parts?.prefix === ours.prefix && parts.suffix === ours.suffix ? [{ tag, parts }] : [];
    })
    // A whole version says more than a moving one: 1.27.3 before 1.27.
    .sort(
      (a, b) =>
        compareNumbers(a.parts.numbers, b.parts.numbers) || a.parts.numbers.length - b.parts.numbers.length,
    );
  const before = alike.filter(({ parts }) => compareNumbers(parts.numbers, ours.numbers) < 0).at(-1);
  const after = alike.filter(({ parts }) => compareNumbers(parts.numbers, ours.numbers) > 0).at(-1);
  const newest = after === undefined ? [] : [{ tag: after.tag, is: "near" as const, why: "is the newest" }];
  if (before === undefined) return newest;
  const why = newest.length === 0 ? "is the newest" : "is the newest before it";
  return [{ tag: before.tag, is: "near", why }, ...newest];
}
