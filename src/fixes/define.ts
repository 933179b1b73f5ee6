// The shape of a fix: what it needs, and which objects would be what afterwards. A fix reads and computes; showing,
// asking, writing and taking back are the same for all and happen in src/mend.

import type { Json } from "../cluster/objects-fields.js";
import type { ObjectRef } from "../cluster/resources.js";
import type { RegistryEntry } from "../model/objects.js";
import type { Effect, Finding } from "../model/report.js";

/** An object that a finding stops: a controller at the top, or a pod without one. */
export interface Stopped {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Asked {
  readonly finding: Finding;
  /** Of the finding's workloads those that were asked for; never empty. */
  readonly stopped: readonly Stopped[];
  /** Of the remedy, and of `--with`, which comes last. */
  readonly values: Readonly<Record<string, string>>;
}

/** What a credential is wanted for. */
export interface CredentialRequest {
  /** `ghcr.io`, `docker.io`. */
  readonly registry: string;
}

/** One login, and where it came from: `docker config of this machine`. */
export interface FoundCredential {
  readonly login: Pick<RegistryEntry, "username" | "password">;
  readonly from: string;
}

export interface PlanWorld {
  readonly now: Date;
  /** Undefined: it is not there. Throws ToolError `fix-cannot-read` when that cannot be told. */
  read(ref: ObjectRef): Promise<Json | undefined>;
  /** All of a kind in a namespace. Throws ToolError `fix-cannot-read`. */
  list(kind: string, namespace: string): Promise<readonly Json[]>;
  /** Throws ToolError `credential-missing` when none is at hand. */
  credential(request: CredentialRequest): Promise<FoundCredential>;
}

export type Change =
  /** `before` is what was read; the patch is computed from the difference. */
  | { readonly is: "edit"; readonly ref: ObjectRef; readonly before: Json; readonly after: Json }
  | { readonly is: "create"; readonly ref: ObjectRef; readonly object: Json }
  /** Something else makes it again: a pod of a controller. */
  | { readonly is: "delete"; readonly ref: ObjectRef; readonly before: Json }
  /** Deleted and made again, because what changes in it is immutable; `why` names it. */
  | {
      readonly is: "remake";
      readonly ref: ObjectRef;
      readonly before: Json;
      readonly after: Json;
      /** The present object as its maker would send it: what a copy is made of. */
      readonly was: Json;
      readonly why: string;
    };

/** What is to be asked of the registry before anything is changed. */
export interface ImageToCheck {
  readonly image: string;
  /** Secrets as they will be; absent: those that the pods name now. */
  readonly secrets?: readonly Json[];
  /** It has to exist for each of these; absent: for the nodes that the pods are on. */
  readonly architectures?: readonly string[];
}

export interface Plan {
  /** In the order in which they are made. */
  readonly changes: readonly Change[];
  readonly images: readonly ImageToCheck[];
  /** What the reader should know before saying yes: one line each. */
  readonly notes: readonly string[];
  /** What only somebody else can do, with the facts to hand over; the `tell` fix. */
  readonly words?: readonly string[];
}

/** A right that a fix may need, as a role grants it. */
export interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

export interface Fix {
  /** One of `fixIds` in src/causes/fix-ids.ts. */
  readonly id: string;
  readonly title: string;
  /** The most that it does; what a plan really does is told from its changes. */
  readonly effect: Effect;
  /** Values without which it cannot be planned, and what they are. */
  readonly needs: Readonly<Record<string, string>>;
  /** Values that it heeds where they are given, and what they are; absent: none. */
  readonly takes?: Readonly<Record<string, string>>;
  /** Everything that some plan of it may need. */
  readonly rights: readonly Grant[];
  /** Throws ToolError `fix-not-possible` with what to do instead. */
  readonly plan: (asked: Asked, world: PlanWorld) => Promise<Plan>;
}

/** Checks nothing at run time; gives a fix file its types. */
export const defineFix = (fix: Fix): Fix => fix;
