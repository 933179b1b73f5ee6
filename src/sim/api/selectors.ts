// Label and field selectors: the query parameters of a list or watch, parsed and matched.

import { badRequest } from "./errors.js";
import { at, type KubeObject } from "./json.js";
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

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws ApiError 400. */
export function labelSelector(selector: string): Match {
  const requirements = splitOutside(selector)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (requirements.length === 0) return everything;
  const tests = requirements.map(requirement);
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

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

type LabelTest = (labels: { readonly [key: string]: string }) => boolean;

const KEY = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^)]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
/** `a=b=c` */
const TWICE = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)\\s*=`);
const PRESENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

function requirement(part: string): LabelTest {
  const set = SET.exec(part);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    return operator === "in"
      ? (labels) => labels[key] !== undefined && values.has(labels[key])
      : (labels) => labels[key] === undefined || !values.has(labels[key]);
  }
  const equality = EQUALITY.exec(part);
  if (equality !== null) {
    const [, key = "", operator, value] = equality;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const presence = PRESENCE.exec(part);
  if (presence !== null) {
    const [, not, key = ""] = presence;
    return not === "!" ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
  }
  if (TWICE.test(part)) throw badRequest("found '=', expected: ',' or 'end of string'");
  throw badRequest(
    `unable to parse requirement: found '${part}', expected: identifier, in, notin, =, ==, !=`,
  );
}

/** Splits at commas that are not inside parentheses. */
function splitOutside(selector: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < selector.length; i++) {
    const char = selector[i];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "," && depth === 0) {
      parts.push(selector.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(selector.slice(start));
  return parts;
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
