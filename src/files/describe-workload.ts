// `kubectl describe` of what makes pods: Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs.
// Their kind is not written in the text; a field that only one of them has gives it away.

import type { Workload, WorkloadKind } from "../model/objects.js";
import { describedTime } from "./ages.js";
import type { Description } from "./describe.js";
import { readConditions, readFields, readOwners, readPairs, sectionOf } from "./describe-fields.js";
import { readContainers } from "./describe-pod.js";

const marks: readonly (readonly [string, WorkloadKind])[] = [
  ["StrategyType", "Deployment"],
  ["Update Strategy", "StatefulSet"],
  ["Desired Number of Nodes Scheduled", "DaemonSet"],
  ["Schedule", "CronJob"],
  ["Parallelism", "Job"],
  ["Replicas", "ReplicaSet"],
];

export function readDescribedWorkload({ name, lines, base, top }: Description): Workload | undefined {
  if (!top.has("Pod Template")) return undefined;
  const kind = marks.find(([key]) => top.has(key))?.[1];
  if (kind === undefined) return undefined;
  const template = sectionOf(lines, "Pod Template");
  const inner = readFields(template, base);
  const least = Math.min(...inner.map(({ indent }) => indent));
  const containers = readContainers(inner.map((field) => ({ ...field, indent: field.indent - least })));
  const serviceAccount = inner.find(({ key }) => key === "Service Account")?.value;
  const createdAt = describedTime(top.get("CreationTimestamp") ?? "");
  const annotations = new Map(readFields(lines, base).map(({ key, value }) => [key, value]));
  const revision = revisionOf(lines, annotations);
  return {
    kind,
    namespace: top.get("Namespace") ?? "",
    name,
    uid: "",
    owners: readOwners(top.get("Controlled By")),
    labels: readPairs(lines, "Labels"),
    selector: selectorOf(top.get("Selector") ?? ""),
    ...countsOf(top),
    containers: containers.map((container) => ({
      name: container.name,
      kind: container.kind,
      image: container.image,
    })),
    pullSecrets: [],
    conditions: readConditions(lines),
    managedBy: [],
    ...(revision === undefined ? {} : { revision }),
    ...(serviceAccount ? { serviceAccount } : {}),
    ...(createdAt ? { createdAt } : {}),
  };
}

/** `deployment.kubernetes.io/revision: 2`, on the line of `Annotations:` or below it. */
function revisionOf(lines: readonly string[], annotations: ReadonlyMap<string, string>): number | undefined {
  const key = "deployment.kubernetes.io/revision";
  const onLine = lines.map((line) => /deployment\.kubernetes\.io\/revision: (\d+)\s*$/.exec(line)?.[1]);
  const found = annotations.get(key) ?? onLine.find(Boolean);
  return found === undefined || !/^\d+$/.test(found) ? undefined : Number(found);
}

/** `app=web,pod-template-hash=5498b65955`; set-based parts are left out. */
function selectorOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").map((pair) => /^([\w./-]+)=([\w.-]*)$/.exec(pair.trim()));
  return Object.fromEntries(pairs.flatMap((found) => (found?.[1] ? [[found[1], found[2] ?? ""]] : [])));
}

/** `2 desired | 1 updated | 3 total | 2 available`, `1 current / 1 desired`, `3 desired | 3 total`. */
function countsOf(top: ReadonlyMap<string, string>): { replicas?: number; readyReplicas?: number } {
  const text = top.get("Replicas") ?? "";
  const desired = /(\d+) desired/.exec(text)?.[1] ?? top.get("Desired Number of Nodes Scheduled");
  const ready =
    /(\d+) available/.exec(text)?.[1] ??
    top.get("Number of Nodes Scheduled with Available Pods") ??
    /^(\d+) Running/.exec(top.get("Pods Status") ?? "")?.[1];
  return {
    ...(desired !== undefined && /^\d+$/.test(desired) ? { replicas: Number(desired) } : {}),
    ...(ready !== undefined && /^\d+$/.test(ready) ? { readyReplicas: Number(ready) } : {}),
  };
}
