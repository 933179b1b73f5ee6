// What it is now, where waiting was in vain: the reason may be another one than before.

import type { Api } from "../../cluster/api.js";
import type { Stopped } from "../../fixes/define.js";
import { addressed } from "../addressed.js";
import { callOf } from "../cluster-choice.js";
import type { Flags } from "../command.js";
import { exitCodeOf } from "../exit.js";
import type { Io } from "../io.js";
import { printReport } from "../output.js";
import type { Progress } from "../progress.js";
import { diagnoseLive } from "./diagnosing.js";

/**
 * Prints the findings that are about them; of those, where there are any, the ones about `pods`: in a rollout the old pods have
 * their own. Returns the exit code, which is never 0. Throws what `diagnoseLive` throws.
 */
export async function diagnoseAgain(
  stopped: readonly Stopped[],
  pods: readonly string[],
  world: { readonly api: Api; readonly flags: Flags; readonly io: Io; readonly progress: Progress },
): Promise<number> {
  const { api, flags, io, progress } = world;
  const namespaces = [...new Set(stopped.map(({ namespace }) => namespace))];
  const namespace = namespaces.length === 1 ? namespaces[0] : undefined;
  const { report } = await diagnoseLive(api, { targets: [], namespace }, flags, io, progress).finally(
    progress.clear,
  );
  const isAbout = (one: Stopped): boolean =>
    stopped.some(
      ({ kind, name, namespace: at }) => one.kind === kind && one.name === name && one.namespace === at,
    );
  const about = report.findings.filter(({ workloads }) => workloads.some(isAbout));
  const present = about.filter((finding) => finding.pods.some(({ name }) => pods.includes(name)));
  const narrow = addressed({ ...report, findings: present.length > 0 ? present : about }, flags);
  io.out("\n");
  await printReport(narrow, flags, io, {
    ask: callOf("diagnose", flags, io),
    isNarrow: true,
    mend: callOf("fix", flags, io),
  });
  return Math.max(1, exitCodeOf(narrow));
}
