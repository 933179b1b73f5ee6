// What the API server refuses in a pod or a pod template. An image name is only looked at for
// emptiness and outer blanks: whether it can be parsed is the kubelet's trouble.

import { isDeepStrictEqual } from "node:util";
import type { FieldTrouble } from "../errors.js";
import { copy, count, items, type Json, type KubeObject, record, text } from "../json.js";
import { labelTrouble } from "./names.js";
import { duplicate, forbiddenField, invalidValue, missing, required, unsupported } from "./trouble.js";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

/** `path` is `spec`, or `spec.template.spec`. */
export function podSpecTroubles(spec: Json, path: string): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  const volumes = new Set<string>();
  for (const [index, volume] of items(spec, "volumes").entries()) {
    const name = text(volume, "name");
    const field = `${path}.volumes[${index}].name`;
    if (name === "") troubles.push(required(field));
    else if (volumes.has(name)) troubles.push(duplicate(field, name));
    else keep(troubles, labelTrouble(field, name));
    volumes.add(name);
  }
  const names = new Set<string>();
  if (items(spec, "containers").length === 0) troubles.push(required(`${path}.containers`));
  for (const key of ["containers", "initContainers", "ephemeralContainers"]) {
    for (const [index, container] of items(spec, key).entries()) {
      const field = `${path}.${key}[${index}]`;
      troubles.push(...containerTroubles(container, field, { names, volumes }));
    }
  }
  if (!["Always", "OnFailure", "Never"].includes(text(spec, "restartPolicy"))) {
    troubles.push(
      unsupported(`${path}.restartPolicy`, text(spec, "restartPolicy"), ["Always", "OnFailure", "Never"]),
    );
  }
  const deadline = count(spec, "activeDeadlineSeconds");
  if (deadline !== undefined && deadline < 1) {
    troubles.push(
      invalidValue(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"),
    );
  }
  return troubles;
}

function keep(troubles: FieldTrouble[], found: FieldTrouble | undefined): void {
  if (found !== undefined) troubles.push(found);
}

function containerTroubles(
  container: Json,
  path: string,
  seen: { readonly names: Set<string>; readonly volumes: ReadonlySet<string> },
): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  const name = text(container, "name");
  if (name === "") troubles.push(required(`${path}.name`));
  else {
    keep(troubles, labelTrouble(`${path}.name`, name));
    if (seen.names.has(name)) troubles.push(duplicate(`${path}.name`, name));
    seen.names.add(name);
  }
  const image = text(container, "image");
  if (image === "") troubles.push(required(`${path}.image`));
  else if (image.trim() !== image) {
    troubles.push(invalidValue(`${path}.image`, image, "must not have leading or trailing whitespace"));
  }
  for (const [index, port] of items(container, "ports").entries()) {
    const number = count(port, "containerPort") ?? 0;
    const field = `${path}.ports[${index}].containerPort`;
    if (number === 0) troubles.push(required(field));
    else if (number < 1 || number > 65535)
      troubles.push(invalidValue(field, number, "must be between 1 and 65535, inclusive"));
  }
  for (const [index, variable] of items(container, "env").entries()) {
    if (text(variable, "name") === "") troubles.push(required(`${path}.env[${index}].name`));
  }
  const mounted = new Set<string>();
  for (const [index, mount] of items(container, "volumeMounts").entries()) {
    const field = `${path}.volumeMounts[${index}]`;
    const volume = text(mount, "name");
    const place = text(mount, "mountPath");
    if (volume === "") troubles.push(required(`${field}.name`));
    if (!seen.volumes.has(volume)) troubles.push(missing(`${field}.name`, volume));
    if (place === "") troubles.push(required(`${field}.mountPath`));
    if (mounted.has(place)) troubles.push(invalidValue(`${field}.mountPath`, place, "must be unique"));
    mounted.add(place);
  }
  const policy = text(container, "imagePullPolicy");
  if (!PULL_POLICIES.includes(policy)) {
    troubles.push(unsupported(`${path}.imagePullPolicy`, policy, PULL_POLICIES));
  }
  return troubles;
}

const MAY_CHANGE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** What an update of a pod may not touch. */
export function podUpdateTroubles(pod: KubeObject, before: KubeObject): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  for (const key of ["containers", "initContainers"]) {
    const [now, then] = [items(pod, "spec", key).length, items(before, "spec", key).length];
    if (now !== then) return [forbiddenField(`spec.${key}`, "pod updates may not add or remove containers")];
  }
  if (!isDeepStrictEqual(frozenPart(pod), frozenPart(before)))
    troubles.push(forbiddenField("spec", MAY_CHANGE));
  return troubles;
}

/** The spec with everything blanked that may change; nodeName may be set once, by binding. */
function frozenPart(pod: KubeObject): Json {
  const spec = copy(record(pod, "spec"));
  for (const container of [...items(spec, "containers"), ...items(spec, "initContainers")])
    delete container.image;
  for (const key of [
    "activeDeadlineSeconds",
    "tolerations",
    "terminationGracePeriodSeconds",
    "ephemeralContainers",
    "nodeName",
    "schedulingGates",
  ]) {
    delete spec[key];
  }
  return spec;
}
