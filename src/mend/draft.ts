// The changes of one or more fixes as one: one change for each object, and a refusal where two fixes want different
// things of it.

import type { Json } from "../cluster/objects-fields.js";
import type { ObjectRef } from "../cluster/resources.js";
import type { Change, ImageToCheck, Plan } from "../fixes/define.js";
import { applied, type Edit, editsBetween, isSame, merged } from "../fixes/edits.js";
import { ToolError } from "../model/errors.js";
import type { Effect } from "../model/report.js";
import { shown } from "./planning.js";
import { isPrivate } from "./private.js";

export type Step = Change & {
  /** What differs; [] for what is made or deleted. */
  readonly edits: readonly Edit[];
};

export interface Draft {
  readonly steps: readonly Step[];
  readonly images: readonly ImageToCheck[];
  readonly notes: readonly string[];
}

export const refKey = ({ kind, namespace, name }: ObjectRef): string => `${kind} ${namespace ?? ""}/${name}`;

/** Throws ToolError `fixes-disagree`. */
export function draftOf(plans: readonly Plan[]): Draft {
  const steps = new Map<string, Step>();
  for (const change of plans.flatMap(({ changes }) => changes)) {
    const key = refKey(change.ref);
    const step = withEdits(change);
    const known = steps.get(key);
    steps.set(key, known === undefined ? step : joined(known, step));
  }
  return {
    steps: [...steps.values()],
    images: uniqueImages(plans.flatMap(({ images }) => images)),
    notes: [...new Set(plans.flatMap(({ notes }) => notes))],
  };
}

function withEdits(change: Change): Step {
  const edits =
    change.is === "edit"
      ? editsBetween(change.before, change.after)
      : change.is === "remake"
        ? editsBetween(change.was, change.after)
        : [];
  return { ...change, edits };
}

function joined(one: Step, other: Step): Step {
  if (one.is === "delete" || other.is === "delete") return one.is === "delete" ? other : one;
  if (one.is === "create" || other.is === "create") {
    if (one.is === "create" && other.is === "create" && isSame(one.object, other.object)) return one;
    throw disagree(one.ref);
  }
  const edits = merged(one.edits, other.edits);
  if (edits === undefined) throw disagree(one.ref);
  const whole = one.is === "remake" ? one : other;
  return { ...whole, after: applied(whole.after, edits), edits };
}

const disagree = (ref: ObjectRef): ToolError =>
  new ToolError("fixes-disagree", {
    what: `two findings want different things of ${shown(ref)}`,
    why: "each has a fix of its own, and one object cannot have both",
    do: "fix one of them by its id: pulldoctor fix ID; diagnose -o json shows the ids",
  });

function uniqueImages(images: readonly ImageToCheck[]): readonly ImageToCheck[] {
  return images.filter((one, at) => images.findIndex((other) => isSame(one, other)) === at);
}

const ranks: readonly Effect[] = ["none", "writes-secret", "restarts-pods", "deletes-pods"];

/** What the steps really do, whatever the fix may do at most. */
export function effectOf(steps: readonly Step[]): Effect {
  const rank = Math.max(0, ...steps.map((step) => ranks.indexOf(effectOfStep(step))));
  return ranks[rank] ?? "deletes-pods";
}

function effectOfStep({ is, ref }: Step): Effect {
  if (is === "delete") return "deletes-pods";
  if (ref.kind === "Secret") return "writes-secret";
  if (is === "remake") return "deletes-pods";
  return ref.kind === "ServiceAccount" ? "none" : "restarts-pods";
}

/** What it was is copied to a Secret first, since it must not stand in the journal. */
export const needsCopy = ({ is, ref, edits }: Step): boolean =>
  is === "remake" || (is === "edit" && (ref.kind === "Secret" || edits.some(isPrivate)));

/** The object as it is before a step; undefined for one that is made. */
export const beforeOf = (step: Step): Json | undefined => (step.is === "create" ? undefined : step.before);
