// Whether a pod may go to a node, and the reason why not. Scheduler framework plugins of the same names.

import {
  at,
  flag,
  items,
  type Json,
  type KubeObject,
  record,
  stringMap,
  strings,
  text,
} from "../api/json.js";
import { affinityReason, cordonedReason, taintReason } from "./words.js";

/** What is on a node already. */
export interface Load {
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** What of a node decides who may come to it; read once for each change of it. */
export interface NodeView {
  readonly node: KubeObject;
  readonly isCordoned: boolean;
  readonly taints: readonly Json[];
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

export function viewOf(node: KubeObject): NodeView {
  const room = record(node, "status", "allocatable");
  return {
    node,
    isCordoned: flag(node.spec, "unschedulable"),
    taints: items(node.spec, "taints").filter((one) => text(one, "effect") !== "PreferNoSchedule"),
    pods: quantity(room.pods ?? "110"),
    cpuMillis: quantity(room.cpu ?? "4") * 1000,
    memoryBytes: quantity(room.memory ?? "16Gi"),
  };
}

/** What of a pod decides where it may go; read once for all nodes. */
export interface Demand {
  readonly pod: KubeObject;
  readonly tolerations: readonly Json[];
  readonly isChoosy: boolean;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

export function demandOf(pod: KubeObject): Demand {
  return {
    pod,
    tolerations: items(pod.spec, "tolerations"),
    isChoosy: at(pod.spec, "nodeSelector") !== undefined || at(pod.spec, "affinity") !== undefined,
    ...requestsOf(pod),
  };
}

const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/** undefined: it fits. */
export function misfit(demand: Demand, view: NodeView, load: Load, minor: number): string | undefined {
  const { tolerations } = demand;
  if (view.isCordoned && !tolerations.some((one) => tolerates(one, cordon))) return cordonedReason;
  const taint = view.taints.find((one) => !tolerations.some((toleration) => tolerates(toleration, one)));
  if (taint !== undefined) return taintReason(text(taint, "key"), text(taint, "value"), minor);
  if (demand.isChoosy && !matchesNode(demand.pod, view.node)) return affinityReason(minor);
  if (load.pods + 1 > view.pods) return "Too many pods";
  if (load.cpuMillis + demand.cpuMillis > view.cpuMillis) return "Insufficient cpu";
  if (load.memoryBytes + demand.memoryBytes > view.memoryBytes) return "Insufficient memory";
  return undefined;
}

export function tolerates(toleration: Json, taint: Json): boolean {
  const key = text(toleration, "key");
  const effect = text(toleration, "effect");
  if (effect !== "" && effect !== text(taint, "effect")) return false;
  if (key !== "" && key !== text(taint, "key")) return false;
  if (text(toleration, "operator") === "Exists" || (key === "" && text(toleration, "operator") !== "Equal")) {
    return true;
  }
  return text(toleration, "value") === text(taint, "value");
}

/** nodeSelector, required node affinity and nodeName of daemon pods. */
export function matchesNode(pod: KubeObject, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = stringMap(pod.spec, "nodeSelector");
  if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) return false;
  const required = at(pod.spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  const terms = items(required, "nodeSelectorTerms");
  return terms.length === 0 || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm(term: Json, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const fields: Record<string, string> = { "metadata.name": node.metadata.name };
  return (
    items(term, "matchExpressions").every((one) => matches(one, labels)) &&
    items(term, "matchFields").every((one) => matches(one, fields))
  );
}

function matches(requirement: Json, has: Readonly<Record<string, string>>): boolean {
  const found = has[text(requirement, "key")];
  const values = strings(requirement, "values");
  switch (text(requirement, "operator")) {
    case "In":
      return found !== undefined && values.includes(found);
    case "NotIn":
      return found === undefined || !values.includes(found);
    case "Exists":
      return found !== undefined;
    case "DoesNotExist":
      return found === undefined;
    case "Gt":
      return Number(found) > Number(values[0]);
    default:
      return Number(found) < Number(values[0]);
  }
}

export function requestsOf(pod: KubeObject): { cpuMillis: number; memoryBytes: number } {
  let cpuMillis = 0;
  let memoryBytes = 0;
  for (const container of items(pod.spec, "containers")) {
    const requests = record(container, "resources", "requests");
    cpuMillis += quantity(requests.cpu ?? "0") * 1000;
    memoryBytes += quantity(requests.memory ?? "0");
  }
  return { cpuMillis, memoryBytes };
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `250m`, `1.5`, `16374092Ki`; 0 for what is no quantity. */
export function quantity(value: unknown): number {
  const [, number, unit = ""] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  return number === undefined ? 0 : Number(number) * (units[unit] ?? 1);
}
