// One step of a draft as lines of a diff. What is in a Secret is never shown: whose login it holds is.

import { stringify } from "yaml";
import { isRecord, type Json, record, text } from "../../cluster/objects-fields.js";
import { type Edit, ownPart } from "../../fixes/edits.js";
import type { Step } from "../../mend/draft.js";
import { shown } from "../../mend/planning.js";
import { hiddenValues } from "../../mend/private.js";
import { decodePullSecret } from "../../model/docker-config.js";

export interface DiffLine {
  readonly is: "head" | "added" | "removed" | "plain";
  readonly text: string;
}

/** `edits`: what differs, by the API server's word where there is one. */
export function stepLines(step: Step, edits: readonly Edit[]): readonly DiffLine[] {
  const name = shown(step.ref);
  switch (step.is) {
    case "delete":
      return [{ is: "removed", text: `${name}, which its controller makes again` }];
    case "create":
      return [
        {
          is: "added",
          text: `${name}${isSecret(step.object) ? ` (${text(step.object.type) ?? "Opaque"})` : ""}`,
        },
        ...(isSecret(step.object) ? loginLines(step.object, "added") : []),
      ];
    case "remake":
      return [
        { is: "plain", text: `${name} is deleted and made again: ${step.why}` },
        ...(isSecret(step.after) ? secretLines(step.was, step.after) : editLines(name, edits)),
      ];
    case "edit":
      return isSecret(step.after)
        ? [{ is: "head", text: name }, ...secretLines(step.before, step.after)]
        : editLines(name, edits);
  }
}

const isSecret = ({ kind }: Json): boolean => kind === "Secret";

export function editLines(name: string, edits: readonly Edit[]): readonly DiffLine[] {
  let head = "";
  let list = "";
  return edits.map(hiddenValues).flatMap(({ path, before, after }) => {
    const at = path.findIndex((step) => typeof step !== "string");
    const parent = path[at - 1];
    const entry = path[at];
    const isContainer = (parent === "containers" || parent === "initContainers") && at < path.length - 1;
    const container = isContainer && typeof entry === "object" ? `, container ${entry.name}` : "";
    const last = path.at(-1);
    const field = typeof last === "string" ? last : fieldOf(path.at(-2));
    const lines: DiffLine[] = [];
    if (head !== name + container) {
      head = name + container;
      lines.push({ is: "head", text: head });
    }
    const isEntry = typeof last !== "string";
    const inList = isEntry ? JSON.stringify(path.slice(0, -1)) : "";
    // The list stays; an entry of it comes or goes.
    if (isEntry && list !== inList) lines.push({ is: "plain", text: `  ${field}:` });
    list = inList;
    if (before !== undefined) lines.push(...valueLines("removed", field, before, isEntry));
    if (after !== undefined) lines.push(...valueLines("added", field, after, isEntry));
    return lines;
  });
}

const fieldOf = (step: Edit["path"][number] | undefined): string => (typeof step === "string" ? step : "");

function valueLines(
  is: DiffLine["is"],
  field: string,
  value: unknown,
  isEntry: boolean,
): readonly DiffLine[] {
  const body = stringify(isEntry ? [value] : { [field]: value }, { lineWidth: 0 }).trimEnd();
  return body.split("\n").map((line) => ({ is, text: isEntry ? `  ${line}` : line }));
}

function secretLines(before: Json, after: Json): readonly DiffLine[] {
  const type =
    before.type === after.type
      ? []
      : [
          { is: "removed" as const, text: `type: ${text(before.type) ?? "Opaque"}` },
          { is: "added" as const, text: `type: ${text(after.type) ?? "Opaque"}` },
        ];
  const [was, is] = [loginLines(before, "removed"), loginLines(after, "added")];
  const same = new Set(was.map((line) => line.text));
  const isUnchanged = is.length === was.length && is.every((line) => same.has(line.text));
  return [
    ...type,
    ...was,
    ...is.map((line) => (isUnchanged ? { ...line, text: `${line.text}, a new one` } : line)),
  ];
}

/** `registry.example.com: user robot, password [hidden]`, one for each registry key. */
function loginLines(secret: Json, is: DiffLine["is"]): readonly DiffLine[] {
  const data = Object.fromEntries(
    Object.entries(record(secret.data)).filter(
      (pair): pair is [string, string] => typeof pair[1] === "string",
    ),
  );
  const decoded = decodePullSecret({ type: text(secret.type) ?? "", data });
  if (decoded.trouble !== undefined) return [{ is, text: `no login: ${decoded.trouble.is}` }];
  return decoded.entries.map(({ key, username, password }) => ({
    is,
    text: `${key}: user ${username === "" ? "(none)" : username}, password ${password.isEmpty ? "(empty)" : "[hidden]"}`,
  }));
}

/** The object with every value of a Secret's data hidden. */
export function withoutValues(object: Json): Json {
  if (!isSecret(object)) return object;
  const hidden = (value: unknown): unknown =>
    isRecord(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, "[hidden]"])) : value;
  // kubectl apply keeps the whole Secret in an annotation.
  const { metadata } = ownPart(object);
  const { name, namespace } = record(object.metadata);
  return {
    ...object,
    metadata: { namespace, name, ...record(metadata) },
    ...("data" in object ? { data: hidden(object.data) } : {}),
    ...("stringData" in object ? { stringData: hidden(object.stringData) } : {}),
  };
}
