// Everything that is known of a change before it is made: computed from what is read, tried by the API server, asked of the
// registry, and who would take it back.

import type { WritingApi } from "../../cluster/api.js";
import { marksOf } from "../../cluster/marks.js";
import { number, record, records, text, textMap } from "../../cluster/objects-fields.js";
import type { Asked, Fix, Plan, PlanWorld } from "../../fixes/define.js";
import type { AccessReviews } from "../../mend/access.js";
import { beforeOf, type Draft, draftOf, effectOf, type Step } from "../../mend/draft.js";
import { planWorld, shown } from "../../mend/planning.js";
import { type Rehearsal, type Rehearsed, rehearse } from "../../mend/rehearse.js";
import { ToolError } from "../../model/errors.js";
import type { ManagedBy } from "../../model/objects.js";
import type { Effect, Remedy } from "../../model/report.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { Asker } from "../../probes/asker.js";
import { type Check, checkImage } from "./image-checks.js";
import { managedCheck } from "./page.js";

export interface Job {
  readonly fix: Fix;
  readonly asked: Asked;
  readonly remedy?: Remedy;
}

export interface Prepared {
  readonly jobs: readonly Job[];
  readonly draft: Draft;
  /** [] when the dry run was refused. */
  readonly rehearsed: readonly Rehearsed[];
  readonly checks: readonly Check[];
  readonly managed: readonly { readonly what: string; readonly by: ManagedBy }[];
  readonly effect: Effect;
  /** Pods that are made anew. */
  readonly pods: number;
}

export interface PrepareWorld {
  readonly writing: WritingApi;
  readonly reviews: AccessReviews;
  readonly snapshot: Snapshot;
  /** Absent: registries are not to be asked. */
  readonly asker: Asker | undefined;
  readonly now: () => Date;
  readonly credential: PlanWorld["credential"];
}

const mostTries = 4;

/**
 * Computed anew where an object was written between being read and being tried, as a kubelet does with a pod's status. Throws
 * ToolErrors of fixes (`fix-not-possible`, `fixes-disagree`, `credential-missing`, ...) and what `writing` throws.
 */
export async function prepare(
  jobs: readonly Job[],
  world: PrepareWorld,
  mark: (steps: readonly Step[]) => readonly Step[] = (steps) => steps,
): Promise<Prepared> {
  for (let tries = 1; ; tries += 1) {
    const { isStale, ...prepared } = await prepareOnce(jobs, world, mark);
    if (!isStale || tries === mostTries) return prepared;
  }
}

async function prepareOnce(
  jobs: readonly Job[],
  world: PrepareWorld,
  mark: (steps: readonly Step[]) => readonly Step[],
): Promise<Prepared & { readonly isStale: boolean }> {
  const planning = planWorld(world.writing, { now: world.now(), credential: world.credential });
  const plans: Plan[] = [];
  for (const { fix, asked } of jobs) plans.push(await fix.plan(asked, planning));
  const whole = draftOf(plans);
  if (whole.steps.length === 0) {
    throw new ToolError("fix-not-possible", {
      what: "there is nothing left to change",
      why: "everything that this fix would write is there already",
      do: "fix --by restart-pods has the pods made anew",
    });
  }
  const draft = { ...whole, steps: mark(whole.steps) };
  const [rights, rehearsal, images] = await Promise.all([
    world.reviews.check(draft.steps),
    rehearse(draft.steps, world.writing),
    imageChecks(draft, jobs, world),
  ]);
  const managed = draft.steps.flatMap((step) => marksOn(step));
  return {
    isStale: !rehearsal.ok && rehearsal.refusal.is === "conflict",
    jobs,
    draft,
    rehearsed: rehearsal.ok ? rehearsal.steps : [],
    checks: [
      ...images,
      ...rights.flatMap((one): Check[] =>
        one.deniedIn !== undefined
          ? [{ is: "problem", text: `you may not ${one.right}`, detail: one.why ?? `in ${one.deniedIn}` }]
          : one.isUnknown === true
            ? [{ is: "unclear", text: `not checked: ${one.right}`, detail: one.why ?? "" }]
            : [],
      ),
      ...(rights.length > 0 && rights.every((one) => one.deniedIn === undefined && one.isUnknown !== true)
        ? [
            {
              is: "fine",
              text: "you may do it",
              detail: rights.map(({ right }) => right).join(", "),
            } as const,
          ]
        : []),
      rehearsalCheck(rehearsal),
      ...(rehearsal.ok ? addedChecks(rehearsal.steps) : []),
      ...managed.map(({ what, by }) => managedCheck(what, by)),
      ...draft.notes.map((text): Check => ({ is: "warning", text })),
    ],
    managed,
    effect: effectOf(draft.steps),
    pods: podsOf(draft.steps),
  };
}

async function imageChecks(
  { images }: Draft,
  jobs: readonly Job[],
  { snapshot, asker }: PrepareWorld,
): Promise<readonly Check[]> {
  const [first] = jobs;
  if (first === undefined) return [];
  const checks: Check[] = [];
  for (const image of images) {
    const job = jobs.find(({ asked }) => asked.finding.image === image.image) ?? first;
    checks.push(...(await checkImage(image, job.asked.finding, snapshot, asker)));
  }
  return checks;
}

function rehearsalCheck(rehearsal: Rehearsal): Check {
  if (rehearsal.ok) return { is: "fine", text: "the API server accepts it", detail: "dry run" };
  const { step, refusal } = rehearsal;
  const who = refusal.is === "denied" ? "an admission rule refuses" : "the API server refuses";
  return { is: "problem", text: `${who} ${shown(step.ref)}`, detail: refusal.why };
}

function addedChecks(steps: readonly Rehearsed[]): readonly Check[] {
  const added = steps.flatMap(({ added: more }) => more);
  if (added.length === 0) return [];
  const fields = added.map(({ path }) =>
    path.map((step) => (typeof step === "string" ? step : step.name)).join("."),
  );
  return [
    { is: "warning", text: "admission changes more than was asked", detail: fields.slice(0, 5).join(", ") },
  ];
}

/** Marks on what is edited or made again; what is only deleted comes back from its controller. */
function marksOn(step: Step): readonly { readonly what: string; readonly by: ManagedBy }[] {
  const before = step.is === "delete" ? undefined : beforeOf(step);
  if (before === undefined) return [];
  const { labels, annotations } = record(before.metadata);
  const [by] = marksOf(textMap(labels), textMap(annotations));
  return by === undefined ? [] : [{ what: shown(step.ref), by }];
}

function podsOf(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if (step.is === "delete" || step.ref.kind === "Pod" || step.ref.kind === "Job") return sum + 1;
    if (step.is !== "edit" || step.ref.kind === "Secret" || step.ref.kind === "ServiceAccount") return sum;
    const [spec, status] = [record(step.before.spec), record(step.before.status)];
    return sum + (number(spec.replicas) ?? number(status.desiredNumberScheduled) ?? 0);
  }, 0);
}

/** True when nothing that was checked says no. */
export const isPossible = ({ checks, rehearsed, draft }: Prepared): boolean =>
  checks.every(({ is }) => is !== "problem") && rehearsed.length === draft.steps.length;

/** Names of PodDisruptionBudgets that allow nothing now and guard pods that a step deletes while they are ready. */
export async function budgetNotes(
  steps: readonly Step[],
  list: PlanWorld["list"],
): Promise<readonly Check[]> {
  const deleted = steps.filter(
    (step): step is Step & { readonly is: "delete" | "remake" } =>
      (step.is === "delete" || step.is === "remake") && step.ref.kind === "Pod",
  );
  const namespaces = [...new Set(deleted.flatMap(({ ref }) => ref.namespace ?? []))];
  const notes: Check[] = [];
  for (const namespace of namespaces) {
    const budgets = await list("PodDisruptionBudget", namespace).catch(() => []);
    for (const budget of budgets) {
      const labels = Object.entries(textMap(record(record(record(budget.spec).selector).matchLabels)));
      const guarded = deleted.filter(({ before, ref }) => {
        const own = textMap(record(before.metadata).labels);
        return (
          ref.namespace === namespace &&
          labels.length > 0 &&
          labels.every(([key, value]) => own[key] === value)
        );
      });
      const allowed = number(record(budget.status).disruptionsAllowed) ?? 0;
      if (guarded.length === 0 || allowed >= guarded.length) continue;
      const isReady = guarded.some(({ before }) =>
        records(record(before.status).conditions).some(
          ({ type, status }) => type === "Ready" && status === "True",
        ),
      );
      notes.push({
        is: isReady ? "problem" : "warning",
        text: `PodDisruptionBudget ${text(record(budget.metadata).name) ?? ""} allows ${allowed} disruptions now`,
        detail: isReady
          ? "a pod that runs would be deleted"
          : "the pods that are deleted are not ready, so that it loses none",
      });
    }
  }
  return notes;
}
