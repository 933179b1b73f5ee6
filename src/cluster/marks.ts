// Marks that tools leave on the objects they manage: who would revert a live change.

import type { ManagedBy } from "../model/objects.js";
import { present, text } from "./objects-fields.js";

type Texts = Readonly<Record<string, string>>;

/** The tool that reverts by itself first; [] for an object that no such tool manages. */
export function marksOf(labels: Texts, annotations: Texts): readonly ManagedBy[] {
  return [
    argo(labels, annotations),
    ...flux(labels),
    helm(annotations),
    kustomize(labels, annotations),
  ].filter((mark) => mark !== undefined);
}

/** `tracking-id` is `app:group/Kind:namespace/name`; the app may be `namespace_app`. */
function argo(labels: Texts, annotations: Texts): ManagedBy | undefined {
  const app =
    text(annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0]) ??
    text(labels["argocd.argoproj.io/instance"]);
  if (app === undefined) return undefined;
  const parts = /^([^_]+)_(.+)$/.exec(app);
  return { tool: "argo-cd", name: parts?.[2] ?? app, ...present({ namespace: parts?.[1] }) };
}

function flux(labels: Texts): readonly ManagedBy[] {
  return ["kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"].flatMap((group) => {
    const name = text(labels[`${group}/name`]);
    if (name === undefined) return [];
    return { tool: "flux" as const, name, ...present({ namespace: text(labels[`${group}/namespace`]) }) };
  });
}

/** The annotations alone: the label `managed-by: Helm` is in the output of `helm template` too. */
function helm(annotations: Texts): ManagedBy | undefined {
  const name = text(annotations["meta.helm.sh/release-name"]);
  if (name === undefined) return undefined;
  return {
    tool: "helm",
    name,
    ...present({ namespace: text(annotations["meta.helm.sh/release-namespace"]) }),
  };
}

/** Marks that kustomize leaves when its `buildMetadata` asks for them. */
function kustomize(labels: Texts, annotations: Texts): ManagedBy | undefined {
  const label = labels["app.kubernetes.io/managed-by"];
  const origin = annotations["config.kubernetes.io/origin"];
  if (origin === undefined && !label?.startsWith("kustomize")) return undefined;
  const path = /^path: *(.+)$/m.exec(origin ?? "")?.[1]?.trim();
  return { tool: "kustomize", name: path ?? label ?? "kustomize" };
}
