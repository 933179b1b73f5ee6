// What a fresh cluster holds before anybody writes to it: namespaces, the API service, roles.

import { STANDARD_PRIORITIES } from "./admission/classes.js";
import { type Json, text } from "./json.js";
import type { Store } from "./store.js";

const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];

const rule = (group: string, resources: string, verbs: readonly string[]): Json => ({
  apiGroups: group.split(" ").map((one) => (one === "core" ? "" : one)),
  resources: resources.split(" "),
  verbs,
});

const VIEWED = [
  rule(
    "core",
    "configmaps endpoints events limitranges namespaces namespaces/status persistentvolumeclaims pods pods/log pods/status replicationcontrollers replicationcontrollers/scale resourcequotas serviceaccounts services",
    READ,
  ),
  rule(
    "apps",
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    READ,
  ),
  rule("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ),
  rule("batch", "cronjobs cronjobs/status jobs jobs/status", READ),
  rule("policy", "poddisruptionbudgets", READ),
  rule("networking.k8s.io", "ingresses networkpolicies", READ),
  rule("discovery.k8s.io", "endpointslices", READ),
];

const EDITED = [
  rule("core", "pods/attach pods/exec pods/portforward secrets", READ),
  rule(
    "core",
    "configmaps events persistentvolumeclaims pods pods/attach pods/eviction pods/exec pods/portforward replicationcontrollers replicationcontrollers/scale secrets serviceaccounts serviceaccounts/token services",
    WRITE,
  ),
  rule(
    "apps",
    "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
    WRITE,
  ),
  rule("autoscaling", "horizontalpodautoscalers", WRITE),
  rule("batch", "cronjobs jobs", WRITE),
  rule("policy", "poddisruptionbudgets", WRITE),
  rule("networking.k8s.io", "ingresses networkpolicies", WRITE),
];

const PATHS = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/healthz",
  "/livez",
  "/openapi",
  "/openapi/*",
  "/readyz",
  "/version",
  "/version/",
];

const ROLES: { readonly [name: string]: readonly Json[] } = {
  "cluster-admin": [rule("*", "*", ["*"]), { nonResourceURLs: ["*"], verbs: ["*"] }],
  admin: [
    ...VIEWED,
    ...EDITED,
    rule(RBAC, "rolebindings roles", [...READ, ...WRITE]),
    rule("authorization.k8s.io", "localsubjectaccessreviews", ["create"]),
  ],
  edit: [...VIEWED, ...EDITED],
  view: VIEWED,
  "system:discovery": [{ nonResourceURLs: PATHS, verbs: ["get"] }],
  "system:public-info-viewer": [
    { nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"], verbs: ["get"] },
  ],
  "system:basic-user": [
    rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", ["create"]),
    rule("authentication.k8s.io", "selfsubjectreviews", ["create"]),
  ],
};

const BOUND: { readonly [role: string]: readonly string[] } = {
  "cluster-admin": ["system:masters"],
  "system:discovery": ["system:authenticated"],
  "system:basic-user": ["system:authenticated"],
  "system:public-info-viewer": ["system:authenticated", "system:unauthenticated"],
};

const LABELS = { "kubernetes.io/bootstrapping": "rbac-defaults" };

/** Puts into a store what is not there yet. Service accounts and CA config maps are the controllers' part. */
export function seedStandardObjects(store: Store): void {
  const ensure = (resource: string, object: Json): void => {
    const found = store.find(
      resource,
      text(object, "metadata", "namespace"),
      text(object, "metadata", "name"),
    );
    if (found === undefined) store.create(resource, object);
  };
  for (const name of ["default", "kube-node-lease", "kube-public", "kube-system"]) {
    ensure("namespaces", { metadata: { name } });
  }
  const service = {
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  };
  ensure("services", service);
  for (const [name, value] of Object.entries(STANDARD_PRIORITIES)) {
    const description = `Used for system critical pods that ${name === "system-cluster-critical" ? "must run in the cluster, but can be moved to another node if necessary." : "must not be moved from their current node."}`;
    const made = { metadata: { name }, value, description, preemptionPolicy: "PreemptLowerPriority" };
    ensure("priorityclasses.scheduling.k8s.io", made);
  }
  for (const [name, rules] of Object.entries(ROLES)) {
    ensure(`clusterroles.${RBAC}`, { metadata: { name, labels: LABELS }, rules });
  }
  for (const [name, groups] of Object.entries(BOUND)) {
    const subjects = groups.map((group) => ({ kind: "Group", apiGroup: RBAC, name: group }));
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name };
    ensure(`clusterrolebindings.${RBAC}`, { metadata: { name, labels: LABELS }, subjects, roleRef });
  }
}
