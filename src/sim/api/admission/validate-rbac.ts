// What the API server refuses in roles and bindings.

import { isDeepStrictEqual } from "node:util";
import type { FieldTrouble } from "../errors.js";
import { items, type KubeObject, record, strings, text } from "../json.js";
import { invalidValue, required, unsupported } from "./trouble.js";

const RBAC = "rbac.authorization.k8s.io";

export function roleTroubles(role: KubeObject): FieldTrouble[] {
  return items(role, "rules").flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const troubles: FieldTrouble[] = [];
    const has = (key: string): boolean => strings(rule, key).length > 0;
    if (!has("verbs")) troubles.push(required(`${at}.verbs`, "verbs must contain at least one value"));
    if (has("nonResourceURLs")) {
      const refuse = (why: string) =>
        troubles.push(invalidValue(`${at}.nonResourceURLs`, rule.nonResourceURLs, why));
      if (role.kind === "Role") refuse("namespaced rules cannot apply to non-resource URLs");
      if (has("apiGroups") || has("resources") || has("resourceNames")) {
        refuse("rules cannot apply to both regular resources and non-resource URLs");
      }
      return troubles;
    }
    if (!has("apiGroups")) {
      troubles.push(required(`${at}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if (!has("resources")) {
      troubles.push(required(`${at}.resources`, "resource rules must supply at least one resource"));
    }
    return troubles;
  });
}

export function bindingTroubles(binding: KubeObject, before: KubeObject | undefined): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  const { apiGroup, kind, name } = record(binding, "roleRef");
  if (apiGroup !== RBAC) troubles.push(unsupported("roleRef.apiGroup", apiGroup, [RBAC]));
  const kinds = binding.kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (!kinds.includes(String(kind))) troubles.push(unsupported("roleRef.kind", kind ?? "", kinds));
  if ((name ?? "") === "") troubles.push(required("roleRef.name"));
  for (const [index, subject] of items(binding, "subjects").entries()) {
    const at = `subjects[${index}]`;
    if (text(subject, "name") === "") troubles.push(required(`${at}.name`));
    if (subject.kind === "ServiceAccount" && text(subject, "namespace") === "") {
      if (binding.kind === "ClusterRoleBinding") troubles.push(required(`${at}.namespace`));
    }
  }
  if (before !== undefined && !isDeepStrictEqual(before.roleRef, binding.roleRef)) {
    troubles.push(
      invalidValue("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef"),
    );
  }
  return troubles;
}
