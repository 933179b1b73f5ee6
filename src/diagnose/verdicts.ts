// A verdict with more evidence: surer by it, or less sure.

import type { Evidence, SomeEvidence, Verdict } from "../model/evidence.js";

/** As sure as before. Nothing is added to what is not known. */
export function withEvidence(verdict: Verdict, ...more: readonly Evidence[]): Verdict {
  return verdict.is === "unknown" ? verdict : { ...verdict, evidence: joined(verdict.evidence, more) };
}

/** Confirmed by what is added. `verdict` absent: by that alone. */
export function sure(verdict: Verdict | undefined, ...more: readonly Evidence[]): Verdict {
  const seen = verdict === undefined || verdict.is === "unknown" ? [] : verdict.evidence;
  const [first, ...rest] = [...seen, ...more];
  return first === undefined
    ? { is: "unknown", missing: "any evidence" }
    : { is: "confirmed", evidence: joined([first], rest) };
}

/** Likely at most: what is added speaks for an end of the trouble. */
export function lessSure(verdict: Verdict, evidence: Evidence): Verdict {
  if (verdict.is === "unknown") return verdict;
  const missing = "what the node's next try is answered";
  return { is: "likely", evidence: joined(verdict.evidence, [evidence]), missing };
}

function joined([first, ...rest]: SomeEvidence, more: readonly Evidence[]): SomeEvidence {
  return [first, ...new Set([...rest, ...more].filter((one) => one !== first))];
}
