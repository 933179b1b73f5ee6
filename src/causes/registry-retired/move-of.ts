// Which row of the moves speaks of a reference, and what the reference would be called now.

import semver from "semver";
import type { Reference } from "../../model/reference.js";
import { type Move, moves } from "./moves.js";

/** The most exact row about this reference at this time; `undefined` when none is. */
export function moveOf(reference: Reference, at: Date, rows: readonly Move[] = moves): Move | undefined {
  const name = `${reference.registry}/${reference.repository}`;
  return rows
    .filter(({ from }) => name === from || name.startsWith(`${from}/`))
    .filter(({ since }) => since === undefined || at.getTime() >= Date.parse(since))
    .filter(({ tags }) => concerns(tags, reference))
    .sort((a, b) => b.from.length - a.from.length)[0];
}

function concerns(tags: Move["tags"], { tag, digest }: Reference): boolean {
  if (tags === "all") return true;
  if (digest !== undefined) return tags === "versions";
  if (tags === "versions") return /\d/.test(tag ?? "");
  const version = semver.coerce(tag ?? "");
  return version !== null && semver.gte(version, tags.from);
}

/** The whole name under which the image lives now. `undefined`: names do not carry over. */
export function movedName(reference: Reference, { from, to }: Move): string | undefined {
  if (to === undefined) return undefined;
  const name = `${reference.registry}/${reference.repository}`;
  const rest = reference.digest === undefined ? `:${reference.tag ?? "latest"}` : `@${reference.digest}`;
  return `${to}${name.slice(from.length)}${rest}`;
}
