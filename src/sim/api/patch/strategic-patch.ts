// Strategic merge patch: like a merge patch, but lists whose items have a key merge item by item, and
// directives say what to delete, replace, keep or reorder.

import { badRequest } from "../errors.js";
import { isJson, type Json } from "../json.js";
import { type Field, innerType, type ObjectType } from "../schema/schema.js";

const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

/** `type` is the kind's; undefined (a kind without schema) makes every list replace. Throws ApiError 400. */
export function strategicPatch(target: unknown, patch: Json, type: ObjectType | undefined): Json {
  if (patch.$patch === "replace") return withoutDirectives(patch);
  if (patch.$patch === "delete") return {};
  const made: Json = isJson(target) ? { ...target } : {};
  const keeps = patch.$retainKeys;
  if (Array.isArray(keeps)) {
    for (const key of Object.keys(made)) if (!keeps.includes(key)) delete made[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    const field = type?.fields.get(key);
    if (value === null) delete made[key];
    else if (isJson(value)) patchObject(made, key, value, field);
    else if (Array.isArray(value)) made[key] = mergeLists(made[key], value, field, patch[ORDER + key]);
    else made[key] = value;
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE) && Array.isArray(value)) {
      const name = key.slice(DELETE.length);
      const list = made[name];
      if (Array.isArray(list)) made[name] = list.filter((item) => !value.includes(item));
    } else if (key.startsWith(ORDER) && patch[key.slice(ORDER.length)] === undefined) {
      const name = key.slice(ORDER.length);
      const list = made[name];
      if (Array.isArray(list)) made[name] = ordered(list, value, type?.fields.get(name));
    }
  }
  return made;
}

function patchObject(made: Json, key: string, value: Json, field: Field | undefined): void {
  if (value.$patch === "delete") {
    delete made[key];
    return;
  }
  made[key] = strategicPatch(made[key], value, field === undefined ? undefined : innerType(field.type));
}

function withoutDirectives(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("$")));
}

function mergeLists(current: unknown, patch: unknown[], field: Field | undefined, order: unknown): unknown[] {
  const key = field?.mergeKey;
  const isReplaced = patch.some((item) => isJson(item) && item.$patch === "replace");
  const items = patch.filter((item) => !isJson(item) || item.$patch !== "replace");
  if (field === undefined || key === undefined || isReplaced) return items.map(clean);
  const list = Array.isArray(current) ? [...current] : [];
  if (key === "") {
    for (const item of items) if (!list.includes(item)) list.push(item);
    return order === undefined ? list : ordered(list, order, field);
  }
  const type = innerType(field.type);
  for (const item of items) {
    if (!isJson(item)) continue;
    const id = item[key];
    if (id === undefined) {
      const shown = JSON.stringify(item);
      throw badRequest(`map: ${shown} does not contain declared merge key: ${key}`);
    }
    const index = list.findIndex((one) => isJson(one) && one[key] === id);
    if (item.$patch === "delete") {
      if (index >= 0) list.splice(index, 1);
    } else if (index >= 0) list[index] = strategicPatch(list[index], item, type);
    else list.push(strategicPatch({}, item, type));
  }
  return order === undefined ? list : ordered(list, order, field);
}

function clean(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(clean);
  if (!isJson(item)) return item;
  const kept = Object.entries(item).filter(([key, value]) => !key.startsWith("$") && value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, clean(value)]));
}

/** The items that the order names, in that order; the others stay where they were among them. */
function ordered(list: unknown[], order: unknown, field: Field | undefined): unknown[] {
  if (!Array.isArray(order)) return list;
  const key = field?.mergeKey ?? "";
  const idOf = (item: unknown): unknown => (key !== "" && isJson(item) ? item[key] : item);
  const ranks = new Map(order.map((item, index) => [idOf(item), index]));
  const named = list.filter((item) => ranks.has(idOf(item)));
  named.sort((a, b) => (ranks.get(idOf(a)) ?? 0) - (ranks.get(idOf(b)) ?? 0));
  const result: unknown[] = [];
  let next = 0;
  // An item that the order does not name keeps its place behind those that stood before it.
  const before = new Map<unknown, number>();
  let seen = 0;
  for (const item of list) {
    if (ranks.has(idOf(item))) seen++;
    else before.set(item, seen);
  }
  for (const [item, rank] of before) {
    while (next < rank) result.push(named[next++]);
    result.push(item);
  }
  return [...result, ...named.slice(next)];
}
