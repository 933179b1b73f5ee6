// A chosen candidate as a plan: digests of its files before and after, and the diff; and several plans as one.

import { readFileSync, statSync } from "node:fs";
import type { Candidate, ManifestEdit, ManifestPlan } from "./change.js";
import { unifiedDiff } from "./diff.js";
import { realPlace } from "./edit.js";
import { sha256, spliced } from "./splice.js";

/** The candidate with what is needed to show, carry out and take back. */
export function finished(
  folder: string,
  candidate: Candidate,
  notes: readonly string[],
  read: (path: string) => Buffer | undefined,
): ManifestPlan {
  const changed = [...new Set(candidate.edits.map(({ file }) => file))].map((file) => {
    const edits = candidate.edits.filter((edit) => edit.file === file);
    const bytes = read(file);
    const after = bytes === undefined ? undefined : spliced(bytes, edits);
    if (bytes === undefined || after === undefined) throw new Error(`the edits of ${file} do not fit it`);
    const isProgram = (statSync(realPlace(folder, file)).mode & 0o100) !== 0;
    return { file, bytes, edits, after, mode: isProgram ? "100755" : "100644" };
  });
  return {
    ...candidate,
    folder,
    notes,
    diff: unifiedDiff(folder, changed),
    files: changed.map(({ file, bytes, after }) => ({
      file,
      sha256Before: sha256(bytes),
      sha256After: sha256(after),
    })),
  };
}

/**
 * Several plans for one folder as one, so that each file is written once; what they have in common is done once.
 * Undefined when they want different things of the same bytes, or a file is no longer what one of them was made from.
 *
 * @throws ToolError `manifest-refused` when a file cannot be read any more.
 */
export function joinPlans(plans: readonly [ManifestPlan, ...ManifestPlan[]]): ManifestPlan | undefined {
  const [{ folder, how }] = plans;
  const edits = uniqueEdits(plans.flatMap((plan) => plan.edits));
  const bytes = new Map<string, Buffer>();
  for (const { file, sha256Before } of plans.flatMap(({ files }) => files)) {
    const read = bytes.get(file) ?? readFileSync(realPlace(folder, file));
    if (sha256(read) !== sha256Before) return undefined;
    bytes.set(file, read);
  }
  const isFitting = [...bytes].every(([file, read]) => {
    const own = edits.filter((edit) => edit.file === file);
    const hasSamePlace = own.some((one) => own.some((other) => one !== other && one.start === other.start));
    return !hasSamePlace && spliced(read, own) !== undefined;
  });
  if (!isFitting) return undefined;
  const why = [...new Set(plans.map((plan) => plan.why))].join("; ");
  const notes = [...new Set(plans.flatMap((plan) => plan.notes))];
  return finished(folder, { how, why, edits }, notes, (path) => bytes.get(path));
}

function uniqueEdits(edits: readonly ManifestEdit[]): readonly ManifestEdit[] {
  const key = ({ file, start, end, after }: ManifestEdit): string => [file, start, end, after].join("\0");
  return [...new Map(edits.map((edit) => [key(edit), edit])).values()];
}
