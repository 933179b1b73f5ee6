// One finding of `fix --all`: changed only when what the plan really does restarts nothing, and without a question.

import type { Fix, Plan } from "../../fixes/define.js";
import { apply, entryOf, labelled } from "../../mend/apply.js";
import { draftOf, effectOf } from "../../mend/draft.js";
import { newId } from "../../mend/journal.js";
import { planWorld, shown } from "../../mend/planning.js";
import type { Effect } from "../../model/report.js";
import { isPossible, type Job, prepare } from "./prepare.js";
import type { RunWorld } from "./run.js";
import { sleeperOf } from "./writer.js";

export type SafelyRan = { readonly is: "changed" } | { readonly is: "left" | "failed"; readonly why: string };

/** Throws ToolErrors of planning; then nothing was changed. */
export async function runSafely(job: Job, safe: readonly Effect[], world: RunWorld): Promise<SafelyRan> {
  const { writing, journal, io, flags } = world;
  const id = newId(io.now());
  // What it would do is known before anything is asked about it.
  const planning = planWorld(writing, { now: io.now(), credential: world.credential });
  const draft = draftOf([await job.fix.plan(job.asked, planning)]);
  if (!safe.includes(effectOf(draft.steps)))
    return { is: "left", why: `to ${job.fix.title} makes pods anew` };
  let first: Plan | undefined = { changes: draft.steps, images: draft.images, notes: draft.notes };
  const plan: Fix["plan"] = (...asked) => {
    const known = first;
    first = undefined;
    return known === undefined ? job.fix.plan(...asked) : Promise.resolve(known);
  };
  const planned = { ...job, fix: { ...job.fix, plan } };
  const prepared = await prepare([planned], world, (steps) =>
    steps.map((step) => (step.is === "create" ? { ...step, object: labelled(step.object, id) } : step)),
  );
  const problem = prepared.checks.find(({ is }) => is === "problem");
  if (!isPossible(prepared)) return { is: "failed", why: `${problem?.text}: ${problem?.detail ?? ""}` };
  const [managed] = prepared.managed;
  if (managed !== undefined && !flags.isOn("live-too"))
    return { is: "left", why: `${managed.by.tool} manages ${managed.what}; --live-too changes it` };
  if (flags.isOn("dry-run") || !flags.isOn("yes")) return { is: "changed" };
  const entry = entryOf(prepared.draft.steps, {
    id,
    at: io.now().toISOString(),
    cluster: { name: writing.api.name, server: writing.api.server },
    fixes: [job.fix.id],
    causes: [job.asked.finding.cause],
    what: `${job.fix.id}: ${prepared.draft.steps.map(({ ref }) => shown(ref)).join(", ")}`,
    stopped: job.asked.stopped,
  });
  const applied = await apply(prepared.draft.steps, entry, { writing, journal, sleep: sleeperOf(io) });
  if (applied.is === "done") return { is: "changed" };
  const why = applied.is === "conflict" ? applied.why : applied.refusal.why;
  return { is: "failed", why: `${why}; ${io.program} undo ${id} takes back what was done of it` };
}
