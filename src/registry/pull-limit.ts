// The pull limit that Docker Hub reports on manifest answers, HEAD included.
// https://docs.docker.com/docker-hub/usage/pulls/

import type { WireAnswer } from "./wire.js";

/** `left` and `limit` count pulls, `windowSeconds` is the width of the sliding window. */
export interface PullLimit {
  readonly limit: number;
  readonly left: number;
  readonly windowSeconds: number;
  /** Whom it is counted for: an address or an account's id. */
  readonly countedFor?: string;
}

/** Undefined when the headers are absent, as for accounts without a limit, or unreadable. */
export function pullLimit(answer: Pick<WireAnswer, "headers">): PullLimit | undefined {
  const limit = counted(answer.headers.get("ratelimit-limit")?.[0]);
  const left = counted(answer.headers.get("ratelimit-remaining")?.[0]);
  if (limit === undefined || left === undefined) return undefined;
  const countedFor = answer.headers.get("docker-ratelimit-source")?.[0]?.slice(0, 100);
  return {
    limit: limit.count,
    left: left.count,
    windowSeconds: limit.windowSeconds,
    ...(countedFor === undefined ? {} : { countedFor }),
  };
}

/** `100;w=21600`. */
function counted(value: string | undefined): { count: number; windowSeconds: number } | undefined {
  const match = /^(\d{1,9})\s*;\s*w=(\d{1,9})$/.exec(value ?? "");
  return match === null ? undefined : { count: Number(match[1]), windowSeconds: Number(match[2]) };
}
