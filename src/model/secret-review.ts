// What `pulldoctor secrets` answers: every pull secret in reach, what it is for, who uses it, and what it opens.

import type { Evidence } from "./evidence.js";

export interface SecretReview {
  readonly version: string;
  readonly cluster?: string;
  readonly at: Date;
  readonly secrets: readonly ReviewedSecret[];
  /** Pods that run from what their nodes hold and would not be pulled again. */
  readonly latent: readonly LatentFailure[];
  readonly complete: boolean;
  readonly notRead: readonly { readonly what: string; readonly why: string }[];
  readonly podsLookedAt: number;
  /** What was asked of registries; absent when none was asked. */
  readonly registries?: { readonly from: string; readonly requests: number; readonly left: number };
}

export interface ReviewedSecret {
  readonly namespace: string;
  readonly name: string;
  /** Absent: there is no such secret, and something names it. */
  readonly type?: string;
  readonly entries: readonly ReviewedEntry[];
  readonly users: readonly SecretUser[];
  /** Pods that name it, in all. */
  readonly pods: number;
  /** Who writes it anew, such as `ExternalSecret harbor`. */
  readonly keptBy?: string;
  readonly remarks: readonly Remark[];
}

/** One registry key of a secret. */
export interface ReviewedEntry {
  /** As written. */
  readonly key: string;
  readonly username: string;
  /** `Harbor robot`, `Amazon ECR login`; `user` when nothing tells. */
  readonly kind: string;
  readonly endsAt?: Date;
  /** How the end is known: `an ECR authorization token lives at most 12 h`; absent: the login says so itself. */
  readonly endsBy?: string;
  /** Images of its users that it is for; a few of them were tried. */
  readonly images: number;
  readonly tried: readonly Trial[];
}

export interface Trial {
  readonly image: string;
  /** `unknown`: the registry could not be asked, or did not say. */
  readonly is: "opens" | "refused" | "image-missing" | "unknown";
  readonly evidence: Evidence;
}

export interface SecretUser {
  readonly kind: string;
  readonly name: string;
  readonly through: "pod" | "service-account";
  /** The ServiceAccount, where it is one. */
  readonly account?: string;
}

const remarkIds = [
  "missing",
  "wrong-type",
  "malformed",
  "empty",
  "expired",
  "ends-soon",
  "literal-command",
  "whitespace",
  "encoded-twice",
  "refused",
  "wrong-host",
  "unused",
  "shadowed",
  "duplicate",
] as const;

export interface Remark {
  readonly is: (typeof remarkIds)[number];
  /** `problem` stops pulls, now or at the next one; `warning` may; `note` is worth knowing. */
  readonly grade: "problem" | "warning" | "note";
  /** One clause, lower case, no full stop. */
  readonly text: string;
}

export interface LatentFailure {
  readonly namespace: string;
  /** `Deployment`, `checkout`; a pod alone stands for itself. */
  readonly kind: string;
  readonly name: string;
  readonly image: string;
  readonly cause: string;
  /** One clause. */
  readonly why: string;
  readonly evidence: Evidence;
}
