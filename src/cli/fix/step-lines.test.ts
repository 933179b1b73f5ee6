import { expect, test } from "vitest";
import { editLines } from "./step-lines.js";

const at = ["spec", "template", "spec", "imagePullSecrets"] as const;
const shown = (edits: Parameters<typeof editLines>[1]): readonly string[] =>
  editLines("Deployment data/etl", edits).map(({ is, text }) => `${is} ${text}`);

test("an entry of a list that is there comes or goes as an entry, and the list stays", () => {
  expect(
    shown([
      { path: [...at, { name: "regcred" }], before: { name: "regcred" } },
      { path: [...at, { name: "ecr" }], after: { name: "ecr" } },
    ]),
  ).toEqual([
    "head Deployment data/etl",
    "plain   imagePullSecrets:",
    "removed   - name: regcred",
    "added   - name: ecr",
  ]);
});

test("a list that was not there comes as a whole", () => {
  expect(shown([{ path: at, after: [{ name: "ecr" }] }])).toEqual([
    "head Deployment data/etl",
    "added imagePullSecrets:",
    "added   - name: ecr",
  ]);
});
