// DaemonSets: one pod on each node that takes it. pkg/controller/daemon.

import { items, type Json, type KubeObject, record, text } from "../api/json.js";
import { matchesNode, tolerates } from "../scheduler/fit.js";
import { type Controller, type ControllerContext, controller } from "./controller.js";
import type { EventWriter } from "./event-writer.js";
import { resolved } from "./hash.js";
import { isEnded, isReady } from "./owned-pods.js";
import { createPod, deletePod } from "./pod-writing.js";
import { keyOf } from "./queue.js";
import { keepRevisions, type Revision } from "./revisions.js";
import { writeStatus } from "./status.js";

const resource = "daemonsets.apps";
const everywhere = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];

export function daemonSets(context: ControllerContext): Controller {
  const nodes = new Map<string, string>();
  return controller(context, {
    resource,
    component: "daemonset-controller",
    also: [
      {
        resource: "nodes",
        on: (node, queue) => {
          // Heartbeats are no reason to look again.
          const view = JSON.stringify([node.metadata.labels, node.spec, node.metadata.deletionTimestamp]);
          if (nodes.get(node.metadata.name) === view) return;
          nodes.set(node.metadata.name, view);
          for (const set of context.store.list(resource)) queue.add(keyOf(set));
        },
      },
    ],
    reconcile(set, { events }) {
      if (set.metadata.deletionTimestamp !== undefined) return;
      const revision = keepRevisions(context, set).at(-1);
      if (revision === undefined) return;
      const wanted = context.store.list("nodes").filter((node) => isFor(set, node));
      place(context, events, set, wanted, revision);
      update(context, events, set, wanted, revision);
      report(context, set, wanted, revision);
    },
  });
}

/** The node that a daemon pod is for, bound or not. */
function nodeOf(pod: KubeObject): string {
  const bound = text(pod, "spec", "nodeName");
  if (bound !== "") return bound;
  const terms = items(
    pod,
    "spec",
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  return text(terms[0], "matchFields", 0, "values", 0);
}

function isFor(set: KubeObject, node: KubeObject): boolean {
  const spec = record(set, "spec", "template", "spec");
  const pod = { apiVersion: "v1", kind: "Pod", metadata: set.metadata, spec };
  const tolerations: readonly Json[] = [...items(spec, "tolerations"), ...everywhere];
  const taints = items(node.spec, "taints").filter((taint) => taint.effect !== "PreferNoSchedule");
  return matchesNode(pod, node) && taints.every((taint) => tolerations.some((one) => tolerates(one, taint)));
}

function place(
  context: ControllerContext,
  events: EventWriter,
  set: KubeObject,
  wanted: readonly KubeObject[],
  revision: Revision,
): void {
  const names = new Set(wanted.map((node) => node.metadata.name));
  const taken = new Set<string>();
  for (const pod of context.pods.of(set)) {
    const node = nodeOf(pod);
    const isExtra = !names.has(node) || taken.has(node) || isEnded(pod);
    if (pod.metadata.deletionTimestamp === undefined && isExtra) deletePod(context, events, set, pod);
    else taken.add(node);
  }
  for (const name of names) {
    if (taken.has(name)) continue;
    createPod(context, events, set, {
      template: record(set, "spec", "template"),
      labels: { "controller-revision-hash": revision.hash, "pod-template-generation": "1" },
      spec: (spec) => bindTo(spec, name),
    });
  }
}

/** By affinity: the scheduler does the rest. */
function bindTo(spec: Json, node: string): void {
  const affinity = record(spec, "affinity");
  affinity.nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }],
    },
  };
  spec.affinity = affinity;
  spec.tolerations = [...items(spec, "tolerations"), ...everywhere];
}

function update(
  context: ControllerContext,
  events: EventWriter,
  set: KubeObject,
  wanted: readonly KubeObject[],
  revision: Revision,
): void {
  const strategy = record(set, "spec", "updateStrategy");
  if (strategy.type === "OnDelete") return;
  const pods = context.pods.of(set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const most = resolved(record(strategy, "rollingUpdate").maxUnavailable ?? 1, wanted.length, true);
  const isOld = (pod: KubeObject): boolean =>
    pod.metadata.labels?.["controller-revision-hash"] !== revision.hash;
  let down = wanted.length - pods.filter(isReady).length;
  // Old pods that do not run are replaced whatever the limit says.
  for (const pod of pods.filter((one) => isOld(one) && !isReady(one))) deletePod(context, events, set, pod);
  for (const pod of pods.filter((one) => isOld(one) && isReady(one))) {
    if (down >= Math.max(1, most)) return;
    down += 1;
    deletePod(context, events, set, pod);
  }
}

function report(
  context: ControllerContext,
  set: KubeObject,
  wanted: readonly KubeObject[],
  revision: Revision,
): void {
  const names = new Set(wanted.map((node) => node.metadata.name));
  const pods = context.pods.of(set).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const right = pods.filter((pod) => names.has(nodeOf(pod)));
  const ready = right.filter(isReady).length;
  const updated = right.filter((pod) => pod.metadata.labels?.["controller-revision-hash"] === revision.hash);
  writeStatus(context, resource, set, {
    currentNumberScheduled: right.length,
    numberMisscheduled: pods.length - right.length,
    desiredNumberScheduled: names.size,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated.length === 0 ? {} : { updatedNumberScheduled: updated.length }),
    ...(ready === 0 ? {} : { numberAvailable: ready }),
    ...(names.size - ready === 0 ? {} : { numberUnavailable: names.size - ready }),
  });
}
