// The server-side dry run: every write as it will be made, admission included, and nothing kept.

import type { WritingApi } from "../cluster/api.js";
import { type Json, record, text } from "../cluster/objects-fields.js";
import {
  createObject,
  deleteObject,
  patchObject,
  type WriteRefusal,
  type Written,
} from "../cluster/writing.js";
import { type Edit, editsBetween, isSame, patchFor } from "../fixes/edits.js";
import type { Step } from "./draft.js";
import { withoutSecrets } from "./hide.js";

export interface Rehearsed {
  readonly step: Step;
  /** What would differ from now, what the API server adds included; for Secrets too, so not for printing as it is. */
  readonly edits: readonly Edit[];
  /** Edits that the fix did not ask for: defaults and mutating webhooks. */
  readonly added: readonly Edit[];
}

export type Rehearsal =
  | { readonly ok: true; readonly steps: readonly Rehearsed[] }
  | { readonly ok: false; readonly step: Step; readonly refusal: WriteRefusal };

/** Stops at the first refusal. Throws what `writing` throws. */
export async function rehearse(steps: readonly Step[], writing: WritingApi): Promise<Rehearsal> {
  const rehearsed: Rehearsed[] = [];
  for (const step of steps) {
    const answer = await dryRun(step, writing);
    if (!answer.ok) return { ok: false, step, refusal: { ...answer, why: withoutSecrets(answer.why, step) } };
    rehearsed.push(rehearsedStep(step, answer.object));
  }
  return { ok: true, steps: rehearsed };
}

async function dryRun(step: Step, writing: WritingApi): Promise<Written> {
  switch (step.is) {
    case "edit":
      return patchObject(writing, step.ref, patchFor(step.before, step.edits), { isDryRun: true });
    case "create":
      return createObject(writing, step.object, { isDryRun: true });
    case "delete":
      return deleteObject(writing, step.ref, { uid: uidOf(step.before), isDryRun: true });
    case "remake": {
      const gone = await deleteObject(writing, step.ref, { uid: uidOf(step.before), isDryRun: true });
      if (!gone.ok) return gone;
      // Its name is still taken; whoever admits it looks at the rest.
      const name = `${step.ref.name.slice(0, 40).replace(/[.-]+$/, "")}-pulldoctor-check`;
      return createObject(
        writing,
        { ...step.after, metadata: { ...record(step.after.metadata), name } },
        { isDryRun: true },
      );
    }
  }
}

function rehearsedStep(step: Step, result: Json): Rehearsed {
  if (step.is !== "edit") return { step, edits: step.edits, added: [] };
  const edits = editsBetween(step.before, result);
  const added = edits.filter((edit) => !step.edits.some((own) => isSame(own.path, edit.path)));
  return { step, edits, added };
}

export const uidOf = (object: Json): string => text(record(object.metadata).uid) ?? "";
