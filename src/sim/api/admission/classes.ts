// Classes that a pod names: a priority class gives it its priority, a runtime class has to be there.

import type { Admission } from "../admission.js";
import { forbidden } from "../errors.js";
import { count, record, text } from "../json.js";
import { nameOf } from "../resources.js";

/** What every cluster has from the beginning. */
export const STANDARD_PRIORITIES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

export const podClasses: Admission = ({ verb, resource, object, store }) => {
  if (verb !== "create" || nameOf(resource) !== "pods") return;
  const spec = record(object, "spec");
  const refuse = (why: string) => forbidden(resource, object.metadata.name, why);
  const priorities = store.list("priorityclasses.scheduling.k8s.io");
  const asked = text(spec, "priorityClassName");
  const found =
    asked === ""
      ? priorities.find((one) => one.globalDefault === true)
      : priorities.find((one) => one.metadata.name === asked);
  if (asked !== "" && found === undefined) {
    throw refuse(`no PriorityClass with name ${asked} was found`);
  }
  if (found !== undefined) {
    spec.priorityClassName = found.metadata.name;
    spec.priority = count(found, "value") ?? 0;
    spec.preemptionPolicy = text(found, "preemptionPolicy") || "PreemptLowerPriority";
  }
  const runtime = text(spec, "runtimeClassName");
  if (runtime !== "" && store.find("runtimeclasses.node.k8s.io", undefined, runtime) === undefined) {
    throw refuse(`pod rejected: RuntimeClass ${JSON.stringify(runtime)} not found`);
  }
};
