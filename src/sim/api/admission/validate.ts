// Validation, the last admission step: every trouble with an object at once, in the server's words.

import { isDeepStrictEqual } from "node:util";
import type { Admission } from "../admission.js";
import { type FieldTrouble, invalid } from "../errors.js";
import { at, count, type Json, type KubeObject, record, stringMap, text } from "../json.js";
import { nameOf, type ResourceName } from "../resources.js";
import { workloadSelector } from "../selectors.js";
import { labelsTroubles, metadataTroubles } from "./names.js";
import { forbiddenField, invalidValue, required, unsupported } from "./trouble.js";
import { eventTroubles } from "./validate-event.js";
import { podSpecTroubles, podUpdateTroubles } from "./validate-pod.js";
import { bindingTroubles, roleTroubles } from "./validate-rbac.js";
import { dataTroubles, immutableTroubles, secretTroubles, secretUpdateTroubles } from "./validate-secret.js";

type Check = (object: KubeObject, before: KubeObject | undefined) => FieldTrouble[];

function templateTroubles(template: Json, path: string, restarts: readonly string[]): FieldTrouble[] {
  const spec = record(template, "spec");
  const troubles = [
    ...labelsTroubles(record(template, "metadata"), `${path}.metadata`),
    ...podSpecTroubles(spec, `${path}.spec`),
  ];
  const policy = text(spec, "restartPolicy");
  if (!restarts.includes(policy)) troubles.push(unsupported(`${path}.spec.restartPolicy`, policy, restarts));
  return troubles;
}

function countTroubles(spec: Json, keys: readonly string[], path = "spec"): FieldTrouble[] {
  return keys
    .filter((key) => (count(spec, key) ?? 0) < 0)
    .map((key) => invalidValue(`${path}.${key}`, spec[key], "must be greater than or equal to 0"));
}

const workload: Check = (object, before) => {
  const spec = record(object, "spec");
  const template = record(spec, "template");
  const troubles = countTroubles(spec, ["replicas", "minReadySeconds", "revisionHistoryLimit"]);
  const selector = record(spec, "selector");
  if (spec.selector === undefined) troubles.push(required("spec.selector"));
  else if (
    Object.keys(stringMap(selector, "matchLabels")).length === 0 &&
    at(selector, "matchExpressions") === undefined
  ) {
    troubles.push(
      invalidValue("spec.selector", selector, `empty selector is invalid for ${object.kind.toLowerCase()}`),
    );
  } else {
    const labels = stringMap(template, "metadata", "labels");
    const matches = workloadSelector(selector);
    if (!matches({ ...object, metadata: { ...object.metadata, labels } })) {
      troubles.push(
        invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"),
      );
    }
  }
  troubles.push(...templateTroubles(template, "spec.template", ["Always"]));
  if (
    before !== undefined &&
    !isDeepStrictEqual(before.spec && at(before, "spec", "selector"), spec.selector)
  ) {
    troubles.push(invalidValue("spec.selector", selector, "field is immutable"));
  }
  return troubles;
};

const MAY_CHANGE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

const statefulSet: Check = (object, before) => {
  const troubles = workload(object, undefined);
  const frozen = (of: KubeObject) =>
    Object.entries(record(of, "spec")).filter(([key]) => !MAY_CHANGE.includes(key));
  const isSame =
    before === undefined ||
    isDeepStrictEqual(Object.fromEntries(frozen(object)), Object.fromEntries(frozen(before)));
  if (isSame) return troubles;
  const names = MAY_CHANGE.map((key) => `'${key}'`);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const why = `updates to statefulset spec for fields other than ${list} are forbidden`;
  return [...troubles, forbiddenField("spec", why)];
};

const job: Check = (object, before) => {
  const spec = record(object, "spec");
  const troubles = countTroubles(spec, [
    "parallelism",
    "completions",
    "backoffLimit",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
  ]);
  const template = record(spec, "template");
  troubles.push(...jobTemplateTroubles(template, "spec.template"));
  if (before === undefined) return troubles;
  for (const key of ["selector", "template", "completions"]) {
    const was = at(before, "spec", key);
    if (!isDeepStrictEqual(was, spec[key]))
      troubles.push(invalidValue(`spec.${key}`, spec[key], "field is immutable"));
  }
  return troubles;
};

function jobTemplateTroubles(template: Json, path: string): FieldTrouble[] {
  const allowed = ["OnFailure", "Never"];
  if (text(template, "spec", "restartPolicy") !== "Always") return templateTroubles(template, path, allowed);
  const rest = templateTroubles(template, path, ["Always"]);
  // Nothing tells a policy left out from one that the defaults filled in: the server words both alike.
  return [...rest, unsupported(`${path}.spec.restartPolicy`, "Always", allowed)];
}

const cronJob: Check = (object) => {
  const spec = record(object, "spec");
  const troubles: FieldTrouble[] = [];
  if (object.metadata.name.length > 52) {
    troubles.push(invalidValue("metadata.name", object.metadata.name, "must be no more than 52 characters"));
  }
  const schedule = text(spec, "schedule");
  if (schedule === "") troubles.push(required("spec.schedule"));
  else if (!/^@|^\S+(\s+\S+){4}$/.test(schedule.trim())) {
    const fields = schedule.trim().split(/\s+/).length;
    troubles.push(
      invalidValue(
        "spec.schedule",
        schedule,
        `expected exactly 5 fields, found ${fields}: [${schedule.trim()}]`,
      ),
    );
  }
  const policies = ["Allow", "Forbid", "Replace"];
  const policy = text(spec, "concurrencyPolicy");
  if (!policies.includes(policy)) troubles.push(unsupported("spec.concurrencyPolicy", policy, policies));
  const template = record(spec, "jobTemplate", "spec", "template");
  return [...troubles, ...jobTemplateTroubles(template, "spec.jobTemplate.spec.template")];
};

const CHECKS: { readonly [resource: ResourceName]: Check } = {
  pods: (object, before) => [
    ...podSpecTroubles(record(object, "spec"), "spec"),
    ...(before === undefined ? [] : podUpdateTroubles(object, before)),
  ],
  secrets: (object, before) => [
    ...secretTroubles(object),
    ...(before === undefined ? [] : secretUpdateTroubles(object, before)),
  ],
  configmaps: (object, before) => [
    ...dataTroubles(object, "data"),
    ...dataTroubles(object, "binaryData"),
    ...(before === undefined ? [] : immutableTroubles(object, before)),
  ],
  "deployments.apps": workload,
  "replicasets.apps": workload,
  "statefulsets.apps": statefulSet,
  "daemonsets.apps": workload,
  events: (object) => eventTroubles(object),
  "roles.rbac.authorization.k8s.io": roleTroubles,
  "clusterroles.rbac.authorization.k8s.io": roleTroubles,
  "rolebindings.rbac.authorization.k8s.io": bindingTroubles,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingTroubles,
  "jobs.batch": job,
  "cronjobs.batch": cronJob,
};

/** Throws ApiError 422. Status writes are the world's own and are not looked at. */
export const validation: Admission = ({ verb, resource, object, before, part }) => {
  if (verb === "delete" || part === "status" || resource.isReview) return;
  const troubles = metadataTroubles(resource, object, before);
  const isSame = before !== undefined && isDeepStrictEqual(before.spec ?? {}, object.spec ?? {});
  if (!isSame || object.spec === undefined || resource.group === "")
    troubles.push(...(CHECKS[nameOf(resource)]?.(object, before) ?? []));
  if (troubles.length > 0) throw invalid(resource, object.metadata.name, troubles);
};
