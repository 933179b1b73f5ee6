// Label and field selectors: the query parameters of a list or watch, parsed and matched.

import { badRequest } from "./errors.js";
import { at, type KubeObject } from "./json.js";
import { labelSelector } from "./label-selector.js";
import type { ResourceName } from "./resources.js";

export type Match = (object: KubeObject) => boolean;

/** Which objects a list or watch is about. Selectors as kubectl writes them. */
export interface Scope {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labels?: string | Match;
  readonly fields?: string;
}

/** Throws ApiError 400 for a selector that cannot be read. */
export function matcher(resource: ResourceName, scope: Scope): Match {
  const { namespace } = scope;
  const labels = typeof scope.labels === "function" ? scope.labels : labelSelector(scope.labels ?? "");
  const fields = fieldSelector(scope.fields ?? "", resource);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && labels(object) && fields(object);
}

const everything: Match = () => true;

/** The `selector` of a workload: matchLabels and matchExpressions. Matches nothing when both are empty. */
export function workloadSelector(selector: unknown): Match {
  const labels = Object.entries(at(selector, "matchLabels") ?? {});
  const expressions = at(selector, "matchExpressions");
  const tests = Array.isArray(expressions) ? expressions : [];
  if (labels.length === 0 && tests.length === 0) return () => false;
  return (object) => {
    const has = object.metadata.labels ?? {};
    return (
      labels.every(([key, value]) => has[key] === value) &&
      tests.every((test) => {
        const found = has[String(at(test, "key"))];
        const values = at(test, "values");
        const isIn = Array.isArray(values) && found !== undefined && values.includes(found);
        switch (at(test, "operator")) {
          case "In":
            return isIn;
          case "NotIn":
            return !isIn;
          case "Exists":
            return found !== undefined;
          default:
            return found === undefined;
        }
      })
    );
  };
}

const OF_OBJECT = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

/** Which fields a kind can be selected by, beside its name and namespace. */
const FIELDS: { readonly [resource: ResourceName]: readonly string[] } = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  events: [
    ...OF_OBJECT.map((field) => `involvedObject.${field}`),
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  "events.events.k8s.io": [
    ...OF_OBJECT.map((field) => `regarding.${field}`),
    "reason",
    "reportingController",
    "type",
  ],
  secrets: ["type"],
  nodes: ["spec.unschedulable"],
  namespaces: ["status.phase"],
  services: ["spec.clusterIP", "spec.type"],
  "replicasets.apps": ["status.replicas"],
  replicationcontrollers: ["status.replicas"],
  "jobs.batch": ["status.successful"],
};

/** `metadata.name=a,status.phase!=Failed`. Throws ApiError 400 for a field that the kind does not offer. */
export function fieldSelector(selector: string, resource: ResourceName): Match {
  const parts = selector.split(",").filter((part) => part !== "");
  if (parts.length === 0) return everything;
  const tests = parts.map((part) => {
    const found = /^([^=!]+)(!=|==|=)(.*)$/.exec(part);
    if (found === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
    const [, field = "", operator, value] = found;
    const read = reader(field, resource);
    return (object: KubeObject) => (read(object) === value) !== (operator === "!=");
  });
  return (object) => tests.every((test) => test(object));
}

/** The one name that a field selector leaves; undefined when it leaves more. */
export function exactName(selector: string): string | undefined {
  const found = selector.split(",").flatMap((part) => /^metadata\.name==?([^=!]+)$/.exec(part)?.[1] ?? []);
  return found[0];
}

function reader(field: string, resource: ResourceName): (object: KubeObject) => string {
  if (field === "metadata.name") return (object) => object.metadata.name;
  if (field === "metadata.namespace") return (object) => object.metadata.namespace ?? "";
  const known = FIELDS[resource];
  if (known === undefined) {
    throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
  if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
  if (field === "source") {
    return (object) => String(at(object, "source", "component") || at(object, "reportingComponent") || "");
  }
  const path = (KEPT_AS[field] ?? field.replace(/^regarding\./, "involvedObject.")).split(".");
  const absent = ABSENT[field] ?? "";
  return (object) => String(at(object, ...path) ?? absent);
}

/** What a field of a newer form is kept as. */
const KEPT_AS: { readonly [field: string]: string } = { reportingController: "reportingComponent" };

/** What a missing field counts as. */
const ABSENT: { readonly [field: string]: string } = {
  "spec.unschedulable": "false",
  "spec.hostNetwork": "false",
  "status.replicas": "0",
};
