// JSON merge patch (RFC 7386): objects merge, null deletes, everything else replaces.

import { isJson, type Json } from "../json.js";

export function mergePatch(target: unknown, patch: Json): Json {
  const made: Json = isJson(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete made[key];
    else made[key] = isJson(value) ? mergePatch(made[key], value) : value;
  }
  return made;
}
