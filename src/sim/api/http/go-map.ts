// A JSON value as Go's %+v prints it: `map[spec:map[replicas:2]]`. Refused patches are told so.

import { isJson } from "../json.js";

export function goMapText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMapText).join(" ")}]`;
  if (isJson(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${goMapText(value[key])}`).join(" ")}]`;
  }
  return value === null || value === undefined ? "<nil>" : String(value);
}
