// Server-side apply: the PATCH that says what its sender wants to own, and is told who else does.

import { isDeepStrictEqual } from "node:util";
import type { FieldWriter, Part } from "../admission.js";
import { ApiError, badRequest } from "../errors.js";
import { shownForm } from "../event-forms.js";
import { at, copy, isJson, items, type Json, text } from "../json.js";
import { type FieldPath, isSelf, leavesOf, SELF, shownPath } from "../managed/field-set.js";
import { entriesOf, isSameWriter, type ManagerEntry } from "../managed/managed-fields.js";
import { mergeApplied, removePath } from "../managed/merge.js";
import { apiVersionOf, nameOf, type Resource } from "../resources.js";
import { typeOfKind } from "../schema/schema.js";
import { fitObject, parseYaml } from "./body.js";
import { type Answer, type Api, isSet, type ResourceCall } from "./call.js";
import { createWith, placeObject, updateWith, writeOptions } from "./write.js";

export function applyObject(api: Api, call: ResourceCall, part: Part): Answer {
  const { resource, namespace, name = "", subresource } = call.target;
  const asked = writeOptions(call, part, subresource, true);
  const wanted = wantedObject(call);
  const type = typeOfKind(apiVersionOf(resource), resource.kind);
  const writer: FieldWriter = {
    name: call.query.get("fieldManager") ?? "",
    operation: "Apply",
    applied: new Set(leavesOf(wanted, type, part).keys()),
    ...(subresource === undefined ? {} : { subresource }),
  };
  const options = { ...asked, manager: writer };
  const found = api.store.find(nameOf(resource), namespace, name);
  const live = found && shownForm(resource, found);
  if (live === undefined) {
    if (subresource !== undefined) api.store.get(nameOf(resource), namespace, name);
    if (resource.hasStatus) delete wanted.status;
    return createWith(api, call, wanted, options);
  }
  const others = entriesOf(live).filter((entry) => !isSameWriter(entry, writer));
  const own = entriesOf(live).find((entry) => isSameWriter(entry, writer));
  if (!isSet(call.query, "force")) {
    const conflicts = conflictsOf(
      { live: leavesOf(live, type, part), wanted: leavesOf(wanted, type, part) },
      others,
    );
    if (conflicts.length > 0) throw applyConflict(conflicts);
  }
  const made = mergeApplied(copy(live), wanted, type);
  for (const path of givenUp(own, writer, others)) removePath(made, path);
  // A version in the manifest makes the apply conditional; without one it is not.
  const version = text(wanted, "metadata", "resourceVersion");
  if (version === "" && isJson(made.metadata)) made.metadata.resourceVersion = live.metadata.resourceVersion;
  return updateWith(api, call, made, options);
}

function wantedObject(call: ResourceCall): Json {
  const { resource } = call.target;
  const body = parseYaml(call.body);
  if (!isJson(body)) throw badRequest("error decoding YAML: the body holds no object");
  const apiVersion = apiVersionOf(resource);
  if (body.kind !== resource.kind || body.apiVersion !== apiVersion) {
    throw badRequest(
      `the object in the body (${text(body, "apiVersion")} ${text(body, "kind")}) does not match the resource on the URL (${apiVersion} ${resource.kind})`,
    );
  }
  const { object, unknown } = fitObject(body, resource);
  if (unknown.length > 0) throw untyped(body, resource, unknown);
  if (items(object, "metadata", "managedFields").length > 0) {
    throw badRequest("metadata.managedFields must be nil");
  }
  placeObject(call, object);
  return object;
}

/** What somebody wants to own cannot be dropped in silence: unknown fields are refused always. */
function untyped(body: Json, resource: Resource, unknown: readonly string[]): ApiError {
  const lines = unknown.map((path) => `.${byKeys(body, path)}: field not declared in schema`);
  const told = lines.length === 1 ? lines[0] : `errors:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  const where = `${text(body, "metadata", "namespace")}/${text(body, "metadata", "name")}`;
  const kind = `${resource.group}/${resource.version}, Kind=${resource.kind}`;
  return new ApiError({
    code: 500,
    reason: "",
    message: `failed to create typed patch object (${where}; ${kind}): ${told}`,
  });
}

/** `spec.containers[0].imge` as `spec.containers[name="app"].imge`, where items have names. */
function byKeys(body: Json, path: string): string {
  let here: unknown = body;
  let shown = "";
  for (const [step, name, index] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]/g)) {
    here = at(here, index === undefined ? (name ?? "") : Number(index));
    const key = text(here, "name");
    shown += index !== undefined && key !== "" ? `[name=${JSON.stringify(key)}]` : step;
  }
  return shown;
}

interface Conflict {
  readonly path: FieldPath;
  readonly manager: ManagerEntry;
}

/** Fields that somebody else set to another value. */
function conflictsOf(
  leaves: {
    readonly live: ReadonlyMap<FieldPath, unknown>;
    readonly wanted: ReadonlyMap<FieldPath, unknown>;
  },
  others: readonly ManagerEntry[],
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [path, value] of leaves.wanted) {
    if (isSelf(path) || isDeepStrictEqual(leaves.live.get(path), value)) continue;
    for (const manager of others) if (manager.fields.has(path)) conflicts.push({ path, manager });
  }
  return conflicts;
}

/** What this manager set before, wants no more, and nobody else wants. */
function givenUp(
  own: ManagerEntry | undefined,
  writer: FieldWriter,
  others: readonly ManagerEntry[],
): FieldPath[] {
  const isHeld = (path: FieldPath): boolean =>
    others.some((entry) =>
      isSelf(path)
        ? [...entry.fields].some((one) => one.startsWith(path.slice(0, -SELF.length)))
        : entry.fields.has(path),
    );
  return [...(own?.fields ?? [])].filter((path) => writer.applied?.has(path) !== true && !isHeld(path));
}

function printed(entry: ManagerEntry): string {
  const subresource = entry.subresource === "" ? "" : ` with subresource "${entry.subresource}"`;
  const using = entry.operation === "Update" ? ` using ${entry.apiVersion}` : "";
  return `"${entry.manager}"${subresource}${using}`;
}

function applyConflict(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.map(({ path, manager }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${printed(manager)}`,
    field: shownPath(path),
  }));
  const [only] = causes;
  let told = `${only?.message}: ${only?.field}`;
  if (causes.length > 1) {
    const managers = [...new Set(causes.map((cause) => cause.message))].sort();
    told = managers
      .map((manager) => {
        const fields = causes.filter((cause) => cause.message === manager).map((cause) => `- ${cause.field}`);
        return [`${manager.replace("conflict", "conflicts")}:`, ...fields].join("\n");
      })
      .join("\n");
  }
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? "" : "s"}: ${told}`;
  return new ApiError({ code: 409, reason: "Conflict", message, details: { causes } });
}
