// Whether RBAC lets somebody do something: the roles and bindings in the store, asked as the real
// authorizer asks them.

import { at, items, type Json, type KubeObject, strings, text } from "../json.js";
import type { Store } from "../store.js";
import { type Identity, MASTERS } from "./identity.js";

const RBAC = "rbac.authorization.k8s.io";

export type Question =
  | {
      readonly is: "resource";
      readonly verb: string;
      readonly group: string;
      /** `pods`, `pods/log`. */
      readonly resource: string;
      /** "" for a list or a creation. */
      readonly name: string;
      /** "" for cluster-scoped resources and for all namespaces. */
      readonly namespace: string;
    }
  | { readonly is: "path"; readonly verb: string; readonly path: string };

export interface Decision {
  readonly isAllowed: boolean;
  /** Which binding allowed it; "" otherwise. */
  readonly reason: string;
}

interface Grant {
  readonly rule: Json;
  readonly reason: string;
}

export function mayDo(store: Store, who: Identity, question: Question): Decision {
  if (who.groups.includes(MASTERS)) return { isAllowed: true, reason: "" };
  const namespace = question.is === "resource" ? question.namespace : "";
  for (const { rule, reason } of grants(store, who, namespace)) {
    if (allows(rule, question)) return { isAllowed: true, reason };
  }
  return { isAllowed: false, reason: "" };
}

/** The rules that hold for somebody in a namespace ("" for cluster-wide ones only). */
export function rulesOf(store: Store, who: Identity, namespace: string): Json[] {
  if (who.groups.includes(MASTERS)) {
    return [
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
      { verbs: ["*"], nonResourceURLs: ["*"] },
    ];
  }
  return [...grants(store, who, namespace)].map(({ rule }) => rule);
}

function* grants(store: Store, who: Identity, namespace: string): Generator<Grant> {
  for (const binding of store.list(`clusterrolebindings.${RBAC}`)) {
    yield* grantsOf(store, who, binding, "ClusterRoleBinding");
  }
  if (namespace === "") return;
  for (const binding of store.list(`rolebindings.${RBAC}`, { namespace })) {
    yield* grantsOf(store, who, binding, "RoleBinding");
  }
}

function* grantsOf(store: Store, who: Identity, binding: KubeObject, kind: string): Generator<Grant> {
  const { namespace, name } = binding.metadata;
  const subject = items(binding, "subjects").find((one) => isMeant(one, who, namespace));
  if (subject === undefined) return;
  const roleKind = text(binding, "roleRef", "kind");
  const roleName = text(binding, "roleRef", "name");
  const role =
    roleKind === "ClusterRole"
      ? store.find(`clusterroles.${RBAC}`, undefined, roleName)
      : store.find(`roles.${RBAC}`, namespace, roleName);
  if (role === undefined) return;
  const where = namespace === undefined ? name : `${name}/${namespace}`;
  const reason = `RBAC: allowed by ${kind} "${where}" of ${roleKind} "${roleName}" to ${text(subject, "kind")} "${subjectName(subject, namespace)}"`;
  for (const rule of rulesOfRole(store, role)) yield { rule, reason };
}

/** An aggregated ClusterRole has the rules of those that its selectors name. */
export function rulesOfRole(store: Store, role: KubeObject): Json[] {
  const selectors = items(role, "aggregationRule", "clusterRoleSelectors");
  const parts = selectors.flatMap((selector) => {
    const wanted = Object.entries(at(selector, "matchLabels") ?? {});
    return store
      .list(`clusterroles.${RBAC}`)
      .filter((other) => wanted.every(([key, value]) => other.metadata.labels?.[key] === value));
  });
  return [...items(role, "rules"), ...parts.flatMap((part) => items(part, "rules"))];
}

function subjectName(subject: Json, namespace: string | undefined): string {
  const name = text(subject, "name");
  if (subject.kind !== "ServiceAccount") return name;
  return `${name}/${text(subject, "namespace") || (namespace ?? "")}`;
}

function isMeant(subject: Json, who: Identity, namespace: string | undefined): boolean {
  const name = text(subject, "name");
  switch (subject.kind) {
    case "User":
      return name === who.user;
    case "Group":
      return who.groups.includes(name);
    case "ServiceAccount":
      return who.user === `system:serviceaccount:${text(subject, "namespace") || (namespace ?? "")}:${name}`;
    default:
      return false;
  }
}

/** Whether a rule grants all that another does; `part` has one verb and one resource or path. */
export function covers(rule: Json, part: Json): boolean {
  const [verb = ""] = strings(part, "verbs");
  const [path] = strings(part, "nonResourceURLs");
  if (path !== undefined) return allows(rule, { is: "path", verb, path });
  const [group = ""] = strings(part, "apiGroups");
  const [resource = ""] = strings(part, "resources");
  const [name = ""] = strings(part, "resourceNames");
  return allows(rule, { is: "resource", verb, group, resource, name, namespace: "" });
}

function allows(rule: Json, question: Question): boolean {
  const has = (key: string, wanted: string) => {
    const listed = strings(rule, key);
    return listed.includes("*") || listed.includes(wanted);
  };
  if (!has("verbs", question.verb)) return false;
  if (question.is === "path") {
    return strings(rule, "nonResourceURLs").some(
      (path) => path === question.path || (path.endsWith("*") && question.path.startsWith(path.slice(0, -1))),
    );
  }
  if (!has("apiGroups", question.group)) return false;
  const subresource = question.resource.split("/")[1];
  if (
    !has("resources", question.resource) &&
    !(subresource !== undefined && strings(rule, "resources").includes(`*/${subresource}`))
  ) {
    return false;
  }
  const names = strings(rule, "resourceNames");
  return names.length === 0 || (question.name !== "" && names.includes(question.name));
}
