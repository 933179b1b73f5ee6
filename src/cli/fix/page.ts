// The screen of a fix: what is wrong, what would change, what was checked, what restarts.

import type { ManagedBy } from "../../model/objects.js";
import type { Effect, Finding } from "../../model/report.js";
import { titleLine } from "../../report/detail.js";
import { inert } from "../../report/inert.js";
import { counted, indent, pad, widthOf, wrap } from "../../report/layout.js";
import type { Look } from "../../report/signs.js";
import type { Check } from "./image-checks.js";
import type { DiffLine } from "./step-lines.js";

/** The same headline as the diagnosis: how sure it is belongs to it. */
export function findingLines(finding: Finding, look: Look): readonly string[] {
  const { title, cause, image, images } = finding;
  const more = images.length > 1 ? ` and ${images.length - 1} more` : "";
  const head = titleLine({ ...finding, title: look.paint.bold(inert(title)) }, cause, look);
  return [head, `  ${inert(image)}${more}`, ""];
}

export function diffText(lines: readonly DiffLine[], { paint }: Look): readonly string[] {
  return indent(
    lines.map(({ is, text }) => {
      const line = inert(text);
      if (is === "added") return paint.fine(`+ ${line}`);
      if (is === "removed") return paint.problem(`- ${line}`);
      return line;
    }),
    2,
  );
}

export function checkText(checks: readonly Check[], look: Look): readonly string[] {
  const column = Math.min(40, Math.max(0, ...checks.map(({ text }) => widthOf(text))) + 2);
  return checks.flatMap(({ is, text, detail }) => {
    const sign = { fine: "fine", warning: "warning", problem: "problem", unclear: "unclear" } as const;
    const mark = look.paint[sign[is]](look.signs[sign[is]]);
    const told = inert(detail ?? "");
    const line = `  ${mark} ${told === "" ? inert(text) : pad(inert(text), column)}`;
    if (told === "") return [line];
    if (widthOf(line) + widthOf(told) <= look.width) return [line + told];
    return [line.trimEnd(), ...indent(wrap(told, look.width - 6), 6)];
  });
}

const reverts: Readonly<Record<ManagedBy["tool"], (name: string) => string>> = {
  helm: (name) => `the next helm upgrade of ${name} puts the old value back`,
  "argo-cd": (name) => `Argo CD app ${name} puts the old value back at its next sync`,
  flux: (name) => `Flux ${name} puts the old value back at its next reconciliation`,
  kustomize: (name) => `the next kubectl apply -k of ${name} puts the old value back`,
};

const tools = { helm: "Helm", "argo-cd": "Argo CD", flux: "Flux", kustomize: "Kustomize" } as const;

export const managedCheck = (subject: string, { tool, name }: ManagedBy): Check => ({
  is: "warning",
  text: `${tools[tool]} manages ${subject}`,
  detail: reverts[tool](name),
});

/** `Restarts 3 pods in prod-eu.` */
export function effectLine(effect: Effect, pods: number, cluster: string): string {
  const where = `in ${inert(cluster)}`;
  const some = pods === 0 ? "pods" : counted(pods, "pod");
  switch (effect) {
    case "none":
      return `Restarts nothing ${where}.`;
    case "writes-secret":
      return `Writes a Secret ${where}; restarts nothing.`;
    case "restarts-pods":
      return `Restarts ${some} ${where}.`;
    case "deletes-pods":
      return `Deletes ${some} that cannot start ${where}; new ones are made.`;
  }
}
