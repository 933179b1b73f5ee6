// What `diagnose` answers. `docs/schema/v1.json` describes the JSON form; fields are only ever
// added within version 1. Absent means not known; empty means none.

import type { Evidence, VerdictName } from "./evidence.js";
import type { Stage } from "./reading.js";

/** What a change would do to the cluster. */
export type Effect = "none" | "restarts-pods" | "writes-secret" | "deletes-pods";

/** What to do about a finding: the fix's id with its values, and lines ready to copy. */
export interface Remedy {
  /** Id of a fix: `set-image`, `create-pull-secret`, `tell`... */
  readonly fix: string;
  /** What it does, for a person: one clause. */
  readonly what: string;
  readonly with: Readonly<Record<string, string>>;
  readonly effect: Effect;
  /** Whole commands, one each, unwrapped. `<...>` marks what only the reader can fill in. */
  readonly commands: readonly string[];
}

export interface FindingWorkload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Pods of it that this finding stops. */
  readonly pods: number;
  /** All pods of it that were seen. Absent when only the failing ones were read. */
  readonly podsSeen?: number;
  /** True when no pod of it runs; absent when that was not read. */
  readonly isDown?: boolean;
  readonly managedBy?: readonly {
    readonly tool: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  /** The image that ran before, and the revision it belongs to. */
  readonly lastGoodImage?: string;
  readonly lastGoodRevision?: number;
}

/** How far the trouble reaches, by comparison with what works. */
export interface Scope {
  readonly is: "image" | "registry" | "credential" | "node" | "unknown";
  /** The comparison that says so: `4 other images of registry.example.com run`. */
  readonly why: string;
}

/** The kubelet's next try by the back-off arithmetic. */
export interface Retry {
  readonly nextAt?: Date;
  /** The longest wait between two tries; absent while the wait still grows. */
  readonly everySeconds?: number;
  /** Why no time can be given, or what else to know. */
  readonly why: string;
  /** How to make it try now. */
  readonly commands: readonly string[];
}

export interface Finding {
  /** Stable within one cluster state: cause, image and workloads hashed. */
  readonly id: string;
  /** Id of the cause, or `unknown` when several remain open. */
  readonly cause: string;
  /** The broader cause that this one refines. */
  readonly parent?: string;
  readonly verdict: VerdictName;
  readonly title: string;
  /** Two or three sentences with the values of this case. */
  readonly summary: string;
  readonly stage?: Stage;
  readonly image: string;
  /** Other images with the same reason, when the reason is the registry, the node or the secret. */
  readonly images: readonly string[];
  readonly registry?: string;
  readonly host?: string;
  readonly workloads: readonly FindingWorkload[];
  readonly pods: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly container: string;
    readonly containerKind: string;
    readonly node?: string;
    readonly reason: string;
  }[];
  readonly scope: Scope;
  readonly since?: Date;
  /** Set when the cause has ended: it is told, and does not set exit code 1. */
  readonly endedAt?: Date;
  readonly retry?: Retry;
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly { readonly cause: string; readonly why: string }[];
  /** The causes that remain, when the verdict is `unknown` or a neighbour cannot be excluded. */
  readonly open: readonly { readonly cause: string; readonly why: string }[];
  readonly notChecked: readonly string[];
  /** Commands that would settle what is open. */
  readonly settle: readonly string[];
  readonly remedies: readonly Remedy[];
  /** How to see that it is mended. */
  readonly verify: readonly string[];
}

export interface Report {
  readonly schema: "https://pulldoctor.dev/schema/v1.json";
  readonly version: string;
  readonly cluster?: string;
  readonly from: string;
  readonly at: Date;
  readonly findings: readonly Finding[];
  /** True when everything asked for could be read. */
  readonly complete: boolean;
  readonly notRead: readonly { readonly what: string; readonly why: string }[];
  readonly podsLookedAt: number;
  readonly workloadsLookedAt: number;
  readonly questions: number;
  /** What was asked of registries; absent when none was asked. */
  readonly registries?: {
    /** The vantage point: `this machine`. */
    readonly from: string;
    readonly requests: number;
    /** Questions that were left out: there were too many, or the time was over. */
    readonly left: number;
  };
}
