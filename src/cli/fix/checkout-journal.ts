// The journal of a change in the files of a checkout: written before the first byte, so that undo knows what to put back.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../cluster/objects-fields.js";
import type { ManifestPlan, ManifestUndo } from "../../manifests/change.js";
import { applyManifestChange, undoManifestChange } from "../../manifests/edit.js";
import { sha256 } from "../../manifests/splice.js";
import { type JournalEntry, newId } from "../../mend/journal.js";
import { shown } from "../../mend/planning.js";
import type { Prepared } from "./prepare.js";
import type { RunWorld } from "./run.js";

/** Writes the files; returns the change's id. Throws what the journal and `applyManifestChange` throw. */
export function writeFiles(
  plan: ManifestPlan,
  { jobs, draft }: Prepared,
  { io, writing, journal }: RunWorld,
): string {
  const { folder, files, edits } = plan;
  const id = newId(io.now());
  const names = draft.steps.map(({ ref }) => shown(ref)).join(", ");
  const entry = {
    schema: 1,
    id,
    at: io.now().toISOString(),
    cluster: { name: writing.api.name, server: writing.api.server },
    fixes: [...new Set(jobs.map(({ fix }) => fix.id))],
    causes: [...new Set(jobs.map(({ asked }) => asked.finding.cause))],
    what: `${files.map(({ file }) => file).join(", ")} for ${names}`,
    stopped: jobs.flatMap(({ asked }) => asked.stopped),
    state: "begun",
    steps: [],
    files: { folder, files, edits } satisfies ManifestUndo,
  } as const;
  journal.write(entry);
  applyManifestChange(plan);
  journal.write({ ...entry, state: "done" });
  return id;
}

/**
 * False when the files are as they were already. Throws what `undoManifestChange` throws, also for files that somebody
 * changed since.
 */
export function takeFilesBack({ files: kept }: JournalEntry): boolean {
  if (!isManifestUndo(kept)) return false;
  const isAsBefore = kept.files.every(({ file, sha256Before }) => {
    const path = join(kept.folder, file);
    return existsSync(path) && sha256(readFileSync(path)) === sha256Before;
  });
  if (isAsBefore) return false;
  undoManifestChange(kept);
  return true;
}

function isManifestUndo(value: unknown): value is ManifestUndo {
  return (
    isRecord(value) &&
    typeof value.folder === "string" &&
    Array.isArray(value.files) &&
    Array.isArray(value.edits)
  );
}
