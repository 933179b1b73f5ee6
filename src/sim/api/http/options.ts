// The query parameters that every write and every list takes: what the real server refuses in them.

import { forbiddenField, required, tooLong, unsupported } from "../admission/trouble.js";
import { type FieldTrouble, invalid } from "../errors.js";
import type { Call } from "./call.js";

const KINDS: Readonly<Record<string, string>> = {
  POST: "CreateOptions",
  PUT: "UpdateOptions",
  PATCH: "PatchOptions",
  DELETE: "DeleteOptions",
};
const VALIDATIONS = ["", "Ignore", "Strict", "Warn"];

/** `isApply`: of a server-side apply, which has to name its manager. Throws ApiError 422. */
export function checkWriteOptions(call: Call, isApply = false): void {
  const troubles: FieldTrouble[] = [];
  const manager = call.query.get("fieldManager") ?? "";
  if (isApply && manager === "") {
    troubles.push(required("fieldManager", "is required for apply patch"));
  }
  if (!isApply && call.method === "PATCH" && call.query.has("force")) {
    troubles.push(forbiddenField("force", "may not be specified for non-apply patch"));
  }
  if (manager.length > 128) troubles.push(tooLong("fieldManager", "may not be more than 128 bytes"));
  const dry = call.query.getAll("dryRun");
  if (dry.some((value) => value !== "All" && value !== ""))
    troubles.push(unsupported("dryRun", dry, ["All"]));
  const wish = call.query.get("fieldValidation") ?? "";
  if (!VALIDATIONS.includes(wish)) troubles.push(unsupported("fieldValidation", wish, VALIDATIONS));
  refuse(KINDS[call.method] ?? "CreateOptions", troubles);
}

/** Throws ApiError 422. */
export function checkListOptions(call: Call, isWatch: boolean): void {
  const match = call.query.get("resourceVersionMatch") ?? "";
  const version = call.query.get("resourceVersion") ?? "";
  const troubles = isWatch ? watchTroubles(call, match) : listTroubles(call, match, version);
  if (match !== "" && call.query.get("continue")) {
    troubles.push(
      forbiddenField("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"),
    );
  }
  refuse("ListOptions", troubles);
}

function listTroubles(call: Call, match: string, version: string): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  const forbid = (why: string) => troubles.push(forbiddenField("resourceVersionMatch", why));
  if (match !== "") {
    if (version === "") forbid("resourceVersionMatch is forbidden unless resourceVersion is provided");
    const known = ["Exact", "NotOlderThan", ""];
    if (!known.includes(match)) troubles.push(unsupported("resourceVersionMatch", match, known));
    if (match === "Exact" && version === "0") {
      forbid('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (call.query.has("sendInitialEvents")) {
    troubles.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return troubles;
}

function watchTroubles(call: Call, match: string): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  const forbid = (why: string) => troubles.push(forbiddenField("resourceVersionMatch", why));
  const asksInitial = call.query.has("sendInitialEvents");
  if (asksInitial && match !== "NotOlderThan") {
    forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (match !== "" && !asksInitial) {
    forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }
  if (match !== "" && match !== "NotOlderThan") {
    troubles.push(unsupported("resourceVersionMatch", match, ["NotOlderThan"]));
  }
  return troubles;
}

function refuse(kind: string, troubles: readonly FieldTrouble[]): void {
  if (troubles.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", troubles);
}
