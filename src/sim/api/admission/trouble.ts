// Field errors in the words of the API server's validation.

import type { FieldTrouble } from "../errors.js";

export function required(field: string, detail = ""): FieldTrouble {
  return {
    reason: "FieldValueRequired",
    field,
    message: detail === "" ? "Required value" : `Required value: ${detail}`,
  };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldTrouble {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${goValue(value)}: ${detail}` };
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): FieldTrouble {
  const list = supported.map((one) => goQuoted(one)).join(", ");
  const message = `Unsupported value: ${goValue(value)}: supported values: ${list}`;
  return { reason: "FieldValueNotSupported", field, message };
}

export function duplicate(field: string, value: unknown): FieldTrouble {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${goValue(value)}` };
}

export function forbiddenField(field: string, detail: string): FieldTrouble {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

export function missing(field: string, value: unknown): FieldTrouble {
  return { reason: "FieldValueNotFound", field, message: `Not found: ${goValue(value)}` };
}

export function tooLong(field: string, detail: string): FieldTrouble {
  return { reason: "FieldValueTooLong", field, message: `Too long: ${detail}` };
}

/** Text as Go's %q prints it. */
export function goQuoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\\u00([0-9a-f]{2})/g, "\\x$1")
    .replace(/\\b/g, "\\b");
}

function goValue(value: unknown): string {
  return typeof value === "string" ? goQuoted(value) : JSON.stringify(value);
}
