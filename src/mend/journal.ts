// The journal: one file for each change, written before anything is sent and after every answer, so that whatever ends the
// process, what may have been changed stands there. It holds no secret's value: those are copied to a Secret in the cluster.

import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isRecord, record } from "../cluster/objects-fields.js";
import { type ObjectRef, refOf } from "../cluster/resources.js";
import type { Edit } from "../fixes/edits.js";
import { ToolError } from "../model/errors.js";

/**
 * `planned`: nothing was sent. `writing`: sent, and no answer is noted: it may have been done or not. `restored`: taken back.
 */
export type StepState = "planned" | "writing" | "done" | "refused" | "restored";

/** `isCopied`: its values stand in the step's backup and not here. */
export type JournalEdit = Edit & { readonly isCopied?: true };

export interface JournalStep {
  readonly is: "edit" | "create" | "delete" | "remake";
  readonly ref: ObjectRef;
  /** Of the object before; "" for one that was to be made. */
  readonly uid: string;
  readonly state: StepState;
  /** What was changed, old and new; absent for Secrets. */
  readonly edits?: readonly JournalEdit[];
  /** The Secret in the same namespace that holds what the object was. */
  readonly backup?: string;
  /** Of the object as it was made. */
  readonly newUid?: string;
  /** The version that the write left. */
  readonly resourceVersion?: string;
  /** The API server's words, where it refused. */
  readonly why?: string;
}

export interface JournalEntry {
  readonly schema: 1;
  readonly id: string;
  readonly at: string;
  readonly cluster: { readonly name: string; readonly server: string };
  /** Ids of the fixes. */
  readonly fixes: readonly string[];
  readonly causes: readonly string[];
  /** What a person would say was done: one line. */
  readonly what: string;
  /** What the findings stopped, for `verify`. */
  readonly stopped: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[];
  /** `begun` after the process has ended: it was interrupted. */
  readonly state: "begun" | "done" | "stopped" | "undone";
  readonly steps: readonly JournalStep[];
  /** Files of a checkout that were edited: what takes it back, as src/manifests keeps it. */
  readonly files?: unknown;
}

/** Sorted by time, short enough to type: `1125-234501-7f3a09`. */
export function newId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, "");
  return `${stamp.slice(4, 8)}-${stamp.slice(9, 15)}-${randomBytes(3).toString("hex")}`;
}

export class Journal {
  readonly #folder: string;

  /** The folder is made when the first change is written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** On the disk when this returns. Throws ToolError `journal-unwritable`: then nothing may be changed. */
  write(entry: JournalEntry): void {
    const path = join(this.#folder, `${entry.id}.json`);
    const draft = `${path}.new`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = openSync(draft, "w", 0o600);
      try {
        writeSync(file, `${JSON.stringify(entry, null, 2)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      const isNew = !existsSync(path);
      renameSync(draft, path);
      // A new name is on the disk only when its folder is.
      if (!isNew) return;
      const folder = openSync(this.#folder, "r");
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (cause) {
      throw new ToolError("journal-unwritable", {
        what: `the journal ${path} cannot be written`,
        why: cause instanceof Error && "code" in cause ? String(cause.code) : "the system gives no reason",
        do: "set XDG_STATE_HOME to a folder that can be written; without a journal nothing is changed",
        cause,
      });
    }
  }

  /** Newest first; files that are no entries are left out. */
  entries(): readonly JournalEntry[] {
    return this.#names()
      .flatMap((name) => this.#read(name) ?? [])
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1));
  }

  /** Paths of files that should be entries and cannot be read as such. */
  damaged(): readonly string[] {
    return this.#names()
      .filter((name) => this.#read(name) === undefined)
      .map((name) => join(this.#folder, name));
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((name) => name.endsWith(".json"));
    } catch {
      return [];
    }
  }

  #read(name: string): JournalEntry | undefined {
    try {
      const entry: unknown = JSON.parse(readFileSync(join(this.#folder, name), "utf8"));
      return isEntry(entry) ? entry : undefined;
    } catch {
      return undefined;
    }
  }
}

const entryStates = ["begun", "done", "stopped", "undone"];
const stepStates = ["planned", "writing", "done", "refused", "restored"];
const stepKinds = ["edit", "create", "delete", "remake"];

/** A file may be cut off, empty, or edited by hand: whatever is used of it is looked at. */
function isEntry(value: unknown): value is JournalEntry {
  return (
    isRecord(value) &&
    value.schema === 1 &&
    [value.id, value.at, value.what].every((field) => typeof field === "string") &&
    entryStates.includes(String(value.state)) &&
    isRecord(value.cluster) &&
    [value.cluster.name, value.cluster.server].every((field) => typeof field === "string") &&
    [value.fixes, value.causes].every((list) => Array.isArray(list)) &&
    Array.isArray(value.stopped) &&
    value.stopped.every(isNamed) &&
    Array.isArray(value.steps) &&
    value.steps.every(isStep)
  );
}

const isNamed = (value: unknown): boolean =>
  isRecord(value) && [value.kind, value.namespace, value.name].every((field) => typeof field === "string");

function isStep(value: unknown): boolean {
  if (!isRecord(value) || !isNamed(value.ref)) return false;
  const { kind, namespace, name } = record(value.ref);
  return (
    refOf(String(kind), String(namespace), String(name)) !== undefined &&
    typeof value.uid === "string" &&
    stepKinds.includes(String(value.is)) &&
    stepStates.includes(String(value.state)) &&
    (value.edits === undefined || (Array.isArray(value.edits) && value.edits.every(isEdit)))
  );
}

const isEdit = (value: unknown): boolean =>
  isRecord(value) &&
  Array.isArray(value.path) &&
  value.path.every((at) => typeof at === "string" || (isRecord(at) && typeof at.name === "string"));

/** A digest of plain data, whatever the order of its fields. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}
