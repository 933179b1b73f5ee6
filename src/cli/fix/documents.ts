// What a fix would do, for other programs: patches, the objects as they would be, or kubectl lines that do the same.

import { stringify } from "yaml";
import { type Json, record } from "../../cluster/objects-fields.js";
import { type Edit, ownPart, plainPatch } from "../../fixes/edits.js";
import type { Step } from "../../mend/draft.js";
import { isPrivate } from "../../mend/private.js";
import type { Remedy } from "../../model/report.js";
import { escapeInDocument } from "../../report/inert.js";
import { quoted } from "../shell.js";
import { withoutValues } from "./step-lines.js";

export const documentFormats = ["patch", "yaml", "kubectl"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export interface Documented {
  readonly steps: readonly Step[];
  /** For what cannot be written down without a secret's values. */
  readonly remedies: readonly Remedy[];
  /** `--context prod-eu`, before every kubectl line's verb; "" for none. */
  readonly where: string;
}

export function documentOf(format: DocumentFormat, told: Documented): string {
  if (format === "kubectl") return `${kubectlLines(told).join("\n")}\n`;
  if (format === "yaml") {
    const objects = told.steps.flatMap((step) => (step.is === "delete" ? [] : [afterOf(step)]));
    return escapeInDocument(objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join(""));
  }
  const patches = told.steps.map((step) => ({ ...step.ref, ...doing(step) }));
  return escapeInDocument(`${JSON.stringify(patches, null, 2)}\n`);
}

function doing(step: Step): Json {
  switch (step.is) {
    case "edit":
      return {
        do: "patch",
        type: "application/json-patch+json",
        patch: plainPatch(step.before, hidden(step)),
      };
    case "create":
      return { do: "create", object: withoutValues(step.object) };
    case "delete":
      return { do: "delete" };
    case "remake":
      return { do: "delete and create", why: step.why, object: withoutValues(step.after) };
  }
}

function hidden(step: Step): readonly Edit[] {
  if (step.ref.kind !== "Secret") return step.edits;
  return step.edits.map(({ path }) => ({ path, after: "[hidden]" }));
}

function afterOf(step: Step): Json {
  const object = step.is === "create" ? step.object : step.is === "delete" ? step.before : step.after;
  const { apiVersion, kind, namespace, name } = step.ref;
  const own = ownPart(withoutValues({ ...object, kind }));
  return { apiVersion, ...own, kind, metadata: { namespace, name, ...record(own.metadata) } };
}

/** Lines that do the same; `<...>` marks what only the reader can fill in. */
export function kubectlLines({ steps, remedies, where }: Documented): readonly string[] {
  const secrets = steps.some(({ ref, is }) => ref.kind === "Secret" && is !== "delete");
  // A Secret's values stay off command lines, and so may a template's: the remedy's own lines say where they are read from.
  const isPrivateEdit = steps.some(({ is, edits }) => is === "edit" && edits.some(isPrivate));
  if ((secrets || isPrivateEdit) && remedies.length > 0)
    return [...new Set(remedies.flatMap(({ commands }) => commands))];
  return steps.flatMap((step) => lineFor(step, where));
}

function lineFor(step: Step, where: string): readonly string[] {
  const { kind, namespace = "", name } = step.ref;
  const kubectl = `kubectl ${where === "" ? "" : `${where} `}-n ${quoted(namespace)}`;
  const object = `${kind.toLowerCase()}/${quoted(name)}`;
  switch (step.is) {
    case "delete":
      return [`${kubectl} delete ${kind.toLowerCase()} ${quoted(name)}`];
    case "edit": {
      const images = step.edits.map(imageOf);
      if (kind !== "Pod" && images.every((image) => image !== undefined))
        return [`${kubectl} set image ${object} ${images.join(" ")}`];
      const patch = JSON.stringify(plainPatch(step.before, hidden(step)));
      return [`${kubectl} patch ${object} --type=json -p ${quoted(patch)}`];
    }
    case "create":
      return [`${kubectl} create -f <manifest of ${kind} ${name}>`];
    case "remake":
      return [`${kubectl} replace --force -f <manifest of ${kind} ${name}>`];
  }
}

/** `app=registry.example.com/shop/cart:1.1` for an edit of a container's image and nothing else. */
function imageOf({ path, after }: Edit): string | undefined {
  const [field, entry, list] = [path.at(-1), path.at(-2), path.at(-3)];
  const isImage = field === "image" && (list === "containers" || list === "initContainers");
  return isImage && typeof entry === "object" && typeof after === "string"
    ? `${quoted(entry.name)}=${quoted(after)}`
    : undefined;
}
