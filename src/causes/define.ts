// The shape of a cause: what it is, when to suspect it, what would tell it apart, what to do.
// A cause without `judge` is decided by the message alone; one with `judge` needs more evidence
// and usually refines a `parent`.

import type { Evidence, SomeEvidence, Verdict } from "../model/evidence.js";
import type { Credential } from "../model/keyring.js";
import type { PullSecret, ServiceAccount, Workload } from "../model/objects.js";
import type { Probes } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import type { Stage } from "../model/reading.js";
import type { RegistryFamily } from "../model/registry-family.js";
import type { Remedy } from "../model/report.js";
import type { Snapshot } from "../model/snapshot.js";
import type { FixId } from "./fix-ids.js";

export const areas = {
  reference: "the image's name",
  auth: "credentials",
  limits: "limits",
  network: "the network",
  registry: "the registry",
  platform: "the platform",
  node: "the node",
  policy: "policy",
  time: "over time",
} as const satisfies Record<string, string>;

export type Area = keyof typeof areas;

/** A list that may not have been readable. `known` false: absence proves nothing. */
export interface Known<T> {
  readonly known: boolean;
  readonly items: readonly T[];
  /** Why it is not known; one line. */
  readonly why?: string;
}

/** What the kubelet would try for a pull, in its order, and with what it was computed. */
export interface KeyringAnswer {
  /** False when a named secret or the pod's secret list could not be read. */
  readonly known: boolean;
  readonly why?: string;
  /** Secrets named by the pod, in order; `secret` absent: not there (or not readable, see `known`). */
  readonly named: readonly {
    readonly name: string;
    readonly secret?: PullSecret;
    readonly isMissing: boolean;
  }[];
  readonly credentials: readonly (Credential & { readonly secretName: string })[];
}

/** Everything else that a cause may look at: the gathered snapshot, indexed. Pure. */
export interface Scene {
  readonly snapshot: Snapshot;
  readonly now: Date;
  /** Every pull of the snapshot, this one included. */
  readonly pulls: readonly Pull[];
  /** Containers that run or ran, with their image: what works, for comparison. */
  readonly working: readonly { readonly pull: Pull; readonly at?: Date }[];
  /** Pull secrets of a namespace (dockerconfigjson, dockercfg and lookalikes). */
  secretsIn(namespace: string): Known<PullSecret>;
  /** Pull secrets of every namespace that could be read. */
  readonly allSecrets: Known<PullSecret>;
  serviceAccount(namespace: string, name: string): ServiceAccount | undefined;
  keyring(pull: Pull): KeyringAnswer;
  /** How the registry of a pull behaves, by its host name and the user names sent to it. */
  family(pull: Pull): RegistryFamily;
  /** Repositories known to exist: images that ran or lie on a node, without tags. */
  readonly knownRepositories: ReadonlySet<string>;
  /** The credentials that one secret holds for this pull's image; [] when none matches. */
  opens(secret: PullSecret, pull: Pull): readonly Credential[];
  /** Older revisions of a workload, newest first, with the containers of their templates. */
  revisions(workload: Workload): readonly Workload[];
  from(object: object): string;
  /** What registries answered; absent when none was asked. */
  readonly probes?: Probes;
}

/** How a program words it, for the explain page. `by` is the program. */
export interface LooksLike {
  readonly by: "kubelet" | "containerd" | "cri-o" | "docker" | "podman" | "registry" | "kubectl";
  readonly text: string;
}

export interface Cause {
  readonly id: string;
  /** Lower case, no full stop, understandable alone: `tag does not exist`. */
  readonly title: string;
  /** One to three sentences: what is wrong, without any case's values. */
  readonly summary: string;
  readonly area: Area;
  /** The broader cause that this one refines; a function where it depends on the message. */
  readonly parent?: string | ((pull: Pull) => string | undefined);
  /** Where in the pull it happens, when the message does not say. */
  readonly stage?: Stage;
  readonly looksLike: readonly LooksLike[];
  readonly toldApart: readonly { readonly from: string; readonly how: string }[];
  /** What to do, for a person: short imperative lines; commands in backticks. */
  readonly mend: readonly string[];
  /** How to keep it from coming back; one line each. */
  readonly prevent: readonly string[];
  /** Ids of fixes that mend it. */
  readonly fixes: readonly FixId[];
  readonly read: readonly string[];
  /**
   * Speaks only when it has something to say: `undefined` means "not about me". Absent: the
   * cause is judged by the message's reading alone.
   */
  readonly judge?: (pull: Pull, scene: Scene) => Verdict | undefined;
  /** The summary with this case's values; absent: `summary` is used. */
  readonly tell?: (pull: Pull, scene: Scene) => string;
  readonly remedies?: (pull: Pull, scene: Scene) => readonly Remedy[];
  /** What would settle it when it stays open: whole commands. */
  readonly settle?: (pull: Pull, scene: Scene) => readonly string[];
}

/** Checks nothing at run time; gives a cause file its types. */
export const defineCause = (cause: Cause): Cause => cause;

export const confirmed = (first: Evidence, ...rest: Evidence[]): Verdict => ({
  is: "confirmed",
  evidence: [first, ...rest] satisfies SomeEvidence,
});

export const likely = (missing: string, first: Evidence, ...rest: Evidence[]): Verdict => ({
  is: "likely",
  evidence: [first, ...rest] satisfies SomeEvidence,
  missing,
});

export const ruledOut = (first: Evidence, ...rest: Evidence[]): Verdict => ({
  is: "ruled-out",
  evidence: [first, ...rest] satisfies SomeEvidence,
});

export const unknown = (missing: string): Verdict => ({ is: "unknown", missing });
