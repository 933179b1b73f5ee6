// Carries out a plan: all files are looked at first, then each is written beside itself and renamed, so that a reader
// never meets half a file.

import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { ToolError } from "../model/errors.js";
import type { ManifestEdit, ManifestPlan, ManifestUndo, PlannedFile } from "./change.js";
import { inverted, sha256, spliced } from "./splice.js";

const editLimits = { maxBytes: 10 << 20 };

/**
 * Writes what the plan says. What is returned takes it back.
 *
 * @throws ToolError `manifest-changed` when a file is not what was read, `manifest-refused` for a link that leads out of
 *   the folder or no plain file, `manifest-unwritable`; its `do` says what state things are in.
 */
export function applyManifestChange(plan: ManifestPlan): ManifestUndo {
  const { folder, files, edits } = plan;
  writeAll(folder, files, edits);
  return { folder, files, edits };
}

/** Puts back what was there. Throws as `applyManifestChange` does. */
export function undoManifestChange({ folder, files, edits }: ManifestUndo): void {
  const back = files.map(({ file, sha256Before, sha256After }) => ({
    file,
    sha256Before: sha256After,
    sha256After: sha256Before,
  }));
  const edited = files.flatMap(({ file }) => inverted(edits.filter((edit) => edit.file === file)));
  writeAll(folder, back, edited);
}

interface Ready {
  readonly file: string;
  readonly path: string;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly before: Buffer;
  readonly after: Buffer;
}

function writeAll(folder: string, files: readonly PlannedFile[], edits: readonly ManifestEdit[]): void {
  const ready = files.map((planned) => prepare(folder, planned, edits));
  const written: Ready[] = [];
  for (const one of ready) {
    try {
      replace(one, one.after);
      written.push(one);
    } catch (cause) {
      const left = written.filter((other) => !isPutBack(other));
      const state =
        left.length === 0
          ? "nothing was changed"
          : `${left.map(({ file }) => file).join(", ")} stays changed: put it back by hand`;
      throw new ToolError("manifest-unwritable", {
        what: `${one.file} cannot be written`,
        why: reasonOf(cause),
        do: `make ${folder} writable; ${state}`,
        cause,
      });
    }
  }
}

function prepare(folder: string, planned: PlannedFile, edits: readonly ManifestEdit[]): Ready {
  const { file } = planned;
  const path = realPlace(folder, file);
  const { mode, size, uid, gid } = statSync(path);
  if (size > editLimits.maxBytes) throw refused(file, `it is larger than ${editLimits.maxBytes >> 20} MB`);
  const before = readBytes(path, file);
  const after =
    sha256(before) === planned.sha256Before
      ? spliced(
          before,
          edits.filter((edit) => edit.file === file),
        )
      : undefined;
  if (after === undefined || sha256(after) !== planned.sha256After) {
    throw new ToolError("manifest-changed", {
      what: `${file} was changed meanwhile`,
      why: "its bytes are not those that the change was computed from",
      do: "run it again; nothing was changed",
    });
  }
  return { file, path, mode: mode & 0o7777, owner: { uid, gid }, before, after };
}

/** The file itself: a link within the folder is followed, one that leads out of it is refused. */
export function realPlace(folder: string, file: string): string {
  let path: string;
  let isFile: boolean;
  try {
    path = realpathSync(join(folder, file));
    isFile = lstatSync(path).isFile();
  } catch (cause) {
    throw refused(file, reasonOf(cause), cause);
  }
  if (!path.startsWith(realpathSync(folder) + sep))
    throw refused(file, "it is a link that leads out of the folder");
  if (!isFile) throw refused(file, "it is no plain file");
  return path;
}

function readBytes(path: string, file: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw refused(file, reasonOf(cause), cause);
  }
}

function replace({ path, mode, owner }: Ready, bytes: Buffer): void {
  const draft = join(dirname(path), `.${basename(path).slice(0, 200)}.pulldoctor-${process.pid}`);
  const file = openSync(draft, "wx", 0o600);
  try {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      keepOwner(file, owner);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (cause) {
    unlinkSync(draft);
    throw cause;
  }
}

/** For who edits somebody else's checkout as root; anybody else owns what they write. */
function keepOwner(file: number, { uid, gid }: Ready["owner"]): void {
  try {
    fchownSync(file, uid, gid);
  } catch {}
}

function isPutBack(one: Ready): boolean {
  try {
    replace(one, one.before);
    return true;
  } catch {
    return false;
  }
}

const refused = (file: string, why: string, cause?: unknown): ToolError =>
  new ToolError("manifest-refused", {
    what: `${file} is not edited`,
    why,
    do: "edit it by hand; nothing was changed",
    cause,
  });

const words: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOENT: "it is not there",
};

/** What the system says, as words. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return words[code] ?? (code === "" ? "the system gives no reason" : `the system says ${code}`);
}
