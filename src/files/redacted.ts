// Secrets whose values a collector has blanked out. What is left of them proves that they exist,
// and nothing about what is in them.

import { isRecord, type Json, record, text } from "../cluster/objects-fields.js";
import type { KubeObject } from "../model/objects.js";

/** The key that the API server demands for a type, with JSON in it. */
const demanded: Readonly<Record<string, string>> = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
};

/** The object itself, or a secret of which this source shows no values. */
export function shownSecret(object: KubeObject, raw: Json): KubeObject {
  if (object.kind !== "Secret" || !isBlankedOut(raw)) return object;
  return {
    ...object,
    entries: [],
    notes: [],
    trouble: { is: "not-shown", why: "its values are blanked out in this source" },
  };
}

/**
 * The API server refuses a docker secret without JSON under its key (ValidateSecret of
 * pkg/apis/core/validation). So where an object that came from it holds something that does not even
 * begin like JSON, a collector put it there. Other secrets are told by the words collectors use.
 */
function isBlankedOut(raw: Json): boolean {
  const data = record(raw.data);
  const key = demanded[text(raw.type) ?? ""];
  const isFromServer = text(record(raw.metadata).uid) !== undefined;
  if (key !== undefined && isFromServer && !isRecord(raw.stringData)) return !beginsLikeJson(data[key]);
  const values = Object.values(data);
  return values.length > 0 && values.every((value) => typeof value === "string" && isPlaceholder(value));
}

/** Also JSON that was encoded twice, which a manifest can hold. */
function beginsLikeJson(value: unknown): boolean {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/=\s]+$/.test(value)) return false;
  return /^\s*(?:\{|ey)/.test(Buffer.from(value, "base64").toString("latin1"));
}

const word = "(?:redacted|hidden|removed|omitted|masked|censored|sanitized|not shown)";
const placeholder = new RegExp(`^\\W*${word}\\W*$|^\\*{3,}|^x{3,}$|^<[^<>]*>$`, "i");

/** `oc adm inspect` writes `117 bytes long` in a value's place, Troubleshoot.sh `***HIDDEN***`. */
function isPlaceholder(value: string): boolean {
  if (value.length > 60) return false;
  if (placeholder.test(value)) return true;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return /^\d+ bytes long$/.test(decoded) || placeholder.test(decoded);
}
