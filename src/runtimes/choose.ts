// Which of several readings stands for the message. Lines of a log: the last that names a cause.
// Attempts with several credentials: the one that came furthest. Mirrors and artifact attempts
// count only when the pull itself says nothing.

import type { Reading, ReadingCause } from "../model/reading.js";
import type { Branch } from "./sentence.js";

export interface Candidate {
  readonly branch: Branch | undefined;
  readonly reading: Reading;
}

/** How far a try came, by what stopped it: whoever is told that a tag is missing was let in. */
const furthest: readonly ReadingCause[] = [
  "blob-missing",
  "content-corrupt",
  "platform-mismatch",
  "manifest-unsupported",
  "tag-not-found",
  "digest-not-found",
  "rate-limited",
  "registry-unavailable",
  "policy-blocked",
  "access-denied",
  "repository-not-found",
  "credentials-expired",
  "credentials-rejected",
  "credentials-missing",
];

const hasCause = ({ reading }: Candidate): boolean => reading.verdict !== "unknown";

export function choose(candidates: readonly Candidate[]): Reading {
  const attempts = candidates.filter(({ branch }) => branch === "attempt");
  const beside = candidates.filter(({ branch }) => branch === "mirror");
  const own = candidates.filter(({ branch }) => branch === undefined || branch === "primary");
  const told =
    own.findLast(hasCause) ??
    furthestOf(attempts.filter(hasCause)) ??
    candidates.find((one) => one.branch === "side" && hasCause(one)) ??
    beside.find(hasCause) ??
    candidates.find(({ reading }) => reading.cause === "unknown" && reading.layers.length > 0) ??
    candidates.find(({ reading }) => reading.layers.length > 0) ??
    candidates[0];
  const reading: Reading = told?.reading ?? {
    cause: "not-image-pull",
    verdict: "unknown",
    also: [],
    layers: [],
  };
  const others = [...attempts, ...beside].map((one) => one.reading);
  return others.length < 2 && beside.length === 0 ? reading : { ...reading, attempts: others };
}

function furthestOf(attempts: readonly Candidate[]): Candidate | undefined {
  const rank = ({ reading }: Candidate): number => {
    const place = furthest.indexOf(reading.cause);
    return place < 0 ? furthest.length / 2 : place;
  };
  return [...attempts].sort((a, b) => rank(a) - rank(b))[0];
}
