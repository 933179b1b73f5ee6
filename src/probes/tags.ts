// The tags of a repository, page by page within bounds: a registry may have millions, and one may lie about having more.

import { listTags } from "../registry/client.js";
import type { Failure, Outcome } from "../registry/exchange.js";
import type { Answered, Session } from "../registry/session.js";

export interface TagBounds {
  /** Default 20. */
  readonly maxPages?: number;
  /** Default 10,000. */
  readonly maxTags?: number;
  /** `n=` of the first page; default 1,000. */
  readonly pageSize?: number;
}

export interface TagsAnswer {
  /** In the registry's order, each once; [] when there are none or the first page failed. */
  readonly tags: readonly string[];
  /** False: a bound or a failure ended the list before its end. */
  readonly isComplete: boolean;
  /** What ended it, when it was neither the end nor a bound. */
  readonly failure?: Failure;
}

/** `greeting`: what `/v2/` answered before. */
export async function askTags(
  session: Session,
  greeting: Outcome<Answered>,
  repository: string,
  { maxPages = 20, maxTags = 10_000, pageSize = 1_000 }: TagBounds = {},
): Promise<TagsAnswer> {
  if (!greeting.ok) return { tags: [], isComplete: false, failure: greeting.failure };
  const tags = new Set<string>();
  const pages = new Set<string>();
  let next: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const got = await listTags(session, repository, next === undefined ? { pageSize } : { next });
    if (!got.ok) return { tags: [...tags], isComplete: false, failure: got.failure };
    for (const tag of got.value.tags) if (tags.size < maxTags) tags.add(tag);
    next = got.value.next;
    if (next === undefined) return { tags: [...tags], isComplete: tags.size < maxTags };
    // A page that leads to one before it has no end.
    if (tags.size >= maxTags || pages.has(next)) break;
    pages.add(next);
  }
  return { tags: [...tags], isComplete: false };
}
