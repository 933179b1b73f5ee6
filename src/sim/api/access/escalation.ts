// Nobody gives away rights that they do not have: what a role or a binding would grant is held against
// what its author may do.

import { forbidden, notFound } from "../errors.js";
import { items, type Json, strings, text } from "../json.js";
import { type Resource, resourceOf } from "../resources.js";
import type { Store } from "../store.js";
import { type Identity, MASTERS } from "./identity.js";
import { covers, mayDo, rulesOf, rulesOfRole } from "./rbac.js";

const RBAC = "rbac.authorization.k8s.io";

/** `object` is a role or a binding that `who` wants to write; others pass. Throws ApiError 403 and 404. */
export function checkEscalation(store: Store, who: Identity, resource: Resource, object: Json): void {
  if (resource.group !== RBAC || who.groups.includes(MASTERS)) return;
  const name = text(object, "metadata", "name");
  const namespace = resource.isNamespaced ? text(object, "metadata", "namespace") : "";
  const isBinding = resource.kind.endsWith("Binding");
  const role = text(object, "roleRef", "name");
  const asked = isBinding
    ? {
        verb: "bind",
        resource: text(object, "roleRef", "kind") === "Role" ? "roles" : "clusterroles",
        name: role,
      }
    : { verb: "escalate", resource: resource.plural, name };
  if (mayDo(store, who, { is: "resource", group: RBAC, namespace, ...asked }).isAllowed) return;
  const wanted = isBinding
    ? referredRules(store, `${asked.resource}.${RBAC}`, namespace, role)
    : items(object, "rules");
  const own = rulesOf(store, who, namespace);
  const missing = wanted.flatMap(broken).filter((part) => !own.some((rule) => covers(rule, part)));
  if (missing.length === 0) return;
  const groups = who.groups.map((group) => JSON.stringify(group)).join(" ");
  throw forbidden(
    resource,
    name,
    `user ${JSON.stringify(who.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${told(missing)}`,
  );
}

function referredRules(store: Store, resource: string, namespace: string, name: string): Json[] {
  const found = store.find(resource, namespace, name);
  if (found === undefined) throw notFound(resourceOf(resource), name);
  return rulesOfRole(store, found);
}

/** A rule as rules of one verb and one thing each. */
function broken(rule: Json): Json[] {
  const names = strings(rule, "resourceNames");
  const named = names.length === 0 ? [{}] : names.map((name) => ({ resourceNames: [name] }));
  const verbs = strings(rule, "verbs");
  const ofResources = strings(rule, "apiGroups").flatMap((group) =>
    strings(rule, "resources").flatMap((resource) =>
      verbs.flatMap((verb) =>
        named.map((name) => ({ apiGroups: [group], resources: [resource], ...name, verbs: [verb] })),
      ),
    ),
  );
  const ofPaths = strings(rule, "nonResourceURLs").flatMap((path) =>
    verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })),
  );
  return [...ofResources, ...ofPaths];
}

const SHOWN = [
  ["apiGroups", "APIGroups"],
  ["resources", "Resources"],
  ["nonResourceURLs", "NonResourceURLs"],
  ["resourceNames", "ResourceNames"],
] as const;

/** One line for each thing, its verbs together, sorted. */
function told(rules: readonly Json[]): string {
  const verbs = new Map<string, string[]>();
  for (const rule of rules) {
    const thing = SHOWN.filter(([key]) => strings(rule, key).length > 0)
      .map(([key, word]) => `${word}:${quoted(strings(rule, key))}`)
      .join(", ");
    verbs.set(thing, [...(verbs.get(thing) ?? []), ...strings(rule, "verbs")]);
  }
  return [...verbs]
    .map(([thing, those]) => `{${thing}, Verbs:${quoted(those)}}`)
    .sort()
    .join("\n");
}

/** As Go prints a list of strings. */
function quoted(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(" ")}]`;
}
