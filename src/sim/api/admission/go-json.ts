// What Go's encoding/json says about a text that should hold a JSON object: the words behind the
// API server's refusals of malformed pull secrets.

import { GoObject, goKind, parseGoJson } from "../../../model/go-json.js";

/** Go's error for unmarshalling `source` into map[string]interface{}; undefined when it fits. */
export function goMapError(source: string): string | undefined {
  const parsed = parseGoJson(Buffer.from(source, "utf8"));
  if (!parsed.ok) return parsed.why;
  if (parsed.value === null || parsed.value instanceof GoObject) return undefined;
  return `json: cannot unmarshal ${goKind(parsed.value)} into Go value of type map[string]interface {}`;
}

/** Go's syntax error for a JSON text; undefined when it is valid. */
export function goSyntaxError(source: string): string | undefined {
  const parsed = parseGoJson(Buffer.from(source, "utf8"));
  return parsed.ok ? undefined : parsed.why;
}
