// What was seen, where, and from which vantage point; and what it lets us say.

/** The kind of thing that was looked at. */
export type EvidenceSource =
  | "event"
  | "status"
  | "pod"
  | "secret"
  | "service-account"
  | "node"
  | "workload"
  | "message"
  | "log"
  | "registry"
  | "rule";

/** One thing seen. A claim without one of these is not made. */
export interface Evidence {
  readonly source: EvidenceSource;
  /** The object, file or request that was looked at: `pod/checkout-2xk4p`, `secret/regcred in shop`. */
  readonly where: string;
  /** What it shows, in our words: one clause, lower case, no full stop. */
  readonly shows: string;
  /** The other program's own words, exact; shown quoted and made inert by the renderers. */
  readonly quote?: string;
  /** The vantage point: `the API server of prod-eu`, `file describe.txt`, `the text given`. */
  readonly from: string;
  /** What a registry answered. */
  readonly status?: number;
  /** How often and when, for events: count, first and last sight. */
  readonly count?: number;
  readonly firstAt?: Date;
  readonly lastAt?: Date;
}

export type SomeEvidence = readonly [Evidence, ...Evidence[]];

/** What can be said of a cause. `missing` names what would settle it. */
export type Verdict =
  | { readonly is: "confirmed"; readonly evidence: SomeEvidence }
  | { readonly is: "likely"; readonly evidence: SomeEvidence; readonly missing: string }
  | { readonly is: "ruled-out"; readonly evidence: SomeEvidence }
  | { readonly is: "unknown"; readonly missing: string };

export type VerdictName = Verdict["is"];
