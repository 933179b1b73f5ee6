// Changes of the pod template other than its image or pull secrets: when the registry is asked, and
// on which nodes the pods may run.

import type { Pull } from "../model/pull.js";
import type { Remedy } from "../model/report.js";
import { edit, kubectl, reverted, stuckPod, type Target, targetOf, withTarget } from "./target.js";
import { word } from "./word.js";

/** Lets the kubelet pull an image that is not on the node. */
export function allowPull(pull: Pull): Remedy {
  const field = pull.containerKind === "container" ? "containers" : "initContainers";
  return change(pull, {
    fix: "set-pull-policy",
    what: "let the kubelet pull the image when the node does not have it (IfNotPresent)",
    with: { policy: "IfNotPresent", container: pull.containerName },
    spec: { [field]: [{ name: pull.containerName, imagePullPolicy: "IfNotPresent" }] },
  });
}

/**
 * Keeps the pods on nodes of these architectures, by node affinity. The line for people to type sets nodeSelector where it
 * can: that merges with whatever affinity there is, while a typed affinity would take its place.
 */
export function keepToArchitectures(pull: Pull, architectures: readonly string[]): Remedy {
  const [only] = architectures;
  const values = { key: "kubernetes.io/arch", operator: "In", values: architectures };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [values] }] },
    },
  };
  return change(pull, {
    fix: "set-platform",
    what: `keep the pods on ${architectures.join(" and ")} nodes, which this image fits`,
    with: { architecture: architectures.join(",") },
    spec: architectures.length === 1 ? { nodeSelector: { "kubernetes.io/arch": only } } : { affinity },
  });
}

interface Change {
  readonly fix: string;
  readonly what: string;
  readonly with: Readonly<Record<string, string>>;
  /** The part of the pod's spec that is merged in. */
  readonly spec: Readonly<Record<string, unknown>>;
}

function change(pull: Pull, { fix, what, with: values, spec }: Change): Remedy {
  const target = targetOf(pull);
  const remedy = {
    fix,
    what: `${what}${reverted(pull)}`,
    with: { ...values, ...withTarget(pull, target) },
  } as const;
  // What a pod and a Job were made with stays: both take such a change only when made anew.
  if (target.kind === "Pod" || target.kind === "Job") {
    return {
      ...remedy,
      effect: "deletes-pods",
      what: `${remedy.what}: change its manifest and make the ${target.kind} anew`,
      commands: [`${kubectl(pull)} replace --force -f <manifest>`],
    };
  }
  if (!target.isKnown || pull.containerKind === "sandbox" || pull.containerKind === "image-volume")
    return { ...remedy, effect: "restarts-pods", commands: edit(pull, target) };
  return {
    ...remedy,
    effect: "restarts-pods",
    commands: [
      `${kubectl(pull)} patch ${target.text} -p ${word(JSON.stringify(inTemplate(target, spec)))}`,
      ...stuckPod(pull, target),
    ],
  };
}

function inTemplate({ kind }: Target, spec: unknown): unknown {
  const template = { spec: { template: { spec } } };
  return kind === "CronJob" ? { spec: { jobTemplate: template } } : template;
}
