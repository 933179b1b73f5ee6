// What diagnose reads of a cluster, with which rights, and what is lost without each.

import type { Readable } from "../model/snapshot.js";
import { type Rule, roleText } from "./role-manifest.js";

export interface Right {
  readonly what: Readable | "namespaces";
  /** Which role grants it. */
  readonly role: RoleName;
  readonly resources: readonly Resource[];
  /** Of no namespace: a Role cannot grant it. */
  readonly isClusterWide?: boolean;
  /** Without it there is little to tell. */
  readonly isNeeded: boolean;
  /** What stays unknown: the rest of a sentence after "without them". */
  readonly lost: string;
}

export interface Resource {
  /** "" for the core group. */
  readonly group: string;
  readonly name: string;
}

export const roleNames = ["diagnose", "secrets", "logs", "inside"] as const;
export type RoleName = (typeof roleNames)[number];

const core = (...names: readonly string[]): readonly Resource[] => names.map((name) => ({ group: "", name }));
const of = (group: string, ...names: readonly string[]): readonly Resource[] =>
  names.map((name) => ({ group, name }));

/** In the order in which a reader asks. */
export const rights: readonly Right[] = [
  {
    what: "pods",
    role: "diagnose",
    resources: core("pods"),
    isNeeded: true,
    lost: "failing pulls are not seen",
  },
  {
    what: "events",
    role: "diagnose",
    resources: core("events"),
    isNeeded: true,
    lost: "the reason is known only where a pod's status gives it, and not how often or since when",
  },
  {
    what: "secrets",
    role: "secrets",
    resources: core("secrets"),
    isNeeded: false,
    lost: "which credential a pull would use stays unknown",
  },
  {
    what: "serviceaccounts",
    role: "diagnose",
    resources: core("serviceaccounts"),
    isNeeded: false,
    lost: "whether a pod is older than its account's pull secret stays unknown",
  },
  {
    what: "nodes",
    role: "diagnose",
    resources: core("nodes"),
    isClusterWide: true,
    isNeeded: false,
    lost: "architecture, runtime and cached images of the nodes stay unknown",
  },
  {
    what: "workloads",
    role: "diagnose",
    resources: [
      ...of("apps", "deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"),
      ...of("batch", "jobs", "cronjobs"),
      ...core("replicationcontrollers"),
    ],
    isNeeded: false,
    lost: "the image that worked before, and what manages a workload, stay unknown",
  },
  {
    what: "namespaces",
    role: "diagnose",
    resources: core("namespaces"),
    isClusterWide: true,
    isNeeded: false,
    lost: "with rights in some namespaces only, -n has to name them",
  },
];

/** `/api/v1/namespaces/shop/pods`; `namespace` absent: everywhere. */
export function listPath({ group, name }: Resource, namespace: string | undefined): string {
  const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  return namespace === undefined ? `${root}/${name}` : `${root}/namespaces/${namespace}/${name}`;
}

/** The same events under another name, for those who may read only the newer API group. */
export const newerEvents: Resource = { group: "events.k8s.io", name: "events" };

const opening: Readonly<Record<RoleName, string>> = {
  diagnose: "What pulldoctor diagnose reads. It changes nothing, and needs no Secret to begin with.",
  secrets: "Lets pulldoctor read pull secrets. RBAC cannot tell them from others; pulldoctor asks by type.",
  logs: "Lets pulldoctor read why a container ended the moment it started: an image for another platform.",
  inside:
    "What diagnose --from pod and --from node/NAME need: a short-lived pod to ask from, deleted at once.",
};

/** What is no list that `check` could try, and is asked for only by what needs it. */
const more: Readonly<Partial<Record<RoleName, readonly Rule[]>>> = {
  logs: [{ group: "", resources: ["pods/log"], verbs: ["get"] }],
  inside: [
    { group: "", resources: ["pods"], verbs: ["create", "delete", "get"] },
    { group: "", resources: ["pods/exec"], verbs: ["create", "get"] },
  ],
};

/**
 * A manifest for `kubectl apply -f -`: a ClusterRole, or a Role of `namespace`, which then lacks what
 * belongs to no namespace.
 */
export function roleManifest(role: RoleName, namespace: string | undefined): string {
  const granted = rights.filter((right) => right.role === role);
  const here = granted.filter(({ isClusterWide }) => namespace === undefined || isClusterWide !== true);
  const left = granted.filter((right) => !here.includes(right)).map(({ what }) => what);
  const lists = groupsOf(here).map(([group, resources]) => ({ group, resources, verbs: ["get", "list"] }));
  const lacks = left.length === 0 ? [] : [`Without ${left.join(" and ")}: a Role cannot grant them.`];
  return roleText(role, [opening[role], ...lacks], [...lists, ...(more[role] ?? [])], namespace);
}

function groupsOf(granted: readonly Right[]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const { group, name } of granted.flatMap(({ resources }) => resources))
    groups.set(group, [...(groups.get(group) ?? []), name]);
  if (granted.some(({ what }) => what === "events")) groups.set(newerEvents.group, [newerEvents.name]);
  return [...groups];
}
