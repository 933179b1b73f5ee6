// Takes a change back: looks at every object first, and touches none unless all of them still are as the change left them.

import { type Json, record, text, textMap } from "../cluster/objects-fields.js";
import { createObject, deleteObject, getObject, patchObject } from "../cluster/writing.js";
import { type Edit, editsBetween, inverse, isSame, ownPart, patchFor, valueAt } from "../fixes/edits.js";
import type { ApplyWorld } from "./apply.js";
import { type Backup, changeLabel, readBackup, removeBackup } from "./backup.js";
import { digestOf, type JournalEntry, type JournalStep } from "./journal.js";
import { type Failure, type Made, orUnclear, untilGone } from "./make.js";
import { shown } from "./planning.js";
import { isPrivate } from "./private.js";
import { uidOf } from "./rehearse.js";

/** What taking one step back means now. */
export type Undoing = { readonly step: JournalStep } & (
  | { readonly is: "nothing"; readonly why: string }
  | { readonly is: "patch"; readonly object: Json; readonly edits: readonly Edit[] }
  | { readonly is: "remove"; readonly uid: string }
  /** `old` absent: its name is free. */
  | { readonly is: "remake"; readonly before: Json; readonly old?: string }
  /** Somebody changed it since, or it cannot be told; `why` is one clause. */
  | { readonly is: "refused"; readonly why: string }
);

/** What would be done, last step first. Reads and changes nothing. */
export async function planUndo(entry: JournalEntry, world: ApplyWorld): Promise<readonly Undoing[]> {
  const undoings: Undoing[] = [];
  for (const step of [...entry.steps].reverse()) undoings.push(await planStep(step, entry, world));
  return undoings;
}

const nothing = (step: JournalStep, why: string): Undoing => ({ step, is: "nothing", why });
const refused = (step: JournalStep, why: string): Undoing => ({ step, is: "refused", why });

async function planStep(step: JournalStep, entry: JournalEntry, world: ApplyWorld): Promise<Undoing> {
  if (step.state === "planned" || step.state === "refused") return nothing(step, "it was not changed");
  if (step.state === "restored") return nothing(step, "it was taken back before");
  if (step.is === "delete") return nothing(step, "its controller has made another pod");
  const backup =
    step.backup === undefined ? undefined : await readBackup(world.writing, step.ref, step.backup);
  if (backup !== undefined && "why" in backup) return refused(step, backup.why);
  if (step.backup !== undefined && backup === undefined) {
    // The copy is made before anything else is.
    return step.state === "writing"
      ? nothing(step, "it was not changed")
      : refused(step, `its copy, Secret ${step.backup}, is gone`);
  }
  const answer = await getObject(world.writing, step.ref);
  if (!answer.ok && answer.is !== "missing") return refused(step, answer.why);
  const object = answer.ok ? answer.object : undefined;
  if (step.is === "create") return planRemoval(step, entry, object);
  if (step.is === "remake") return planRemake(step, object, backup);
  if (object === undefined) return refused(step, "it is gone");
  if (uidOf(object) !== step.uid) return refused(step, "it was deleted and made again since");
  return backup === undefined || step.ref.kind !== "Secret"
    ? planPatch(step, object, backup)
    : planSecret(step, object, backup);
}

/** The edits with the values that only the copy has. */
function editsOf({ edits = [] }: JournalStep, backup: Backup | undefined): readonly Edit[] {
  return edits.map((edit) => {
    if (edit.isCopied !== true) return edit;
    const { path } = edit;
    const [before, after] = [valueAt(backup?.before, path), valueAt(backup?.after, path)];
    return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  });
}

function planPatch(step: JournalStep, object: Json, backup: Backup | undefined): Undoing {
  const edits: Edit[] = [];
  for (const edit of editsOf(step, backup)) {
    const now = valueAt(object, edit.path);
    if (isSame(now, edit.before)) continue;
    if (!isSame(now, edit.after)) return refused(step, changedSince(edit, object));
    edits.push(inverse(edit));
  }
  return edits.length === 0 ? nothing(step, "it is as it was") : { step, is: "patch", object, edits };
}

/** `its image is now ...:v3, last written by kubectl-edit`. */
function changedSince({ path }: Edit, object: Json): string {
  const field = path.map((step) => (typeof step === "string" ? step : step.name)).join(".");
  const now = valueAt(object, path);
  const value =
    now === undefined ? "gone" : typeof now === "string" && !isPrivate({ path }) ? now : "another value";
  return `${field} was changed since: it is ${value}, last written by ${lastWriter(object)}`;
}

function lastWriter(object: Json): string {
  const fields = record(object.metadata).managedFields;
  const writers = (Array.isArray(fields) ? fields : [])
    .map(record)
    .filter(({ subresource }) => subresource === undefined)
    .sort((a, b) => String(a.time).localeCompare(String(b.time)));
  return text(writers.at(-1)?.manager) ?? "an unknown writer";
}

function planSecret(step: JournalStep, object: Json, { before, afterDigest }: Backup): Undoing {
  const edits = editsBetween(object, before);
  if (edits.length === 0) return nothing(step, "it is as it was");
  const isOurs =
    text(record(object.metadata).resourceVersion) === step.resourceVersion ||
    digestOf(ownPart(object)) === afterDigest;
  return isOurs
    ? { step, is: "patch", object, edits }
    : refused(step, `it was changed since, last written by ${lastWriter(object)}`);
}

function planRemake(step: JournalStep, object: Json | undefined, backup: Backup | undefined): Undoing {
  if (backup === undefined) return refused(step, "there is no copy of it");
  const { before, afterDigest } = backup;
  if (object === undefined) return { step, is: "remake", before };
  const uid = uidOf(object);
  if (uid === step.uid) return nothing(step, "it was not changed");
  // An undo that got no answer may have made it again.
  const isAsItWas =
    step.edits === undefined
      ? editsBetween(object, before).length === 0
      : editsOf(step, backup).every((edit) => isSame(valueAt(object, edit.path), edit.before));
  if (isAsItWas) return nothing(step, "it is as it was");
  const isOurs =
    step.edits === undefined
      ? text(record(object.metadata).resourceVersion) === step.resourceVersion ||
        digestOf(ownPart(object)) === afterDigest
      : (step.newUid === undefined || step.newUid === uid) &&
        editsOf(step, backup).every(({ path, after }) => isSame(valueAt(object, path), after));
  return isOurs
    ? { step, is: "remake", before, old: uid }
    : refused(step, `it was changed since, last written by ${lastWriter(object)}`);
}

function planRemoval(step: JournalStep, { id }: JournalEntry, object: Json | undefined): Undoing {
  if (object === undefined) return nothing(step, "it is gone");
  const metadata = record(object.metadata);
  const isOurs =
    step.newUid === undefined ? textMap(metadata.labels)[changeLabel] === id : step.newUid === uidOf(object);
  if (!isOurs)
    return step.newUid === undefined
      ? nothing(step, "it was not made by this change")
      : refused(step, "another one of its name was made since");
  const isSameVersion =
    step.resourceVersion === undefined || step.resourceVersion === text(metadata.resourceVersion);
  return isSameVersion
    ? { step, is: "remove", uid: uidOf(object) }
    : refused(step, `it was changed since, last written by ${lastWriter(object)}`);
}

export type Undone =
  /** `leftBackups`: copies that could not be removed; undoing again tries that again. */
  | { readonly is: "done"; readonly entry: JournalEntry; readonly leftBackups: readonly string[] }
  /** This step was not taken back; undoing again goes on from here. */
  | {
      readonly is: "stopped";
      readonly entry: JournalEntry;
      readonly at: JournalStep;
      readonly refusal: Failure;
      /** The objects that were taken back before. */
      readonly back: readonly string[];
    };

const mostTries = 3;

/** Does what `planUndo` said; none of it may be refused. Throws what the journal throws. */
export async function undo(
  entry: JournalEntry,
  undoings: readonly Undoing[],
  world: ApplyWorld,
): Promise<Undone> {
  let now = entry;
  const back: string[] = [];
  for (const undoing of undoings) {
    const { step } = undoing;
    const answer = await orUnclear(() => takeBackAnew(undoing, entry, world));
    if (!answer.ok) return { is: "stopped", entry: now, at: step, refusal: answer, back };
    if (undoing.is !== "nothing") back.push(shown(step.ref));
    now = {
      ...now,
      steps: now.steps.map((one) =>
        isSame(one.ref, step.ref) && one.state !== "planned" && one.state !== "refused"
          ? { ...one, state: "restored" as const }
          : one,
      ),
    };
    world.journal.write(now);
  }
  const leftBackups: string[] = [];
  for (const { ref, backup } of entry.steps) {
    const left = backup === undefined ? undefined : await removeBackup(world.writing, ref, backup);
    if (left !== undefined) leftBackups.push(`Secret ${ref.namespace}/${backup}: ${left}`);
  }
  if (leftBackups.length === 0) now = { ...now, state: "undone" };
  world.journal.write(now);
  return { is: "done", entry: now, leftBackups };
}

/** Where somebody wrote the object meanwhile, as its controller does with its status, it is looked at again. */
async function takeBackAnew(undoing: Undoing, entry: JournalEntry, world: ApplyWorld): Promise<Made> {
  let at = undoing;
  for (let tries = 1; ; tries += 1) {
    const answer = await takeBack(at, world);
    if (answer.ok || answer.is !== "conflict" || tries === mostTries) return answer;
    at = await planStep(at.step, entry, world);
  }
}

async function takeBack(undoing: Undoing, world: ApplyWorld): Promise<Made> {
  const { writing } = world;
  const { ref } = undoing.step;
  switch (undoing.is) {
    case "nothing":
      return { ok: true, object: {} };
    case "patch":
      return patchObject(writing, ref, patchFor(undoing.object, undoing.edits));
    case "remove": {
      const gone = await deleteObject(writing, ref, { uid: undoing.uid });
      return !gone.ok && gone.is === "missing" ? { ok: true, object: {} } : gone;
    }
    case "remake": {
      if (undoing.old !== undefined) {
        const gone = await deleteObject(writing, ref, { uid: undoing.old });
        if (!gone.ok && gone.is !== "missing") return gone;
        const waited = await untilGone(ref, undoing.old, world);
        if (waited !== undefined) return { ...waited, left: "deleted" };
      }
      const made = await createObject(writing, undoing.before);
      return made.ok ? made : { ...made, left: "deleted" };
    }
    case "refused":
      return { ok: false, is: "other", status: 0, why: undoing.why };
  }
}
