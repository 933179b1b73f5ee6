// Makes the steps of a draft, one write each, with the journal on disk before and after every one of them.

import type { WritingApi } from "../cluster/api.js";
import { type Json, record, text } from "../cluster/objects-fields.js";
import {
  createObject,
  deleteObject,
  getObject,
  patchObject,
  type WriteRefusal,
  type Written,
} from "../cluster/writing.js";
import { type Edit, editsBetween, patchFor } from "../fixes/edits.js";
import { backupName, changeLabel, removeBackup, writeBackup } from "./backup.js";
import { beforeOf, needsCopy, type Step } from "./draft.js";
import { withoutSecrets } from "./hide.js";
import type { Journal, JournalEdit, JournalEntry, JournalStep } from "./journal.js";
import { isPrivate } from "./private.js";
import { uidOf } from "./rehearse.js";

export interface ApplyWorld {
  readonly writing: WritingApi;
  readonly journal: Journal;
  readonly sleep: (ms: number) => Promise<void>;
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
      readonly refusal: WriteRefusal;
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

/** Throws what `writing` and the journal throw; the journal then tells how far it came. */
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
    note(at, { state: "writing" });
    const made = await make(step, entry, at, { writing, sleep });
    const answer = made.ok ? made : { ...made, why: withoutSecrets(made.why, step) };
    if (!answer.ok) {
      const isUnclear = answer.is === "unclear";
      note(at, { state: isUnclear ? "writing" : "refused", why: answer.why }, "stopped");
      const isFirst = entry.steps.every(({ state }) => state === "planned" || state === "refused");
      return answer.is === "conflict" && isFirst
        ? { is: "conflict", entry, step, why: answer.why }
        : { is: "stopped", entry, step, refusal: answer };
    }
    const isLast = at === steps.length - 1;
    note(at, { state: "done", ...leftBy(step, answer.object) }, isLast ? "done" : "begun");
  }
  return { is: "done", entry };
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

type MakeWorld = Pick<ApplyWorld, "writing" | "sleep">;

async function make(step: Step, entry: JournalEntry, at: number, world: MakeWorld): Promise<Written> {
  const { writing } = world;
  const copied = await copyFirst(step, entry, at, writing);
  if (copied !== undefined && !copied.ok) return { ...copied, why: `the copy of it: ${copied.why}` };
  const answer = await makeItself(step, world);
  const backup = entry.steps[at]?.backup;
  if (answer.ok || answer.is === "unclear" || backup === undefined) return answer;
  // It is as it was, and its copy is of no use.
  const left = await removeBackup(writing, step.ref, backup);
  return left === undefined
    ? answer
    : { ...answer, is: "unclear", why: `${answer.why}; and its copy, Secret ${backup}, is left: ${left}` };
}

async function makeItself(step: Step, world: MakeWorld): Promise<Written> {
  const { writing } = world;
  switch (step.is) {
    case "edit":
      return patchObject(writing, step.ref, patchFor(step.before, step.edits));
    case "create":
      return createObject(writing, step.object);
    case "delete": {
      const gone = await deleteObject(writing, step.ref, { uid: uidOf(step.before) });
      // Gone by itself, or another one stands there already: what was wanted.
      return !gone.ok && (gone.is === "missing" || gone.is === "conflict") ? { ok: true, object: {} } : gone;
    }
    case "remake":
      return remake(step, world);
  }
}

async function copyFirst(
  step: Step,
  { id, steps }: JournalEntry,
  at: number,
  writing: WritingApi,
): Promise<Written | undefined> {
  const name = steps[at]?.backup;
  if (name === undefined || (step.is !== "edit" && step.is !== "remake")) return undefined;
  const before = step.is === "remake" ? step.was : step.before;
  return writeBackup(writing, step.ref, {
    name,
    change: id,
    before: withoutIdentity(before),
    after: step.after,
  });
}

/** As it can be created again. */
function withoutIdentity(object: Json): Json {
  const { namespace, name, labels, annotations } = record(object.metadata);
  const { status: _status, ...rest } = object;
  return {
    ...rest,
    metadata: {
      namespace,
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

async function remake(step: Step & { readonly is: "remake" }, world: MakeWorld): Promise<Written> {
  const gone = await deleteObject(world.writing, step.ref, { uid: uidOf(step.before) });
  if (!gone.ok && gone.is !== "missing") return gone;
  const waited = await untilGone(step.ref, uidOf(step.before), world);
  if (waited !== undefined) return { ...waited, is: "unclear" };
  const made = await createObject(world.writing, step.after);
  if (made.ok || made.is === "unclear") return made;
  const back = await createObject(world.writing, step.was);
  if (back.ok) return made;
  return {
    ...made,
    is: "unclear",
    why: `${made.why}; it was deleted and cannot be made as it was either: ${back.why}`,
  };
}

const goneWithinMs = 60_000;

/** Undefined once the name is free. */
export async function untilGone(
  ref: Step["ref"],
  uid: string,
  { writing, sleep }: MakeWorld,
): Promise<WriteRefusal | undefined> {
  for (let waited = 0, pause = 100; ; waited += pause, pause = Math.min(pause * 2, 2_000)) {
    const answer = await getObject(writing, ref);
    if (!answer.ok) return answer.is === "missing" ? undefined : { ...answer, is: "unclear" };
    if (uidOf(answer.object) !== uid)
      return { ok: false, is: "exists", status: 409, why: "another object of this name was made meanwhile" };
    if (waited > goneWithinMs) {
      return {
        ok: false,
        is: "unclear",
        status: 0,
        why: `it is being deleted and still there after ${goneWithinMs / 1000} s`,
      };
    }
    await sleep(pause);
  }
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
