// What a path asks for in RBAC's words, whether or not anything is served there: who may not ask does
// not learn what exists.

import { exactName } from "../selectors.js";
import { type Call, isSet } from "./call.js";

export interface RequestInfo {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `pods/log`; the resource alone without a subresource. */
  readonly asked: string;
  /** "" when cluster-scoped or for all namespaces. */
  readonly namespace: string;
  /** "" for a collection, unless its selector names one object. */
  readonly name: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** undefined for a path that is about no resource. */
export function requestInfo(call: Pick<Call, "method" | "path" | "query">): RequestInfo | undefined {
  const parts = call.path.split("/").filter((part) => part !== "");
  const [root, ...rest] = parts;
  if (root !== "api" && root !== "apis") return undefined;
  const group = root === "apis" ? (rest.shift() ?? "") : "";
  rest.shift();
  if (rest.length === 0) return undefined;
  const isInside = rest[0] === "namespaces" && rest.length > 1;
  const namespace = isInside ? (rest[1] ?? "") : "";
  const isOfNamespace = rest.length < 3 || rest[2] === "status" || rest[2] === "finalize";
  const [resource = "", name = "", subresource] = isInside && !isOfNamespace ? rest.slice(2) : rest;
  const verb = VERBS[call.method] ?? "";
  const asked = subresource === undefined ? resource : `${resource}/${subresource}`;
  const info = { group, resource, asked, namespace, name, verb };
  if (name !== "" || (verb !== "get" && verb !== "delete")) return info;
  if (verb === "delete") return { ...info, verb: "deletecollection" };
  return {
    ...info,
    verb: isSet(call.query, "watch") ? "watch" : "list",
    name: exactName(call.query.get("fieldSelector") ?? "") ?? "",
  };
}
