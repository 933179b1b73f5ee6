// The diagnosis that a fix starts from: live, with what the registries answer.

import type { Api } from "../../cluster/api.js";
import { gatherCluster } from "../../cluster/gather.js";
import { diagnose, diagnoseByAsking } from "../../diagnose/diagnose.js";
import type { Report } from "../../model/report.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { Flags } from "../command.js";
import { requireTargets } from "../found-targets.js";
import type { Io } from "../io.js";
import type { Progress } from "../progress.js";
import { isAboutPull, narrowReport, type Target } from "../targets.js";

export interface Diagnosed {
  readonly snapshot: Snapshot;
  /** Only of what was asked for. */
  readonly report: Report;
}

export interface Wanted {
  readonly targets: readonly Target[];
  /** Absent: all. */
  readonly namespace: string | undefined;
}

const askMs = 8_000;

/** Throws what gathering and asking throw, and `target-missing`. */
export async function diagnoseLive(
  api: Api,
  { targets, namespace }: Wanted,
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Diagnosed> {
  const snapshot = await gatherCluster(
    { ...(namespace === undefined ? {} : { namespace }), ...(targets.length === 0 ? {} : { targets }) },
    api,
    { now: io.now, progress: progress.show },
  );
  requireTargets(targets, namespace, snapshot);
  const whole = await judged(snapshot, { targets, namespace }, flags, io, progress);
  return { snapshot, report: narrowReport(whole, targets, namespace) };
}

async function judged(
  snapshot: Snapshot,
  { targets, namespace }: Wanted,
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Report> {
  if (flags.text("probe") === "off") return diagnose(snapshot);
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(askMs)]);
  const { askerBy } = await import("../asking-registries.js");
  const asker = await askerBy(flags, io, { signal });
  try {
    return await diagnoseByAsking(
      snapshot,
      { registries: { asker, signal, most: 60, progress: progress.show } },
      (pull) => isAboutPull(pull, targets, namespace),
    );
  } finally {
    await asker.close();
  }
}
