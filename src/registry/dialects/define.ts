// The shape of a registry dialect: how one product departs from the distribution specification, as fields.

import type { MessageCause } from "../../model/reading.js";
import type { RegistryFamily } from "../../model/registry-family.js";

export const situations = [
  "missing-repository",
  "private-repository",
  "wrong-login",
  "ended-login",
  "no-right",
  "missing-tag",
  "limit",
  "forbidden-here",
  "policy",
] as const;
export type Situation = (typeof situations)[number];

/** What a situation looks like to somebody who asks for a manifest. */
export interface Look {
  readonly situation: Situation;
  readonly asker: "nobody" | "somebody";
  /** Where the refusal comes: from the token server, or from the registry itself. */
  readonly at: "token" | "manifest";
  readonly status: number;
  /** `CODE: message`, in the server's words; "" where only the status speaks. */
  readonly says: string;
  /** `recorded`: came off a real system, see `after` for product, version and date. `constructed`: written after a source. */
  readonly is: "recorded" | "constructed";
  readonly after: string;
}

export interface Dialect {
  readonly id: string;
  /** As it is called in sentences. */
  readonly title: string;
  /** Absent: hosts do not tell, see `signs`. */
  readonly family?: RegistryFamily;
  /** `host` in lower case, without port. */
  readonly speaksFor: (host: string) => boolean;
  /** What shows the product in an answer, where the host does not: a header, or the service of a Bearer challenge. */
  readonly signs?: {
    readonly headers?: readonly string[];
    readonly service?: string;
    readonly server?: RegExp;
  };
  /** Who cannot tell a private repository from a missing one. */
  readonly hidesFrom: "nobody" | "strangers" | "everyone";
  /** False: a missing repository is reported as a missing manifest, and only the list of tags tells. */
  readonly tellsRepository: boolean;
  /** True where the token server refuses a login without the right in the words for a wrong one. */
  readonly judgesRightsAtToken?: boolean;
  /** True where a 403 to a stranger is a network rule, not a missing login. */
  readonly isFirewalled?: boolean;
  /** Refusals that mean a wrong login although their status says otherwise; `said` is in lower case. */
  readonly isWrongLogin?: (at: {
    readonly stage: string;
    readonly status: number;
    readonly said: string;
  }) => boolean;
  /** Refusals whose words tell more than their status does; `said` is tried on lower case. The first that fits counts. */
  readonly words?: readonly {
    readonly said: RegExp;
    readonly cause: MessageCause;
    /** What it says alike. */
    readonly also?: readonly MessageCause[];
  }[];
  /** Where pulls are counted, with `ratelimit-*` headers on manifest answers. */
  readonly tellsLimit?: {
    /** Repositories that everybody may have. */
    readonly isOpen: (repository: string) => boolean;
    /** An image that is kept for asking what is left. */
    readonly image: string;
  };
  /** What to sign in with, as a noun. */
  readonly signIn: string;
  /** How long its passwords last when they end by themselves. */
  readonly passwordHours?: number;
  readonly looks: readonly Look[];
  readonly read: readonly string[];
}

export const defineDialect = (dialect: Dialect): Dialect => dialect;

/** The rows of one source, for a dialect's `looks`. */
export const constructed =
  (after: string) =>
  (situation: Situation, asker: Look["asker"], at: Look["at"], status: number, says: string): Look => ({
    situation,
    asker,
    at,
    status,
    says,
    is: "constructed",
    after,
  });

/** As `constructed`, for what came off a real system. */
export const recorded =
  (after: string) =>
  (situation: Situation, asker: Look["asker"], at: Look["at"], status: number, says: string): Look => ({
    situation,
    asker,
    at,
    status,
    says,
    is: "recorded",
    after,
  });
