// Server-side apply: merges what somebody wants into what is there, by the schema's list keys, and
// takes out what they no longer want.

import { isJson, type Json } from "../json.js";
import { type Field, type FieldType, type ObjectType, typeOf } from "../schema/schema.js";
import { type FieldPath, itemStep, SELF, type Step, stepsOf } from "./field-set.js";

/** `live` is not changed. */
export function mergeApplied(live: Json, wanted: Json, type: ObjectType | undefined): Json {
  const made: Json = { ...live };
  for (const [key, value] of Object.entries(wanted)) {
    const field = key === "metadata" ? undefined : type?.fields.get(key);
    if (key === "metadata" && isJson(value)) {
      made[key] = mergeApplied(isJson(live[key]) ? live[key] : {}, value, typeOf("meta/v1.ObjectMeta"));
    } else made[key] = merged(live[key], value, field?.type, field);
  }
  return made;
}

function merged(
  live: unknown,
  wanted: unknown,
  type: FieldType | undefined,
  field: Field | undefined,
): unknown {
  const isAtomic = field?.isAtomic === true || (type?.is === "object" && typeOf(type.type).isAtomic);
  if (isAtomic) return wanted;
  if (Array.isArray(wanted)) return mergedList(Array.isArray(live) ? live : [], wanted, type, field);
  if (!isJson(wanted) || !isJson(live)) return wanted;
  if (type?.is === "map") {
    const made: Json = { ...live };
    for (const [key, value] of Object.entries(wanted))
      made[key] = merged(live[key], value, type.of, undefined);
    return made;
  }
  return mergeApplied(live, wanted, type?.is === "object" ? typeOf(type.type) : undefined);
}

function mergedList(
  live: readonly unknown[],
  wanted: readonly unknown[],
  type: FieldType | undefined,
  field: Field | undefined,
): unknown[] {
  if (field?.isSet === true) return [...live, ...wanted.filter((item) => !live.includes(item))];
  const keys = field?.mapKeys;
  if (keys === undefined) return [...wanted];
  const of = type?.is === "list" ? type.of : undefined;
  const made = [...live];
  for (const item of wanted) {
    if (!isJson(item)) continue;
    const step = itemStep(item, keys);
    const index = made.findIndex((one) => isJson(one) && itemStep(one, keys) === step);
    if (index < 0) made.push(item);
    else made[index] = merged(made[index], item, of, undefined);
  }
  return made;
}

/** Takes a path out of an object, and what is left empty by it. The object is changed. */
export function removePath(object: Json, path: FieldPath): void {
  removeSteps(object, stepsOf(path));
}

/** True when `holder` is empty afterwards. */
function removeSteps(holder: unknown, steps: readonly Step[]): boolean {
  const [step = "", ...rest] = steps;
  const isLast = rest.length === 0 || (rest.length === 1 && rest[0] === SELF);
  if (step.startsWith("f:") && isJson(holder)) {
    const key = step.slice(2);
    if (isLast || removeSteps(holder[key], rest)) delete holder[key];
    return Object.keys(holder).length === 0;
  }
  if (!Array.isArray(holder)) return false;
  const index = holder.findIndex((item) => isItem(item, step));
  if (index >= 0 && (isLast || removeSteps(holder[index], rest))) holder.splice(index, 1);
  return holder.length === 0;
}

function isItem(item: unknown, step: Step): boolean {
  const wanted: unknown = JSON.parse(step.slice(2));
  if (step.startsWith("v:")) return item === wanted;
  if (!isJson(wanted) || !isJson(item)) return false;
  return itemStep(item, Object.keys(wanted)) === step;
}
