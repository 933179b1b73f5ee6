// The kinds that the simulated API server serves, as discovery describes them.

/** A resource without its version: what the store is keyed by and errors name. */
export interface GroupResource {
  /** "" for the core group. */
  readonly group: string;
  readonly plural: string;
}

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Where the kind lives, when it is not the resource's own group and version. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

export interface Resource extends GroupResource {
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** `metadata.generation` counts changes of the spec. */
  readonly hasGeneration: boolean;
  readonly hasStatus: boolean;
  /** The resource that its objects are kept under, when that is another. */
  readonly keptAs?: ResourceName;
  /** Created and answered, never stored (access reviews). */
  readonly isReview: boolean;
}

/** `pods`, `deployments.apps`: the store's key, and what errors print. */
export type ResourceName = string;

const STATUS: Subresource = { name: "status", kind: "", verbs: ["get", "patch", "update"] };
const SCALE: Subresource = {
  name: "scale",
  kind: "Scale",
  group: "autoscaling",
  version: "v1",
  verbs: ["get", "patch", "update"],
};

interface Row {
  readonly short?: string;
  readonly all?: true;
  readonly cluster?: true;
  readonly generation?: true;
  readonly review?: true;
  readonly keptAs?: ResourceName;
  readonly subs?: readonly Subresource[];
}

function row(group: string, version: string, kind: string, plural: string, more: Row = {}): Resource {
  const subresources = (more.subs ?? []).map((sub) => (sub.kind === "" ? { ...sub, kind } : sub));
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    isNamespaced: more.cluster !== true,
    shortNames: more.short === undefined ? [] : more.short.split(" "),
    categories: more.all === true ? ["all"] : [],
    subresources,
    hasGeneration: more.generation === true,
    hasStatus: subresources.some((sub) => sub.name === "status"),
    isReview: more.review === true,
    ...(more.keptAs === undefined ? {} : { keptAs: more.keptAs }),
  };
}

const POD_SUBS: readonly Subresource[] = [
  { name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"] },
  { name: "binding", kind: "Binding", verbs: ["create"] },
  { name: "ephemeralcontainers", kind: "Pod", verbs: ["get", "patch", "update"] },
  { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
  { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
  { name: "log", kind: "Pod", verbs: ["get"] },
  { name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  STATUS,
];
const TOKEN: Subresource = {
  name: "token",
  kind: "TokenRequest",
  group: "authentication.k8s.io",
  version: "v1",
  verbs: ["create"],
};
const WORKLOAD = { all: true, generation: true, subs: [SCALE, STATUS] } as const;
const RBAC = "rbac.authorization.k8s.io";
const REVIEW = { cluster: true, review: true } as const;

export const RESOURCES: readonly Resource[] = [
  row("", "v1", "ConfigMap", "configmaps", { short: "cm" }),
  row("", "v1", "Endpoints", "endpoints", { short: "ep" }),
  row("", "v1", "Event", "events", { short: "ev" }),
  row("", "v1", "LimitRange", "limitranges", { short: "limits" }),
  row("", "v1", "Namespace", "namespaces", { short: "ns", cluster: true, subs: [STATUS] }),
  row("", "v1", "Node", "nodes", { short: "no", cluster: true, subs: [STATUS] }),
  row("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", { short: "pvc", subs: [STATUS] }),
  row("", "v1", "PersistentVolume", "persistentvolumes", { short: "pv", cluster: true, subs: [STATUS] }),
  row("", "v1", "Pod", "pods", { short: "po", all: true, subs: POD_SUBS }),
  row("", "v1", "PodTemplate", "podtemplates"),
  row("", "v1", "ReplicationController", "replicationcontrollers", { short: "rc", ...WORKLOAD }),
  row("", "v1", "ResourceQuota", "resourcequotas", { short: "quota", subs: [STATUS] }),
  row("", "v1", "Secret", "secrets"),
  row("", "v1", "ServiceAccount", "serviceaccounts", { short: "sa", subs: [TOKEN] }),
  row("", "v1", "Service", "services", { short: "svc", all: true, subs: [STATUS] }),
  row("apps", "v1", "ControllerRevision", "controllerrevisions"),
  row("apps", "v1", "DaemonSet", "daemonsets", { short: "ds", all: true, generation: true, subs: [STATUS] }),
  row("apps", "v1", "Deployment", "deployments", { short: "deploy", ...WORKLOAD }),
  row("apps", "v1", "ReplicaSet", "replicasets", { short: "rs", ...WORKLOAD }),
  row("apps", "v1", "StatefulSet", "statefulsets", { short: "sts", ...WORKLOAD }),
  row("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", REVIEW),
  row("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", {
    review: true,
  }),
  row("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", REVIEW),
  row("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", REVIEW),
  row("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", REVIEW),
  row("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", {
    short: "hpa",
    all: true,
    subs: [STATUS],
  }),
  row("batch", "v1", "CronJob", "cronjobs", { short: "cj", all: true, generation: true, subs: [STATUS] }),
  row("batch", "v1", "Job", "jobs", { all: true, generation: true, subs: [STATUS] }),
  row("coordination.k8s.io", "v1", "Lease", "leases"),
  row("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
  row("events.k8s.io", "v1", "Event", "events", { short: "ev", keptAs: "events" }),
  row("networking.k8s.io", "v1", "Ingress", "ingresses", { short: "ing", generation: true, subs: [STATUS] }),
  row("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", { short: "netpol", generation: true }),
  row("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", { cluster: true }),
  row("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", {
    short: "pdb",
    generation: true,
    subs: [STATUS],
  }),
  row(RBAC, "v1", "ClusterRole", "clusterroles", { cluster: true }),
  row(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", { cluster: true }),
  row(RBAC, "v1", "Role", "roles"),
  row(RBAC, "v1", "RoleBinding", "rolebindings"),
  row("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", { short: "pc", cluster: true }),
  row("storage.k8s.io", "v1", "StorageClass", "storageclasses", { short: "sc", cluster: true }),
];

export function nameOf(resource: GroupResource): ResourceName {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

const byName = new Map(RESOURCES.map((resource) => [nameOf(resource), resource]));
const byKind = new Map(RESOURCES.map((resource) => [`${apiVersionOf(resource)} ${resource.kind}`, resource]));

/** undefined when the kind is not served. */
export function findResource(name: ResourceName): Resource | undefined {
  return byName.get(name);
}

/** The resource of an object's apiVersion and kind; undefined when it is not served. */
export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
  return byKind.get(`${apiVersion} ${kind}`);
}

/** The resource of a name that the program itself chose; throws when there is none. */
export function resourceOf(name: ResourceName): Resource {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no such resource: ${name}`);
  return found;
}
