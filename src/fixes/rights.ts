// Rights that several fixes need, as roles grant them.

import type { Grant } from "./define.js";

const grant = (group: string, resource: string, ...verbs: readonly string[]): Grant => ({
  group,
  resource,
  verbs,
});

/** Pod templates are read and patched; pods that would wait for ever are deleted. */
export const templateRights: readonly Grant[] = [
  ...["deployments", "statefulsets", "daemonsets", "replicasets"].map((name) =>
    grant("apps", name, "get", "patch"),
  ),
  grant("batch", "cronjobs", "get", "patch"),
  grant("batch", "jobs", "get", "create", "delete"),
  grant("", "replicationcontrollers", "get", "patch"),
  grant("", "pods", "get", "patch", "delete"),
];

/** What must not stand in a file is copied to a backup Secret first. */
export const copyRights: readonly Grant[] = [grant("", "secrets", "get", "create", "delete")];

/** Jobs and bare pods are copied before they are made again. */
export const remakeRights: readonly Grant[] = [grant("", "pods", "create"), ...copyRights];

export const secretRights: readonly Grant[] = [grant("", "secrets", "get", "create", "patch", "delete")];

export const accountRights: readonly Grant[] = [grant("", "serviceaccounts", "get", "patch")];

export const podRights: readonly Grant[] = [grant("", "pods", "get", "delete")];
