// Makes the steps of a draft, one write each, with the journal on disk before and after every one of them.

import { type Json, record, text } from "../cluster/objects-fields.js";
import type { WriteRefusal } from "../cluster/writing.js";
import { type Edit, editsBetween } from "../fixes/edits.js";
import { ToolError } from "../model/errors.js";
import { backupName, changeLabel } from "./backup.js";
import { beforeOf, needsCopy, type Step } from "./draft.js";
import { withoutSecrets } from "./hide.js";
import type { Journal, JournalEdit, JournalEntry, JournalStep } from "./journal.js";
import { type Failure, type MakeWorld, make, orUnclear } from "./make.js";
import { isPrivate } from "./private.js";
import { uidOf } from "./rehearse.js";

export interface ApplyWorld extends MakeWorld {
  readonly journal: Journal;
}

export type Applied =
  | { readonly is: "done"; readonly entry: JournalEntry }
  /** The object is not any more what the change was computed from; nothing was changed. */
  | { readonly is: "conflict"; readonly entry: JournalEntry; readonly step: Step; readonly why: string }
  /** `entry` tells which steps were made and for which it is not known. */
  | {
      readonly is: "stopped";
      readonly entry: JournalEntry;
      readonly step: Step;
      readonly refusal: Failure;
    };

/** The entry as it is before anything is sent. */
export function entryOf(
  steps: readonly Step[],
  about: Omit<JournalEntry, "schema" | "state" | "steps">,
): JournalEntry {
  return {
    schema: 1,
    ...about,
    state: "begun",
    steps: steps.map((step): JournalStep => {
      const before = beforeOf(step);
      const isSecret = step.ref.kind === "Secret";
      const isCopied = needsCopy(step);
      return {
        is: step.is,
        ref: step.ref,
        uid: before === undefined ? "" : uidOf(before),
        state: "planned",
        ...(isSecret || step.edits.length === 0 ? {} : { edits: step.edits.map(noted) }),
        ...(isCopied ? { backup: backupName(step.ref, about.id) } : {}),
      };
    }),
  };
}

const noted = (edit: Edit): JournalEdit => (isPrivate(edit) ? { path: edit.path, isCopied: true } : edit);

/** Throws ToolError `journal-unwritable`: then nothing was sent. */
export async function apply(
  steps: readonly Step[],
  begun: JournalEntry,
  { writing, journal, sleep }: ApplyWorld,
): Promise<Applied> {
  let entry = begun;
  const note = (at: number, change: Partial<JournalStep>, state: JournalEntry["state"] = "begun"): void => {
    entry = {
      ...entry,
      state,
      steps: entry.steps.map((step, index) => (index === at ? { ...step, ...change } : step)),
    };
    journal.write(entry);
  };
  for (const [at, step] of steps.entries()) {
    const unwritten = unlessFirst(at, () => note(at, { state: "writing" }));
    if (unwritten !== undefined) return { is: "stopped", entry, step, refusal: unwritten };
    const made = await orUnclear(() => make(step, entry, at, { writing, sleep }));
    const answer = made.ok ? made : { ...made, why: withoutSecrets(made.why, step) };
    if (!answer.ok) {
      const isUnclear = answer.is === "unclear" || answer.left !== undefined;
      const state = isUnclear ? "writing" : "refused";
      const unnoted = orUnwritten(() => note(at, { state, why: answer.why }, "stopped"));
      if (unnoted !== undefined)
        return { is: "stopped", entry, step, refusal: { ...answer, why: `${answer.why}; ${unnoted.why}` } };
      const isFirst = entry.steps.every((one) => one.state === "planned" || one.state === "refused");
      return answer.is === "conflict" && isFirst
        ? { is: "conflict", entry, step, why: answer.why }
        : { is: "stopped", entry, step, refusal: answer };
    }
    const isLast = at === steps.length - 1;
    const change = { state: "done", ...leftBy(step, answer.object) } as const;
    const unnoted = orUnwritten(() => note(at, change, isLast ? "done" : "begun"));
    if (unnoted !== undefined)
      return { is: "stopped", entry, step, refusal: { ...unnoted, left: "unnoted" } };
  }
  return { is: "done", entry };
}

/** Undefined when it was written. */
function orUnwritten(write: () => void): WriteRefusal | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ok: false, is: "other", status: 0, why: `${error.what}: ${error.why}` };
  }
}

/** Before the first write nothing was changed yet, and an error may say so. */
function unlessFirst(at: number, write: () => void): WriteRefusal | undefined {
  if (at > 0) return orUnwritten(write);
  write();
  return undefined;
}

/** What identifies the object afterwards, and what really was changed in it. */
function leftBy(step: Step, object: Json): Partial<JournalStep> {
  const metadata = record(object.metadata);
  const resourceVersion = text(metadata.resourceVersion);
  const uid = text(metadata.uid);
  return {
    ...(step.is === "edit" && step.ref.kind !== "Secret" ? { edits: editsLeft(step, object) } : {}),
    ...(resourceVersion === undefined || step.is === "delete" ? {} : { resourceVersion }),
    ...(uid === undefined || (step.is !== "create" && step.is !== "remake") ? {} : { newUid: uid }),
  };
}

/** What admission added as well, unless it is private: there is no copy of that. */
function editsLeft({ before, edits }: Step & { readonly is: "edit" }, object: Json): readonly JournalEdit[] {
  const open = editsBetween(before, object).filter((edit) => !isPrivate(edit));
  return [...open, ...edits.filter(isPrivate).map(noted)];
}

/** Marks an object that a fix makes, so that `undo` knows it again. */
export function labelled(object: Json, change: string): Json {
  const metadata = record(object.metadata);
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...record(metadata.labels),
        "app.kubernetes.io/managed-by": "pulldoctor",
        [changeLabel]: change,
      },
    },
  };
}
