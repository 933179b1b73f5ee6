// Waits for the pods after a change, and says how it went; `verify` alone says the same.

import type { Api } from "../../cluster/api.js";
import type { Stopped } from "../../fixes/define.js";
import { type PodSight, readPods, UnreadPods } from "../../mend/sight.js";
import { type Verified, type VerifyBounds, verify } from "../../mend/verify.js";
import { version } from "../../model/version.js";
import { hanging } from "../../report/detail.js";
import { escapeInDocument, inert } from "../../report/inert.js";
import { counted } from "../../report/layout.js";
import type { Look } from "../../report/signs.js";
import { addressedLines } from "../addressed.js";
import type { Flags } from "../command.js";
import { durationOf } from "../duration.js";
import type { Io } from "../io.js";
import type { Progress } from "../progress.js";
import { sleeperOf } from "./writer.js";

export interface Waited {
  readonly verified: Verified;
  readonly seconds: number;
}

/** How all pods of these namespaces are before a change; [] where they cannot be read. */
export async function sightsBefore(stopped: readonly Stopped[], api: Api): Promise<readonly PodSight[]> {
  try {
    return await readPods(api, [...new Set(stopped.map(({ namespace }) => namespace))]);
  } catch (error) {
    if (error instanceof UnreadPods) return [];
    throw error;
  }
}

/** Throws ToolError `duration-malformed`: asked for before anything is changed, too. */
export function boundsOf(flags: Flags): VerifyBounds {
  const timeoutMs = durationOf(flags, "timeout") ?? 120_000;
  const settleMs = durationOf(flags, "settle") ?? 10_000;
  return { timeoutMs, settleMs, everyMs: Math.max(50, Math.min(1_000, settleMs / 3)) };
}

export async function waitFor(
  stopped: readonly Stopped[],
  before: readonly PodSight[],
  { api, flags, io, progress }: { api: Api; flags: Flags; io: Io; progress: Progress },
): Promise<Waited> {
  const started = performance.now();
  const bounds = boundsOf(flags);
  const world = {
    api,
    sleep: sleeperOf(io),
    elapsed: () => performance.now() - started,
    progress: (text: string) => progress.show(`waiting: ${text}`),
  };
  let verified: Verified;
  try {
    verified = await verify(stopped, before, bounds, world);
  } catch (error) {
    if (!(error instanceof UnreadPods)) throw error;
    verified = { is: "unclear", why: `the pods cannot be read: ${error.message}`, commands: [] };
  } finally {
    progress.clear();
  }
  if (verified.is === "unclear")
    verified = { ...verified, commands: addressedLines(verified.commands, flags) };
  return { verified, seconds: (performance.now() - started) / 1000 };
}

export function verifiedLines(
  { verified, seconds }: Waited,
  { signs, paint, width }: Look,
): readonly string[] {
  const after = `after ${Math.round(seconds)}s`;
  switch (verified.is) {
    case "running": {
      const { ready, pulledEvents, worse } = verified;
      const events =
        pulledEvents === undefined
          ? "whether each was pulled just now cannot be told: events may not be read"
          : pulledEvents >= ready
            ? "each with its Pulled event"
            : `${pulledEvents} of them with a Pulled event; the others' are not kept any more`;
      return [
        `  ${paint.fine(signs.fine)} ${ready} of ${ready} running ${after}, ${events}`,
        ...(worse.length === 0
          ? []
          : [
              `  ${paint.problem(signs.problem)} ${counted(worse.length, "other pod")} got worse: ${inert(worse.slice(0, 5).join(", "))}`,
            ]),
      ];
    }
    case "crashes":
      return [
        `  ${paint.problem(signs.problem)} ${verified.ready} of ${verified.wanted} running ${after}: ${inert(verified.pod)} now starts and crashes (${inert(verified.how)})`,
        "",
        "  The image is pulled, so this cause is gone; the crash is another matter.",
      ];
    case "timeout":
      return [
        `  ${paint.problem(signs.problem)} ${verified.ready} of ${verified.wanted} running ${after}: ${inert(verified.why)}`,
        ...(verified.isOther ? ["", "  That is another matter than the pull."] : []),
      ];
    case "unclear":
      return [
        ...hanging(`  ${paint.unclear(signs.unclear)} `, inert(verified.why), width),
        ...(verified.commands.length === 0
          ? []
          : ["", "  to see it now", ...verified.commands.map((line) => `    ${inert(line)}`)]),
      ];
  }
}

/** 0 everything runs, 1 something does not, 3 it cannot be told. */
export function exitCodeOfVerified(verified: Verified): 0 | 1 | 3 {
  if (verified.is === "running") return verified.worse.length === 0 ? 0 : 1;
  return verified.is === "unclear" ? 3 : 1;
}

const schema = "https://pulldoctor.dev/schema/verify-v1.json";

/** One JSON document; `waited` absent: there was nothing to wait for. */
export function verifiedJson(stopped: readonly Stopped[], waited?: Waited): string {
  const { is: result, ...told } = waited?.verified ?? ({ is: "nothing" } as const);
  const seconds = Math.round((waited?.seconds ?? 0) * 10) / 10;
  const workloads = stopped.map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  return `${escapeInDocument(JSON.stringify({ schema, version, workloads, result, seconds, ...told }, null, 2))}\n`;
}
