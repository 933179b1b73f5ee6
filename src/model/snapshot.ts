// Everything that was gathered before anything is judged, whether from a live cluster, from
// files or from one pasted line; and, as important, what could not be read.

import type { ClusterNode, KubeEvent, Pod, PullSecret, ServiceAccount, Workload } from "./objects.js";

/** What may have been read or not. */
export type Readable = "pods" | "events" | "secrets" | "serviceaccounts" | "nodes" | "workloads";

/** Something asked for that did not come. `namespace` absent: in the whole cluster. */
export interface Unread {
  readonly what: Readable | "file" | "logs";
  readonly namespace?: string;
  /** For files: where. */
  readonly name?: string;
  /** `403 Forbidden: secrets is forbidden: User "dev" cannot list ...`; one line. */
  readonly why: string;
  /** True when the lack only makes answers poorer, false when it may hide a failing pod. */
  readonly isMinor: boolean;
}

/** A message that came without its pod: pasted, or a line of a log or of an events table. */
export interface LooseMessage {
  readonly text: string;
  readonly where: string;
  readonly image?: string;
  readonly waitingReason?: string;
  readonly at?: Date;
  /** The pod it speaks of, when the text names one. */
  readonly pod?: { readonly namespace: string; readonly name: string };
}

/** An earlier sight of a pod (a watch stream, an older dump), oldest first in `Snapshot.earlier`. */
export interface EarlierPod {
  readonly at: Date;
  readonly pod: Pod;
  /** True when the pod was deleted at that time. */
  readonly isGone?: boolean;
}

/** The whole input of judging. It is plain data: same snapshot, same report. */
export interface Snapshot {
  /** Who says so: `the API server of prod-eu`, `file describe.txt`; objects may override by `origin`. */
  readonly from: string;
  /** Context or cluster name; absent for files that do not tell. */
  readonly cluster?: string;
  readonly serverVersion?: string;
  /** The present moment of the evidence: the clock for a cluster, the newest time seen in files. */
  readonly at: Date;
  readonly isLive: boolean;
  readonly pods: readonly Pod[];
  readonly earlier: readonly EarlierPod[];
  readonly events: readonly KubeEvent[];
  readonly secrets: readonly PullSecret[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly nodes: readonly ClusterNode[];
  readonly workloads: readonly Workload[];
  readonly messages: readonly LooseMessage[];
  /**
   * Lists that were read to the end. `namespace` absent: cluster-wide. Only when `secrets` of a
   * namespace is here does the absence of a Secret mean that it is missing.
   */
  readonly complete: readonly { readonly what: Readable; readonly namespace?: string }[];
  readonly unread: readonly Unread[];
  /** Where an object came from when not from `from`, keyed by the object itself. */
  readonly origin: ReadonlyMap<object, string>;
  /** Requests made, for the summary line; 0 for files. */
  readonly questions: number;
  readonly podsLookedAt: number;
  readonly workloadsLookedAt: number;
}
