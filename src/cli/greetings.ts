// How the registries in use answer this machine: asked within a time, as rows of `pulldoctor check`.

import type { RegistryInUse } from "../cluster/check-registries.js";
import { type Greeting, greetRegistry } from "../probes/greeting.js";
import type { Failure } from "../registry/exchange.js";
import type { PullLimit } from "../registry/pull-limit.js";
import type { Grade } from "./check-row.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";

/** Registry as images name it, to what it answered. */
export type Greetings = ReadonlyMap<string, Greeting>;

const bounds = {
  auto: { ms: 5_000, most: 20, limits: { dnsMs: 2_000, tcpMs: 2_000, tlsMs: 3_000, headersMs: 4_000 } },
  always: { ms: 30_000, most: 200, limits: {} },
} as const;

/** Undefined with `--probe=off`. Throws ToolError as `askerBy`. */
export async function greetRegistries(
  registries: readonly RegistryInUse[],
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Greetings | undefined> {
  const when = flags.text("probe") ?? "auto";
  if (when === "off") return undefined;
  const named = registries.filter(({ samples }) => samples.length > 0);
  const greetings = new Map<string, Greeting>();
  if (named.length === 0) return greetings;
  const { ms, most, limits } = when === "always" ? bounds.always : bounds.auto;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ms)]);
  const { askerBy } = await import("./asking-registries.js");
  const asker = await askerBy(flags, io, { signal, limits });
  progress.show("asking the registries in use");
  try {
    await Promise.all(
      named.map(async ({ registry, samples }, at) => {
        const isLeft = at >= most;
        greetings.set(registry, isLeft ? leftOut : await greetRegistry(samples, asker));
      }),
    );
  } finally {
    await asker.close();
  }
  return greetings;
}

const leftOut: Greeting = { is: "unasked", why: "too many are in use; --probe=always asks more" };

/** A certificate that ends within this time is a warning. */
const soonMs = 14 * 24 * 3600 * 1000;

/** How one answer is told: what stands at the right, and the lines below it, unwrapped. */
export interface GreetingText {
  readonly grade: Grade;
  readonly right: string;
  readonly below: readonly string[];
}

export function greetingText(greeting: Greeting, now: Date, isCutOff: boolean): GreetingText {
  if (greeting.is === "unasked") return { grade: "unclear", right: "not asked", below: [greeting.why] };
  if (greeting.is === "fails") return failureText(greeting, isCutOff);
  const { ms, certificateUntil: until, limit, limited } = greeting;
  const isSoon = until !== undefined && until.getTime() - now.getTime() < soonMs;
  const isFew = limit !== undefined && limit.left * 5 <= limit.limit;
  const parts = [
    ...(until === undefined ? ["plain http"] : [`TLS until ${dayOf(until)}`]),
    ...(ms === undefined ? [] : [`${Math.max(1, Math.round(ms))} ms`]),
  ];
  return {
    grade: isSoon || isFew || limited !== undefined ? "warning" : "fine",
    right: parts.join(", "),
    below: [
      ...(limit === undefined ? [] : [limitText(limit)]),
      ...(limited === undefined
        ? []
        : [`its pull limit is reached for this address${again(limited.retryAt)}`]),
    ],
  };
}

function failureText({ failure }: Extract<Greeting, { is: "fails" }>, isCutOff: boolean): GreetingText {
  const { is, stage, why } = failure;
  const words = why.replace(/ \([A-Z0-9_]+\)$/, "");
  const right = words.length <= 16 ? `${words}, from this machine` : "no good answer to this machine";
  const below = words.length <= 16 ? [] : [why];
  if (is === "refused" && stage !== "dns") return { grade: "unclear", right: "not asked", below: [why] };
  if (isCutOff) return { grade: "unclear", right, below };
  return { grade: "problem", right, below: [...below, ...elsewhere(failure)] };
}

/** What may be otherwise on the nodes. */
function elsewhere({ is, stage, code = "" }: Failure): readonly string[] {
  if (is !== "unreachable") return [];
  if (stage === "dns") return ["nodes may know it; --from pod asks from inside"];
  if (stage !== "tls") return ["nodes may reach it; --from pod asks from inside"];
  return trustCodes.test(code) ? ["nodes may trust it; --ca FILE has it trusted here"] : [];
}

const trustCodes = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/**
 * True when names cannot be resolved here and no registry was reached: that says something of this machine, and nothing of
 * registries.
 */
export function isCutOff(greetings: Greetings): boolean {
  const asked = [...greetings.values()].filter(({ is }) => is !== "unasked");
  return (
    asked.length > 0 &&
    asked.every(
      (one) => one.is === "fails" && one.failure.is === "unreachable" && one.failure.stage === "dns",
    )
  );
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const again = (at: Date | undefined): string =>
  at === undefined ? "" : `, until ${at.toISOString().slice(11, 16)} UTC`;

function limitText({ left, limit, windowSeconds }: PullLimit): string {
  const hours = windowSeconds / 3600;
  const width = Number.isInteger(hours) ? `${hours}h` : `${Math.round(windowSeconds / 60)}m`;
  return `${left} of ${limit} pulls left in ${width} to this address without a login`;
}

/** As JSON: absent means not known. */
export function greetingJson(greeting: Greeting): Readonly<Record<string, unknown>> {
  switch (greeting.is) {
    case "unasked":
      return { is: "unasked", why: greeting.why };
    case "fails": {
      const { stage, why, code, status } = greeting.failure;
      return { is: "fails", stage, why, code, status, certificateUntil: greeting.certificateUntil };
    }
    case "answers":
      return { ...greeting, ...(greeting.ms === undefined ? {} : { ms: Math.round(greeting.ms) }) };
  }
}
