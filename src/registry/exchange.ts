// What was asked and what came of it: the record behind each sentence about a registry.

import type { DialFacts, DialStage } from "./dial.js";
import type { RegistryError } from "./registry-errors.js";

/** What a request was for. */
export type Purpose = "api" | "token" | "manifest" | "config" | "blob" | "tags" | "referrers" | "search";

/** One request and its answer. No header, no body, no login: what they told is in the outcome. */
export interface Exchange {
  readonly purpose: Purpose;
  readonly method: string;
  /** Without query values that could be secret. */
  readonly url: string;
  readonly sent: "nothing" | "user and password" | "a token";
  /** Absent when no answer came; then `failed` says why. */
  readonly status?: number;
  readonly failed?: string;
  readonly ms: number;
  readonly at: Date;
}

/** Why there is no value. `stage` is where it ended; `facts` what the connection showed until then. */
export interface Failure {
  readonly stage: DialStage | Purpose | "reference" | "platform";
  /**
   * `unreachable`: no HTTP answer, see `code`. `status`: an HTTP answer that says no. `intercepted`: an answer that no
   * registry gives. `refused`: we did not ask, for safety. `stopped`: we ended the wait, by the deadline or Ctrl-C.
   * `too-large`: more bytes than we read. `unreadable`: the body is
   * not what it should be.
   */
  readonly is: "unreachable" | "status" | "intercepted" | "refused" | "stopped" | "too-large" | "unreadable";
  readonly why: string;
  /** Node's, OpenSSL's or undici's code. */
  readonly code?: string;
  readonly status?: number;
  /** What had been sent to say who asks; absent when no answer came. */
  readonly sent?: Exchange["sent"];
  readonly errors: readonly RegistryError[];
  /** When it may be asked again, from Retry-After. */
  readonly retryAt?: Date;
  readonly facts: DialFacts;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

const openParameters: ReadonlySet<string> = new Set(["service", "scope", "n", "last", "ns", "artifactType"]);

/** An address as it is shown: signed storage URLs carry secrets in their queries. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  for (const name of [...shown.searchParams.keys()]) {
    if (!openParameters.has(name)) shown.searchParams.set(name, "hidden");
  }
  return shown.href.length > 500 ? `${shown.href.slice(0, 500)}…` : shown.href;
}
