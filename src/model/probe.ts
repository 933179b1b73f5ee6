// What registries answered when they were asked, as plain data: who asked, for what, and what came of it. No login, no
// body and no opinion.

import type { Evidence } from "./evidence.js";
import type { MessageCause } from "./reading.js";

/** Whose credentials went along. Names only. */
export type AskedAs =
  | { readonly is: "nobody" }
  | {
      readonly is: "secret";
      readonly namespace: string;
      readonly secret: string;
      /** The registry key of the secret, as written. */
      readonly key: string;
      readonly username: string;
    };

export type ImageAnswer =
  | {
      readonly is: "there";
      readonly digest?: string;
      /** What it offers; absent when only its existence was asked for. */
      readonly platforms?: readonly string[];
      /** The platforms of nodes that it has nothing for; absent when that was not asked. */
      readonly misfits?: readonly string[];
      /** Pulls left to whoever asked, where the registry counts them and says so. */
      readonly limit?: { readonly left: number; readonly limit: number };
    }
  /** The registry answered, and gives no image. `also`: causes for which it answers alike. */
  | { readonly is: "no"; readonly cause: MessageCause; readonly also: readonly MessageCause[] }
  /** No registry's answer came; that is about the way from here, not about the way from a node. */
  | { readonly is: "unreachable"; readonly cause: MessageCause }
  /** Not asked, or not answered in time. */
  | { readonly is: "unasked"; readonly why: string };

interface Asked {
  readonly registry: string;
  readonly repository: string;
  readonly as: AskedAs;
  readonly evidence: Evidence;
}

export interface ImageProbe extends Asked {
  /** A tag, or a digest. */
  readonly reference: string;
  readonly answer: ImageAnswer;
}

export interface TagsProbe extends Asked {
  /** Absent: the list was not given; `why` says it. */
  readonly tags?: readonly string[];
  /** False when the list was longer than what was read of it. */
  readonly isWhole: boolean;
  readonly why: string;
  /** The registry said that there is no such repository. */
  readonly isMissing: boolean;
}

/** One stage of the way to a registry, asked from inside the cluster. */
export interface WayStage {
  readonly stage: "dns" | "tcp" | "tls" | "api" | "mirrors";
  readonly is: "passed" | "failed" | "unasked";
  /** The program that answered: `curl`; absent: none there could. */
  readonly tool?: string;
  readonly shows: string;
  readonly cause?: MessageCause;
  readonly status?: number;
}

/** The way to one registry's host as a pod or a node goes it. */
export interface WayProbe {
  readonly registry: string;
  /** `pod/pulldoctor-x1 on node-a`, `node node-a`. */
  readonly from: string;
  readonly node?: string;
  /** A pod has another resolver and often another way out than its node. */
  readonly is: "pod" | "node";
  readonly stages: readonly WayStage[];
  /** Why nothing could be asked from there; then there are no stages. */
  readonly why?: string;
}

export interface Probes {
  /** The vantage point: `this machine`. */
  readonly from: string;
  readonly images: readonly ImageProbe[];
  readonly tags: readonly TagsProbe[];
  /** From inside the cluster; absent when that was not asked for. */
  readonly ways?: readonly WayProbe[];
  /** Requests that were sent. */
  readonly requests: number;
  /** Questions that were left out, because there were too many or the time was over. */
  readonly left: number;
}

/** Two askers are one when the same secret's entry speaks for them. */
export const askerKey = (as: AskedAs): string =>
  as.is === "nobody" ? "" : JSON.stringify([as.namespace, as.secret, as.key, as.username]);
