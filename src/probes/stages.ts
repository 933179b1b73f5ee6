// The stages of a pull as a probe walks them, and what each showed. A stage that was not reached says so.

import type { DialFacts } from "../registry/dial.js";
import type { Failure } from "../registry/exchange.js";

export const pathStages = [
  "reference",
  "place",
  "dns",
  "proxy",
  "tcp",
  "tls",
  "api",
  "token",
  "manifest",
  "platform",
  "config",
  "blob",
] as const;

export type PathStage = (typeof pathStages)[number];

/** `passed` and `failed` were asked; `unasked` was left out on purpose; `unreached` lies behind a failure. */
export interface StageAnswer {
  readonly stage: PathStage;
  readonly is: "passed" | "failed" | "unasked" | "unreached";
  readonly ms?: number;
  /** One clause, lower case, no full stop. */
  readonly shows: string;
}

/** Collects what stages showed, each once, and fills in the rest in order. */
export class Stages {
  readonly #seen = new Map<PathStage, StageAnswer>();

  pass(stage: PathStage, shows: string, ms?: number): void {
    if (!this.#seen.has(stage))
      this.#seen.set(stage, { stage, is: "passed", shows, ...(ms === undefined ? {} : { ms }) });
  }

  leave(stage: PathStage, shows: string): void {
    if (!this.#seen.has(stage)) this.#seen.set(stage, { stage, is: "unasked", shows });
  }

  fail(stage: PathStage, shows: string, ms?: number): void {
    this.#seen.set(stage, { stage, is: "failed", shows, ...(ms === undefined ? {} : { ms }) });
  }

  /** What a connection showed, up to where it came. */
  connection(facts: DialFacts, isTls: boolean): void {
    const { addresses, address, viaProxy, chain } = facts;
    if (addresses !== undefined)
      this.pass(
        "dns",
        listed(
          addresses.map((one) => one.address),
          4,
        ),
        facts.dnsMs,
      );
    if (viaProxy !== undefined && facts.tcpMs !== undefined) this.pass("proxy", viaProxy, facts.tcpMs);
    if (address !== undefined) this.pass("tcp", failedBefore(facts, address), facts.tcpMs);
    const [leaf] = chain ?? [];
    if (facts.tlsMs !== undefined && leaf !== undefined) {
      const until = Number.isNaN(leaf.validTo.getTime())
        ? ""
        : `, until ${leaf.validTo.toISOString().slice(0, 10)}`;
      this.pass("tls", `${facts.tlsVersion ?? "TLS"}, certificate by ${leaf.issuer}${until}`, facts.tlsMs);
    }
    if (!isTls && address !== undefined) this.leave("tls", "plain http, as configured");
  }

  failure(failure: Failure): void {
    const stage =
      failure.stage === "tags" || failure.stage === "referrers" || failure.stage === "search"
        ? "manifest"
        : failure.stage;
    this.fail(stage, failure.why);
  }

  /** Every stage in order: those after the first failure were not reached, the others were not asked. */
  list(): readonly StageAnswer[] {
    let hasFailed = false;
    return pathStages.flatMap((stage) => {
      const seen = this.#seen.get(stage);
      if (seen !== undefined) {
        hasFailed ||= seen.is === "failed";
        return [seen];
      }
      if (stage === "proxy" || stage === "place") return [];
      return [{ stage, is: hasFailed ? "unreached" : "unasked", shows: "" } as const];
    });
  }
}

function failedBefore({ failedAddresses }: DialFacts, address: string): string {
  if (failedAddresses === undefined || failedAddresses.length === 0) return address;
  const others = failedAddresses.map((one) => `${one.address}: ${one.code}`);
  return `${address}, after ${listed(others, 2)}`;
}

function listed(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
