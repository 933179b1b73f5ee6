// `kubectl describe node`: architecture, runtime and conditions.

import type { ClusterNode } from "../model/objects.js";
import { describedTime } from "./ages.js";
import type { Description } from "./describe.js";
import { readConditions, readFields, readPairs, sectionOf } from "./describe-fields.js";

export function readDescribedNode({ name, lines, base, top }: Description): ClusterNode | undefined {
  const info = new Map(
    readFields(sectionOf(lines, "System Info"), base).map(({ key, value }) => [key, value]),
  );
  const runtime = info.get("Container Runtime Version");
  const kubelet = info.get("Kubelet Version");
  if (kubelet === undefined && runtime === undefined) return undefined;
  const createdAt = describedTime(top.get("CreationTimestamp") ?? "");
  const architecture = info.get("Architecture");
  const os = info.get("Operating System");
  return {
    kind: "Node",
    name,
    uid: "",
    labels: readPairs(lines, "Labels"),
    conditions: readConditions(lines),
    images: [],
    isUnschedulable: top.get("Unschedulable") === "true",
    ...(createdAt ? { createdAt } : {}),
    ...(architecture ? { architecture } : {}),
    ...(os ? { os } : {}),
    ...(runtime ? { runtime } : {}),
    ...(kubelet ? { kubelet } : {}),
  };
}
