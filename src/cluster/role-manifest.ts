// A Role or ClusterRole as text for `kubectl apply -f -`, with the line that binds it.

export interface Rule {
  /** "" for the core group. */
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** `opening`: what it is for, each a comment line. A ClusterRole, or a Role of `namespace`. */
export function roleText(
  role: string,
  opening: readonly string[],
  rules: readonly Rule[],
  namespace: string | undefined,
): string {
  const lines = [
    ...opening.map((line) => `# ${line}`),
    `# Then bind it: ${bindCommand(role, namespace, undefined)}`,
    "apiVersion: rbac.authorization.k8s.io/v1",
    `kind: ${namespace === undefined ? "ClusterRole" : "Role"}`,
    "metadata:",
    `  name: pulldoctor-${role}`,
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    "rules:",
    ...rules.flatMap(({ group, resources, verbs }) => [
      `  - apiGroups: ["${group}"]`,
      `    resources: [${resources.join(", ")}]`,
      `    verbs: [${verbs.join(", ")}]`,
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** `user` absent: the reader fills it in. */
export function bindCommand(role: string, namespace: string | undefined, user: string | undefined): string {
  const name = `pulldoctor-${role}`;
  const who = `--user=${user ?? "<user>"}`;
  return namespace === undefined
    ? `kubectl create clusterrolebinding ${name} --clusterrole=${name} ${who}`
    : `kubectl -n ${namespace} create rolebinding ${name} --role=${name} ${who}`;
}
