// The conditions of a pod, in the kubelet's order and words. Semantics reference 3.3.

import { items, type Json, text, timestamp } from "../api/json.js";
import { isSidecar, type StatusParts } from "./pod-status.js";

interface ConditionParts extends StatusParts {
  readonly phase: string;
  readonly init: readonly Json[];
  readonly regular: readonly Json[];
}

const own = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

export function conditionsOf(parts: ConditionParts): Json[] {
  const { before, traits, now } = parts;
  const old = items(before, "conditions");
  const foreign = old.filter((one) => !own.includes(text(one, "type")));
  const isReadyToStart = parts.instances.sandbox !== undefined;
  const ready = readiness(parts);
  const mine: Json[] = [
    ...(traits.hasReadyToStart
      ? [{ type: "PodReadyToStartContainers", status: isReadyToStart ? "True" : "False" }]
      : []),
    { type: "Initialized", ...initialised(parts) },
    { type: "Ready", ...ready },
    { type: "ContainersReady", ...ready },
    { type: "PodScheduled", status: "True" },
  ];
  return [
    ...foreign,
    ...mine.map(({ type, status, ...why }) => {
      const known = old.find((one) => one.type === type);
      const since = known?.status === status ? known?.lastTransitionTime : timestamp(now);
      return { type, status, lastProbeTime: null, lastTransitionTime: since, ...why };
    }),
  ];
}

function initialised({ phase, init }: ConditionParts): Json {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const incomplete = init.filter((status) => status.ready !== true);
  if (incomplete.length === 0) return { status: "True" };
  return {
    status: "False",
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function readiness({ pod, phase, init, regular }: ConditionParts): Json {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const specs = items(pod.spec, "initContainers");
  const sidecars = init.filter((_, index) => {
    const spec = specs[index];
    return spec !== undefined && isSidecar(spec);
  });
  const unready = [...sidecars, ...regular].filter((status) => status.ready !== true);
  if (unready.length === 0) return { status: "True" };
  return {
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${names(unready)}]`,
  };
}

const names = (statuses: readonly Json[]): string => statuses.map((one) => text(one, "name")).join(" ");
