// Checkouts of manifests for tests: copies of the trees beside this file, and what became of them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type {
  ImageChange,
  ManifestPlan,
  NoManifestPlan,
  PullSecretChange,
} from "../../src/manifests/change.js";
import { applyManifestChange, undoManifestChange } from "../../src/manifests/edit.js";
import { type Files, folderOf } from "../folder.js";

type TreeName = "plain" | "helm" | "kustomize" | "mixed";

/** The files of a tree by path. */
export function treeFiles(name: TreeName): Record<string, string> {
  return filesIn(join(import.meta.dirname, "trees", name));
}

export function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

/** A copy of the tree, with other files put into it. */
export const checkoutOf = (name: TreeName, others: Files = {}): string =>
  folderOf({ ...treeFiles(name), ...others });

export const image = (change: Partial<ImageChange> = {}): ImageChange => ({
  is: "image",
  kind: "Deployment",
  namespace: "shop",
  name: "checkout",
  container: "app",
  from: "registry.example.com/shop/checkout:v2.4.l",
  to: "registry.example.com/shop/checkout:v2.4.1",
  ...change,
});

export const pullSecret = (change: Partial<PullSecretChange> = {}): PullSecretChange => ({
  is: "pull-secret",
  kind: "Deployment",
  namespace: "shop",
  name: "checkout",
  secret: "regcred",
  ...change,
});

export function planned(answer: ManifestPlan | NoManifestPlan): ManifestPlan {
  if ("none" in answer) throw new Error([answer.none, ...answer.lookedAt].join("\n"));
  return answer;
}

export function declined(answer: ManifestPlan | NoManifestPlan): NoManifestPlan {
  if (!("none" in answer)) throw new Error(`there is a plan: ${answer.why}\n${answer.diff}`);
  return answer;
}

/** Carries a plan out and back; every byte outside of its edits has to stay as it was. Gives the files in between. */
export function carriedOut(plan: ManifestPlan): Record<string, string> {
  const before = filesIn(plan.folder);
  const undo = applyManifestChange(plan);
  const after = filesIn(plan.folder);
  for (const [file, text] of Object.entries(before)) {
    const edits = plan.edits.filter((edit) => edit.file === file).toSorted((a, b) => b.start - a.start);
    const expected = edits.reduce((bytes, { start, end, after: put }) => {
      return Buffer.concat([bytes.subarray(0, start), Buffer.from(put), bytes.subarray(end)]);
    }, Buffer.from(text));
    expect(after[file]).toBe(expected.toString());
  }
  expect(Object.keys(after)).toEqual(Object.keys(before));
  undoManifestChange(JSON.parse(JSON.stringify(undo)));
  expect(filesIn(plan.folder)).toEqual(before);
  return after;
}

/** Lines that are in one text and not in the other, as a diff would show them. */
export function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}
