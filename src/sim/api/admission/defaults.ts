// What the API server fills in at creation and update, kind by kind.

import type { Admission } from "../admission.js";
import { at, isJson, items, type Json, type KubeObject, record, stringMap, text } from "../json.js";
import type { ResourceName } from "../resources.js";
import { nameOf } from "../resources.js";
import type { Store } from "../store.js";
import { completePod, completePodSpec, fill, fillCount } from "./pod-defaults.js";

type Complete = (object: KubeObject, isNew: boolean, store: Store) => void;

function specOf(object: Json): Json {
  const spec = record(object, "spec");
  object.spec = spec;
  return spec;
}

function template(spec: Json): void {
  const template = record(spec, "template");
  spec.template = template;
  fill(template, "metadata", {});
  const pod = record(template, "spec");
  template.spec = pod;
  completePodSpec(pod);
}

/** A map that a key must hold: the one there, or a new one. */
function held(target: Json, key: string): Json {
  const found = record(target, key);
  target[key] = found;
  return found;
}

function withStatus(object: Json): void {
  fill(object, "status", {});
}

const deployment: Complete = (object) => {
  const spec = specOf(object);
  fillCount(spec, "replicas", 1);
  fillCount(spec, "revisionHistoryLimit", 10);
  fillCount(spec, "progressDeadlineSeconds", 600);
  const strategy = held(spec, "strategy");
  fill(strategy, "type", "RollingUpdate");
  if (strategy.type === "RollingUpdate") {
    const rolling = held(strategy, "rollingUpdate");
    fill(rolling, "maxUnavailable", "25%");
    fill(rolling, "maxSurge", "25%");
  }
  template(spec);
  withStatus(object);
};

const replicaSet: Complete = (object) => {
  const spec = specOf(object);
  fillCount(spec, "replicas", 1);
  template(spec);
  fill(object, "status", { replicas: 0 });
};

const statefulSet: Complete = (object) => {
  const spec = specOf(object);
  fillCount(spec, "replicas", 1);
  fillCount(spec, "revisionHistoryLimit", 10);
  fill(spec, "podManagementPolicy", "OrderedReady");
  fill(spec, "persistentVolumeClaimRetentionPolicy", { whenDeleted: "Retain", whenScaled: "Retain" });
  const strategy = held(spec, "updateStrategy");
  fill(strategy, "type", "RollingUpdate");
  if (strategy.type === "RollingUpdate") fill(held(strategy, "rollingUpdate"), "partition", 0);
  template(spec);
  fill(object, "status", { replicas: 0, availableReplicas: 0 });
};

const daemonSet: Complete = (object) => {
  const spec = specOf(object);
  fillCount(spec, "revisionHistoryLimit", 10);
  const strategy = held(spec, "updateStrategy");
  fill(strategy, "type", "RollingUpdate");
  if (strategy.type === "RollingUpdate") {
    const rolling = held(strategy, "rollingUpdate");
    if (rolling.maxUnavailable === undefined) rolling.maxUnavailable = 1;
    if (rolling.maxSurge === undefined) rolling.maxSurge = 0;
  }
  template(spec);
  const none = {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  };
  fill(object, "status", none);
};

function jobSpec(spec: Json): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  fillCount(spec, "parallelism", 1);
  fillCount(spec, "backoffLimit", 6);
  fill(spec, "completionMode", "NonIndexed");
  if (spec.suspend === undefined) spec.suspend = false;
  if (spec.manualSelector === undefined) spec.manualSelector = false;
  fill(spec, "podReplacementPolicy", "TerminatingOrFailed");
  template(spec);
}

/** A job's pods are told apart by the job's uid, unless its author chose the selector. */
function jobLabels(object: KubeObject): void {
  const spec = record(object, "spec");
  if (spec.manualSelector === true || spec.selector !== undefined) return;
  const { uid, name } = object.metadata;
  spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  const metadata = held(record(spec, "template"), "metadata");
  metadata.labels = {
    ...record(metadata, "labels"),
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  // A job that has no labels of its own has its template's.
  if (Object.keys(object.metadata.labels ?? {}).length === 0) {
    object.metadata.labels = { ...stringMap(metadata, "labels") };
  }
}

const job: Complete = (object, isNew) => {
  jobSpec(specOf(object));
  if (isNew) jobLabels(object);
  withStatus(object);
};

const cronJob: Complete = (object) => {
  const spec = specOf(object);
  fill(spec, "concurrencyPolicy", "Allow");
  if (spec.suspend === undefined) spec.suspend = false;
  fillCount(spec, "successfulJobsHistoryLimit", 3);
  fillCount(spec, "failedJobsHistoryLimit", 1);
  const inner = held(spec, "jobTemplate");
  fill(inner, "metadata", {});
  const nested = held(inner, "spec");
  template(nested);
  withStatus(object);
};

const secret: Complete = (object) => {
  fill(object, "type", "Opaque");
  const plain = object.stringData;
  if (!isJson(plain)) return;
  const data = { ...record(object, "data") };
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString("base64");
  object.data = data;
  delete object.stringData;
};

const namespace: Complete = (object, isNew) => {
  object.metadata.labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  if (!isNew) return;
  specOf(object).finalizers = ["kubernetes"];
  object.status = { phase: "Active" };
};

/** The first address of 10.96.0.0/16 from 10.96.1.0 on that no service has. */
function freeAddress(store: Store): string {
  const used = new Set(store.list("services").map((object) => at(object, "spec", "clusterIP")));
  for (let number = 256; ; number++) {
    const address = `10.96.${number >> 8}.${number & 255}`;
    if (!used.has(address)) return address;
  }
}

const service: Complete = (object, _isNew, store) => {
  const spec = specOf(object);
  fill(spec, "type", "ClusterIP");
  fill(spec, "sessionAffinity", "None");
  for (const port of items(spec, "ports")) {
    fill(port, "protocol", "TCP");
    fill(port, "targetPort", port.port);
  }
  fill(object, "status", { loadBalancer: {} });
  if (spec.type === "ExternalName") return;
  fill(spec, "internalTrafficPolicy", "Cluster");
  fill(spec, "ipFamilies", ["IPv4"]);
  fill(spec, "ipFamilyPolicy", "SingleStack");
  if (text(spec, "clusterIP") === "") spec.clusterIP = freeAddress(store);
  fill(spec, "clusterIPs", [spec.clusterIP]);
};

const pod: Complete = (object, isNew) => {
  if (isNew) completePod(object);
  else completePodSpec(specOf(object));
};

/** Who is bound, and to what, is RBAC's own unless it says otherwise. */
const binding: Complete = (object) => {
  const group = "rbac.authorization.k8s.io";
  fill(held(object, "roleRef"), "apiGroup", group);
  for (const subject of items(object, "subjects")) {
    if (subject.kind === "ServiceAccount") continue;
    fill(subject, "apiGroup", group);
  }
};

/** What an event has not is there all the same, and empty. */
const event: Complete = (object) => {
  const empty = { source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null };
  for (const [key, value] of Object.entries({ ...empty, reportingComponent: "", reportingInstance: "" })) {
    if (object[key] === undefined) object[key] = value;
  }
};

const COMPLETE: { readonly [resource: ResourceName]: Complete } = {
  pods: pod,
  secrets: secret,
  namespaces: namespace,
  services: service,
  nodes: (object) => {
    specOf(object);
    withStatus(object);
  },
  events: event,
  "rolebindings.rbac.authorization.k8s.io": binding,
  "clusterrolebindings.rbac.authorization.k8s.io": binding,
  "deployments.apps": deployment,
  "replicasets.apps": replicaSet,
  "statefulsets.apps": statefulSet,
  "daemonsets.apps": daemonSet,
  "jobs.batch": job,
  "cronjobs.batch": cronJob,
};

/** Fills in what the author of an object left out. */
export const defaults: Admission = ({ verb, resource, object, before, part, store }) => {
  if (verb === "delete" || part === "status") return;
  COMPLETE[nameOf(resource)]?.(object, before === undefined, store);
};
