// One step as requests: the copy first where there is one, then the write, and for what is made again all of its parts. What
// ends in the middle says how far it came.

import type { WritingApi } from "../cluster/api.js";
import { type Json, record } from "../cluster/objects-fields.js";
import {
  createObject,
  deleteObject,
  getObject,
  patchObject,
  type WriteRefusal,
  type Written,
} from "../cluster/writing.js";
import { patchFor } from "../fixes/edits.js";
import { ToolError } from "../model/errors.js";
import { removeBackup, writeBackup } from "./backup.js";
import type { Step } from "./draft.js";
import type { JournalEntry } from "./journal.js";
import { uidOf } from "./rehearse.js";

/** `left`: what else is so, beside the refusal. */
export type Failure = WriteRefusal & {
  /**
   * `copy`: the object is as it was, and its copy may be left. `deleted`: the object was deleted and, as far as is known, not
   * made again. `unnoted`: it was changed, and the journal could not be told.
   */
  readonly left?: "copy" | "deleted" | "unnoted";
};

export type Made = Extract<Written, { readonly ok: true }> | Failure;

export interface MakeWorld {
  readonly writing: WritingApi;
  readonly sleep: (ms: number) => Promise<void>;
}

export async function make(step: Step, entry: JournalEntry, at: number, world: MakeWorld): Promise<Made> {
  const { writing } = world;
  const copied = await copyFirst(step, entry, at, writing);
  if (copied !== undefined && !copied.ok) {
    const why = `the copy of it: ${copied.why}`;
    return copied.is === "unclear" ? { ...copied, why, left: "copy" } : { ...copied, why };
  }
  const answer = await makeItself(step, world);
  const backup = entry.steps[at]?.backup;
  if (answer.ok || answer.is === "unclear" || answer.left !== undefined || backup === undefined)
    return answer;
  // It is as it was, and its copy is of no use.
  const left = await removeBackup(writing, step.ref, backup);
  return left === undefined
    ? answer
    : { ...answer, left: "copy", why: `${answer.why}; its copy, Secret ${backup}: ${left}` };
}

async function makeItself(step: Step, world: MakeWorld): Promise<Made> {
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

async function remake(step: Step & { readonly is: "remake" }, world: MakeWorld): Promise<Made> {
  const gone = await deleteObject(world.writing, step.ref, { uid: uidOf(step.before) });
  if (!gone.ok && gone.is !== "missing") return gone;
  const waited = await untilGone(step.ref, uidOf(step.before), world);
  if (waited !== undefined) return { ...waited, left: "deleted" };
  const made = await createObject(world.writing, step.after);
  if (made.ok) return made;
  if (made.is === "unclear") return { ...made, left: "deleted" };
  const back = await createObject(world.writing, step.was);
  if (back.ok) return made;
  return { ...made, left: "deleted", why: `${made.why}; nor can it be made as it was: ${back.why}` };
}

const goneWithinMs = 60_000;

/** Undefined once the name is free. */
export async function untilGone(
  ref: Step["ref"],
  uid: string,
  { writing, sleep }: MakeWorld,
): Promise<WriteRefusal | undefined> {
  for (let waited = 0, pause = 100; ; waited += pause, pause = Math.min(pause * 2, 2_000)) {
    const answer = await orUnclear(() => getObject(writing, ref));
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
    const stopped = await orUnclear(() => sleep(pause));
    if (stopped !== undefined) return stopped;
  }
}

/** What was sent may have been done, whatever ends it: a lost connection, a login that ran out, Ctrl-C. */
export async function orUnclear<T>(ask: () => Promise<T>): Promise<T | WriteRefusal> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ToolError)
      return { ok: false, is: "unclear", status: 0, why: `${error.what}: ${error.why}` };
    if (error instanceof Error && error.name === "AbortError")
      return { ok: false, is: "unclear", status: 0, why: "interrupted" };
    throw error;
  }
}
