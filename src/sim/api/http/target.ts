// What a path of the API names: a resource, an object, a subresource; and the verb that RBAC knows
// the request by.

import { apiVersionOf, RESOURCES, type Resource } from "../resources.js";

export interface Target {
  readonly resource: Resource;
  /** undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  /** undefined: the collection. */
  readonly name: string | undefined;
  /** undefined: the object itself. */
  readonly subresource: string | undefined;
}

const byPlace = new Map(
  RESOURCES.map((resource) => [`${apiVersionOf(resource)} ${resource.plural}`, resource]),
);

/** `/apis/apps/v1/namespaces/shop/deployments/web/scale`; undefined when nothing is served there. */
export function targetOf(path: string): Target | undefined {
  const parts = path.split("/").slice(1);
  if (parts.some((part) => part === "")) return undefined;
  const isCore = parts[0] === "api";
  if (!isCore && parts[0] !== "apis") return undefined;
  const version = isCore ? (parts[1] ?? "") : `${parts[1]}/${parts[2]}`;
  const rest = parts.slice(isCore ? 2 : 3);
  const isInside = rest[0] === "namespaces" && rest.length >= 3 && !isOfNamespace(rest, isCore);
  const namespace = isInside ? rest[1] : undefined;
  const [plural, name, subresource, ...more] = isInside ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  const resource = byPlace.get(`${version} ${plural}`);
  if (resource === undefined) return undefined;
  if (isInside ? !resource.isNamespaced : resource.isNamespaced && name !== undefined) return undefined;
  if (subresource !== undefined && !resource.subresources.some((one) => one.name === subresource)) {
    return undefined;
  }
  return { resource, namespace, name, subresource };
}

/** `namespaces/shop/status` is about the namespace itself. */
function isOfNamespace(rest: readonly string[], isCore: boolean): boolean {
  return isCore && rest.length === 3 && (rest[2] === "status" || rest[2] === "finalize");
}

/** `list`, `deletecollection`...; undefined for a method that the target does not take. */
export function verbOf(method: string, target: Target, isWatch: boolean): string | undefined {
  const isOne = target.name !== undefined;
  switch (method) {
    case "GET":
    case "HEAD":
      if (isWatch && target.subresource === undefined) return "watch";
      return isOne ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return isOne ? "update" : undefined;
    case "PATCH":
      return isOne ? "patch" : undefined;
    case "DELETE":
      return isOne ? "delete" : "deletecollection";
    default:
      return undefined;
  }
}
