// managedFields: who set which field. Kept for writes that come over HTTP; the world's own parts
// (controllers, kubelets) write without a manager and own nothing.

import { isDeepStrictEqual } from "node:util";
import type { Admission, FieldWriter } from "../admission.js";
import { isJson, items, type Json, type KubeObject, record, text, timestamp } from "../json.js";
import { apiVersionOf } from "../resources.js";
import { typeOfKind } from "../schema/schema.js";
import { changed, type FieldPath, type FieldSet, fromFieldsV1, leavesOf, toFieldsV1 } from "./field-set.js";

/** One manager's entry, its fields as a set. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** "" for writes of the object itself. */
  readonly subresource: string;
  /** "" when its writer left it out. */
  readonly time: string;
  readonly fields: FieldSet;
}

export function entriesOf(object: KubeObject | Json): ManagerEntry[] {
  return items(object, "metadata", "managedFields")
    .filter((entry) => text(entry, "manager") !== "" || text(entry, "operation") !== "")
    .map((entry) => ({
      manager: text(entry, "manager"),
      operation: entry.operation === "Apply" ? "Apply" : "Update",
      apiVersion: text(entry, "apiVersion"),
      subresource: text(entry, "subresource"),
      time: text(entry, "time"),
      fields: fromFieldsV1(record(entry, "fieldsV1")),
    }));
}

function entryJson(entry: ManagerEntry): Json {
  return {
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === "" ? {} : { time: entry.time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(entry.fields),
    ...(entry.subresource === "" ? {} : { subresource: entry.subresource }),
  };
}

export function isSameWriter(entry: ManagerEntry, writer: FieldWriter): boolean {
  return (
    entry.manager === writer.name &&
    entry.operation === writer.operation &&
    entry.subresource === (writer.subresource ?? "")
  );
}

function without(fields: FieldSet, gone: ReadonlySet<FieldPath>): FieldSet {
  return new Set([...fields].filter((path) => !gone.has(path)));
}

/** The last admission step: notes who changed what, after defaults have been filled in. */
export const managedFields: Admission = ({ verb, resource, object, before, manager, part, store }) => {
  if (verb === "delete" || manager === undefined || resource.isReview) return;
  const apiVersion = apiVersionOf(resource);
  const type = typeOfKind(apiVersion, resource.kind);
  const now = leavesOf(object, type, part);
  const then = before === undefined ? new Map() : leavesOf(before, type, part);
  const news = changed(then, now);
  const lost = new Set([...then.keys()].filter((path) => !now.has(path)));
  const { metadata } = object;
  // Absent in what was sent: as before. A list with one empty entry asks for a reset.
  if (metadata.managedFields === undefined && before?.metadata.managedFields !== undefined) {
    metadata.managedFields = before.metadata.managedFields;
  }
  const entries = entriesOf(object);
  const own = entries.find((entry) => isSameWriter(entry, manager));
  const fields = manager.applied ?? new Set([...without(own?.fields ?? new Set(), lost), ...news]);
  const isQuiet = news.size === 0 && lost.size === 0;
  if (
    isQuiet &&
    (manager.applied === undefined || (own !== undefined && isDeepStrictEqual(own.fields, fields)))
  ) {
    if (!isJson(metadata.managedFields?.[0])) delete metadata.managedFields;
    return;
  }
  const taken = new Set([...news, ...lost]);
  const others = entries
    .filter((entry) => entry !== own)
    .map((entry) => ({ ...entry, fields: without(entry.fields, taken) }));
  const mine: ManagerEntry = {
    manager: manager.name,
    operation: manager.operation,
    apiVersion,
    subresource: manager.subresource ?? "",
    time: timestamp(store.clock.now()),
    fields,
  };
  const kept = [...others, mine].filter((entry) => entry.fields.size > 0);
  // Appliers first, as the real server sorts them.
  kept.sort((a, b) => Number(a.operation === "Update") - Number(b.operation === "Update"));
  metadata.managedFields = kept.map(entryJson);
};
