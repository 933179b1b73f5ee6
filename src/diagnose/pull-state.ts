// How a pull stands, told from its status and its events: it fails, hangs, has ended, or works.

import type { Pod } from "../model/objects.js";
import type { PullState, Said } from "../model/pull.js";
import { type Episode, pullReasons } from "./episodes.js";

/** A pull that has neither failed nor ended is worth a word after this long. */
const slowAfterMs = 120_000;

export interface Told {
  readonly state: PullState | "works";
  readonly since?: Date;
  readonly endedAt?: Date;
}

/** How one container and image stands; `goneAt` is set for a pod that no longer exists. */
export function stateOf(episode: Episode, said: readonly Said[], goneAt: Date | undefined, now: Date): Told {
  const { container, pod } = episode;
  const failed = said.some(
    ({ reading }) => reading.cause !== "not-image-pull" && reading.cause !== "unknown",
  );
  const began = episode.firstFailureAt ?? episode.pullingAt ?? pod.startedAt ?? pod.createdAt;
  const since = began ? { since: began } : {};
  const state = container?.state;

  if (goneAt !== undefined) {
    const unfinished =
      episode.pullingAt !== undefined && !isAfter(episode.pulledAt, episode.pullingAt, goneAt);
    const endsBadly = failed || unfinished || (state?.is === "waiting" && pullReasons.has(state.reason));
    return endsBadly ? { state: "ended", endedAt: goneAt, ...since } : { state: "works" };
  }
  if (!episode.isCurrent) return { state: "ended", endedAt: endOfOld(episode) ?? now, ...since };
  if (episode.containerKind === "sandbox") return sandboxState(episode, failed, since, now);
  if (isTurnedAway(pod)) return { state: "failing", ...since };
  if (state === undefined) {
    if (episode.containerKind === "image-volume" || pod.containers.length === 0 || failed) {
      return failed && !recovered(episode) ? { state: "failing", ...since } : { state: "works" };
    }
    return waitingState(episode, failed, since, now);
  }
  if (state.is === "waiting") {
    if (pullReasons.has(state.reason)) return { state: "failing", ...since };
    if (state.reason === "CrashLoopBackOff") return crashState(episode, said, failed, since);
    return waitingState(episode, failed, since, now);
  }
  if (state.is === "terminated" && saysExecFormat(said)) return { state: "starts-wrong", ...since };
  if (failed) return { state: "ended", endedAt: episode.pulledAt ?? startOf(container) ?? now, ...since };
  return { state: "works" };
}

/** Refused or evicted for a full disk before any container was reported on: its image had no room. */
export const isTurnedAway = (pod: Pod): boolean =>
  pod.phase === "Failed" &&
  pod.reason === "Evicted" &&
  /DiskPressure/.test(pod.message ?? "") &&
  pod.containers.every((container) => container.state === undefined);

/** Waiting without a pull reason: the status lags, the pull hangs, or all is well. */
function waitingState(episode: Episode, failed: boolean, since: { since?: Date }, now: Date): Told {
  if (failed && !recovered(episode)) return { state: "failing", ...since };
  if (failed) {
    // Pulled at last, and still not created: the words about the image are the reason to look at.
    const isStuck =
      episode.container?.state?.is === "waiting" && /^Create|^Run/.test(episode.container.state.reason);
    if (isStuck) return { state: "failing", ...since };
    return { state: "ended", ...(episode.pulledAt ? { endedAt: episode.pulledAt } : {}), ...since };
  }
  const waits = episode.pullingAt !== undefined && !recovered(episode);
  if (waits && episode.pullingAt && now.getTime() - episode.pullingAt.getTime() >= slowAfterMs) {
    return { state: "slow", since: episode.pullingAt };
  }
  return { state: "works" };
}

function crashState(episode: Episode, said: readonly Said[], failed: boolean, since: { since?: Date }): Told {
  if (saysExecFormat(said)) return { state: "starts-wrong", ...since };
  if (failed) return { state: "ended", ...(episode.pulledAt ? { endedAt: episode.pulledAt } : {}), ...since };
  return { state: "works" };
}

function sandboxState(episode: Episode, failed: boolean, since: { since?: Date }, now: Date): Told {
  if (!failed) return { state: "works" };
  const started = episode.pod.containers.map(startOf).find((at) => at !== undefined);
  const later = started ?? (episode.pod.phase === "Running" ? now : undefined);
  return later === undefined ? { state: "failing", ...since } : { state: "ended", endedAt: later, ...since };
}

const saysExecFormat = (said: readonly Said[]): boolean =>
  said.some(({ reading }) => reading.cause === "platform-mismatch" && reading.stage === "start");

const startOf = (container: Episode["container"]): Date | undefined =>
  container?.state?.is === "running" || container?.state?.is === "terminated"
    ? container.state.startedAt
    : undefined;

const recovered = (episode: Episode): boolean =>
  episode.pulledAt !== undefined &&
  (episode.lastFailureAt === undefined || episode.pulledAt >= episode.lastFailureAt) &&
  (episode.pullingAt === undefined || episode.pulledAt >= episode.pullingAt);

const isAfter = (at: Date | undefined, begin: Date, end: Date): boolean =>
  at !== undefined && at >= begin && at <= end;

const endOfOld = (episode: Episode): Date | undefined => episode.lastFailureAt;
