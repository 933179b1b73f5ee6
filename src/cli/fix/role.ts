// The roles that fixes need beside that of diagnose: for all of them, or for one.

import { roleText } from "../../cluster/role-manifest.js";
import type { Grant } from "../../fixes/define.js";
import { fixes } from "../../fixes/index.js";

const prefix = "fix-";

/** `fix`, `fix-set-image`, ...; fixes that change nothing need no role. */
export const fixRoleNames: readonly string[] = [
  "fix",
  ...fixes.filter(({ rights }) => rights.length > 0).map(({ id }) => prefix + id),
];

/** A manifest for `kubectl apply -f -`; undefined for a name that is none of these. */
export function fixRole(role: string, namespace: string | undefined): string | undefined {
  if (!fixRoleNames.includes(role)) return undefined;
  const chosen = role === "fix" ? fixes : fixes.filter(({ id }) => prefix + id === role);
  const changes = merged(chosen.flatMap(({ rights }) => rights));
  const what =
    role === "fix" ? "fix and undo change" : `fix --by ${role.slice(prefix.length)} and its undo change`;
  const opening = [
    `What pulldoctor ${what}; the roles diagnose and secrets let it see what to change.`,
    "create events is for --record alone.",
  ];
  const rules = [
    ...changes.map(({ group, resource, verbs }) => ({ group, resources: [resource], verbs })),
    { group: "", resources: ["events"], verbs: ["create"] },
  ];
  return roleText(role, opening, rules, namespace);
}

/** One grant for each resource, its verbs once. */
function merged(grants: readonly Grant[]): readonly Grant[] {
  const found = new Map<string, Grant>();
  for (const grant of grants) {
    const key = `${grant.group}/${grant.resource}`;
    const verbs = new Set([...(found.get(key)?.verbs ?? []), ...grant.verbs]);
    found.set(key, { ...grant, verbs: [...verbs].sort() });
  }
  return [...found.values()];
}
