// `pulldoctor verify`: waits until what was stopped runs, and says whether it stays so.

import type { WritingApi } from "../../cluster/api.js";
import { orRefusal, readOne } from "../../cluster/paging.js";
import { objectPath, refOf } from "../../cluster/resources.js";
import type { Stopped } from "../../fixes/define.js";
import { ToolError } from "../../model/errors.js";
import { inert } from "../../report/inert.js";
import { shortName } from "../../report/kinds.js";
import { probeFlag, reachFlags } from "../asking.js";
import { defineCommand, type Flags } from "../command.js";
import { diagnoseAgain } from "../fix/diagnose-again.js";
import { diagnoseLive } from "../fix/diagnosing.js";
import { clusterFlags, waitFlags } from "../fix/flags.js";
import {
  boundsOf,
  exitCodeOfVerified,
  sightsBefore,
  verifiedJson,
  verifiedLines,
  waitFor,
} from "../fix/waiting.js";
import { journalOf, writerBy } from "../fix/writer.js";
import type { Io } from "../io.js";
import { colourFlag, lookOf } from "../output.js";
import { type Progress, progressOf } from "../progress.js";
import { parseTargets, type Target } from "../targets.js";

export const verifyCommand = defineCommand({
  id: "verify",
  summary: "wait until what was stopped runs, and say whether it stays so",
  operands: {
    name: "[TYPE/NAME...]",
    text: "pods or controllers; those of the last fix, or all that cannot pull, when left out",
  },
  flags: [
    ...clusterFlags,
    ...waitFlags,
    { flags: "-o, --output <format>", text: "how to print it", choices: ["text", "json"] },
    probeFlag,
    ...reachFlags,
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor verify deploy/checkout -n shop", what: "wait until it runs" },
    { line: "pulldoctor verify --timeout 5m", what: "what the last fix was about, for longer" },
    { line: "pulldoctor verify deploy/checkout -n shop -o json", what: "for a script" },
  ],
  notes: ["Exit code 0: all of it runs; 1: it does not; 2: could not ask; 3: cannot tell."],
  run: async (operands, flags, io) => {
    boundsOf(flags);
    const isJson = flags.text("output") === "json";
    const writing = await writerBy(flags, io);
    const progress = progressOf(io);
    try {
      const stopped = await subjects(
        parseTargets(operands, `${io.program} verify`),
        writing,
        flags,
        io,
        progress,
      );
      if (stopped.length === 0) {
        io.out(isJson ? verifiedJson([]) : "nothing to wait for: every pull works\n");
        return 0;
      }
      const before = await sightsBefore(stopped, writing.api);
      const waited = await waitFor(stopped, before, { api: writing.api, flags, io, progress });
      if (isJson) {
        io.out(verifiedJson(stopped, waited));
        return exitCodeOfVerified(waited.verified);
      }
      const names = stopped.map(({ kind, namespace: at, name }) => `${kind} ${at}/${name}`);
      io.out(`${inert(names.join(", "))}\n${verifiedLines(waited, lookOf(flags, io)).join("\n")}\n`);
      if (waited.verified.is !== "timeout" || waited.verified.isOther)
        return exitCodeOfVerified(waited.verified);
      return await diagnoseAgain(stopped, waited.verified.pods, { api: writing.api, flags, io, progress });
    } finally {
      progress.clear();
      await writing.api.close();
    }
  },
});

async function subjects(
  targets: readonly Target[],
  writing: WritingApi,
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<readonly Stopped[]> {
  const { namespace, server } = writing.api;
  if (targets.length > 0) {
    const stopped = targets.map((target) => ({ ...target, namespace }));
    for (const one of stopped) await requireThere(one, writing);
    return stopped;
  }
  const last = journalOf(io)
    .entries()
    .find((entry) => entry.cluster.server === server && entry.state === "done");
  if (last !== undefined && flags.text("namespace") === undefined) return last.stopped;
  const { report } = await diagnoseLive(writing.api, { targets: [], namespace }, flags, io, progress);
  const failing = report.findings.filter(({ endedAt }) => endedAt === undefined);
  return failing.flatMap(({ workloads }) => workloads);
}

/** Throws ToolError `target-missing`: what is not there is not waited for. */
async function requireThere({ kind, namespace, name }: Stopped, { api }: WritingApi): Promise<void> {
  const ref = refOf(kind, namespace, name);
  const answer = ref === undefined ? undefined : await orRefusal(readOne(api, objectPath(ref)));
  if (answer === undefined || answer.ok || answer.status !== 404) return;
  throw new ToolError("target-missing", {
    what: `there is no ${shortName(kind, name)} in ${namespace}`,
    why: answer.why,
    do: "check the name and the namespace",
  });
}
