// The object whose pod template a person would change, how kubectl addresses it, and what a tool
// that manages it would do to a live change.

import type { ManagedBy } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import { word } from "./word.js";

/** The object whose pod template a person would change. */
export interface Target {
  readonly kind: string;
  readonly name: string;
  /** `deployment/checkout`, quoted for a shell. */
  readonly text: string;
  /** Whether kubectl knows how to set an image there and its pod template is where it always is. */
  readonly isKnown: boolean;
}

const kinds: ReadonlySet<string> = new Set([
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Job",
  "ReplicationController",
  "Pod",
]);

export function targetOf(pull: Pull): Target {
  const { workload, pod } = pull;
  // A message alone: most pods belong to a Deployment, and its commands are the ones to adapt.
  if (pod.name === "")
    return { kind: "Deployment", name: "<name>", text: "deployment/<name>", isKnown: true };
  // A controller above the last one that was read: the change belongs there.
  const above = workload === undefined ? pod.owners[0] : workload.owners[0];
  const { kind, name } = above ?? workload ?? { kind: "Pod", name: pod.name };
  return { kind, name, text: `${kind.toLowerCase()}/${word(name || "<name>")}`, isKnown: kinds.has(kind) };
}

export const withTarget = (pull: Pull, target: Target) => ({
  kind: target.kind,
  name: target.name,
  namespace: pull.pod.namespace,
});

export const kubectl = (pull: Pull): string => `kubectl -n ${word(pull.pod.namespace || "<namespace>")}`;
export const deletion = (pull: Pull): string =>
  `${kubectl(pull)} delete pod ${word(pull.pod.name || "<pod>")}`;
export const edit = (pull: Pull, target: Target): readonly string[] =>
  pull.containerKind === "sandbox" ? [] : [`${kubectl(pull)} edit ${target.text}`];
export const anewAlone = (pull: Pull): readonly string[] => [
  `${kubectl(pull)} get pod ${word(pull.pod.name || "<pod>")} -o yaml | ${kubectl(pull)} replace --force -f -`,
];

/** The template names pull secrets itself, so those of the ServiceAccount are not looked at. */
export const ownsItsList = (pull: Pull): boolean => (pull.workload?.pullSecrets.length ?? 0) > 0;

export function again(pull: Pull): readonly string[] {
  const target = targetOf(pull);
  if (target.kind === "Pod") return anewAlone(pull);
  if (target.kind === "Deployment" || target.kind === "DaemonSet")
    return [`${kubectl(pull)} rollout restart ${target.text}`];
  return [deletion(pull)];
}

/** Controllers that do not replace a waiting pod by themselves when their template changes. */
export function stuckPod(pull: Pull, target: Target): readonly string[] {
  const waitsForPod = ["StatefulSet", "ReplicaSet", "ReplicationController"].includes(target.kind);
  return waitsForPod || pull.workload?.updateStrategy === "OnDelete" ? [deletion(pull)] : [];
}

const reverts: Readonly<Record<ManagedBy["tool"], (mark: ManagedBy) => string>> = {
  helm: ({ name }) =>
    `the next helm upgrade of release ${name} reverts a live change: change its values or chart instead`,
  "argo-cd": ({ name }) =>
    `Argo CD reverts a live change at its next sync: change the source of application ${name} instead`,
  flux: ({ name }) =>
    `Flux reverts a live change at its next reconciliation: change the source of ${name} instead`,
  kustomize: ({ name }) => `the next kubectl apply -k reverts a live change: change ${name} instead`,
};

/** What a tool would do to a live change, from its marks; "" where none manages the workload. */
export function reverted(pull: Pull): string {
  const mark = [...(pull.workload?.managedBy ?? []), ...pull.pod.managedBy][0];
  return mark === undefined ? "" : `; ${reverts[mark.tool](mark)}`;
}
