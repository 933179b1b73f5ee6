// Label selectors of workloads, as the API server applies them.

import { type Json, records, text, textMap } from "./objects-fields.js";

/**
 * Whether labels fit `spec.selector`: of the newer kinds (`matchLabels`, `matchExpressions`, all of which must hold) or
 * of a ReplicationController (a map of labels). A selector that asks for nothing fits nothing, as for controllers.
 */
export function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
  const isNew = "matchLabels" in selector || "matchExpressions" in selector;
  const wanted = Object.entries(textMap(isNew ? selector.matchLabels : selector));
  const rules = isNew ? records(selector.matchExpressions) : [];
  if (wanted.length + rules.length === 0) return false;
  return wanted.every(([key, value]) => labels[key] === value) && rules.every((rule) => holds(rule, labels));
}

function holds(rule: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[text(rule.key) ?? ""];
  const values = Array.isArray(rule.values) ? rule.values : [];
  switch (rule.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
