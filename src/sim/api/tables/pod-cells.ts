// A pod's row: READY, the STATUS word and RESTARTS as the server-side printer works them out.

import { at, count, flag, items, type Json, type KubeObject, text } from "../json.js";
import { age, type Cell, columns, orNone, type Printer } from "./column.js";

export const pods: Printer = {
  columns: columns("Name Ready Status Restarts Age | IP Node Nominated_Node Readiness_Gates"),
  cells(pod) {
    const { reason, ready, total, restarts, restartedAt } = podSummary(pod);
    const restartCell: Cell =
      restarts > 0 && restartedAt !== ""
        ? { since: restartedAt, before: `${restarts} (`, after: " ago)" }
        : String(restarts);
    const gates = items(pod, "spec", "readinessGates");
    const passed = gates.filter((gate) => condition(pod, text(gate, "conditionType")) === "True").length;
    return [
      pod.metadata.name,
      `${ready}/${total}`,
      reason,
      restartCell,
      age(pod),
      orNone(text(pod, "status", "podIPs", 0, "ip") || text(pod, "status", "podIP")),
      orNone(text(pod, "spec", "nodeName")),
      orNone(text(pod, "status", "nominatedNodeName")),
      gates.length === 0 ? "<none>" : `${passed}/${gates.length}`,
    ];
  },
};

export interface PodSummary {
  /** The STATUS column. */
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** RFC 3339; "" when nothing restarted. */
  readonly restartedAt: string;
}

interface Tally {
  restarts: number;
  restartedAt: string;
}

/** The init containers' say: how many sidecars are ready, and what stops the pod if one does. */
interface InitSummary {
  readonly stopped: string | undefined;
  readonly sidecarsReady: number;
  readonly all: Tally;
  readonly sidecars: Tally;
}

export function podSummary(pod: KubeObject): PodSummary {
  const sidecars = new Set(
    items(pod, "spec", "initContainers")
      .filter((container) => container.restartPolicy === "Always")
      .map((container) => text(container, "name")),
  );
  const total = items(pod, "spec", "containers").length + sidecars.size;
  let reason = text(pod, "status", "reason") || text(pod, "status", "phase");
  if (conditionReason(pod, "PodScheduled") === "SchedulingGated") reason = "SchedulingGated";
  const init = summariseInit(pod, sidecars);
  let ready = init.sidecarsReady;
  let tally = init.all;
  if (init.stopped !== undefined) reason = init.stopped;
  if (init.stopped === undefined || condition(pod, "Initialized") === "True") {
    tally = { ...init.sidecars };
    let isAnyRunning = false;
    for (const status of items(pod, "status", "containerStatuses").reverse()) {
      addRestarts(tally, status);
      const said = stateReason(status);
      if (said !== undefined) reason = said;
      else if (flag(status, "ready") && at(status, "state", "running") !== undefined) {
        isAnyRunning = true;
        ready++;
      }
    }
    if (reason === "Completed" && isAnyRunning)
      reason = condition(pod, "Ready") === "True" ? "Running" : "NotReady";
  }
  return { reason: ending(pod) ?? reason, ready, total, ...tally };
}

function summariseInit(pod: KubeObject, sidecars: ReadonlySet<string>): InitSummary {
  const all: Tally = { restarts: 0, restartedAt: "" };
  const kept: Tally = { restarts: 0, restartedAt: "" };
  const totalInit = items(pod, "spec", "initContainers").length;
  let sidecarsReady = 0;
  let stopped: string | undefined;
  for (const [index, status] of items(pod, "status", "initContainerStatuses").entries()) {
    const isSidecar = sidecars.has(text(status, "name"));
    addRestarts(all, status);
    if (isSidecar) addRestarts(kept, status);
    const terminated = at(status, "state", "terminated");
    const waiting = text(status, "state", "waiting", "reason");
    if (terminated !== undefined && count(terminated, "exitCode") === 0) continue;
    if (isSidecar && flag(status, "started")) {
      if (flag(status, "ready")) sidecarsReady++;
      continue;
    }
    if (terminated !== undefined) stopped = `Init:${text(terminated, "reason") || endReason(terminated)}`;
    else if (waiting !== "" && waiting !== "PodInitializing") stopped = `Init:${waiting}`;
    else stopped = `Init:${index}/${totalInit}`;
    break;
  }
  return { stopped, sidecarsReady, all, sidecars: kept };
}

function addRestarts(tally: Tally, status: Json): void {
  tally.restarts += count(status, "restartCount") ?? 0;
  const finished = text(status, "lastState", "terminated", "finishedAt");
  if (finished > tally.restartedAt) tally.restartedAt = finished;
}

function stateReason(status: Json): string | undefined {
  const waiting = text(status, "state", "waiting", "reason");
  if (waiting !== "") return waiting;
  const terminated = at(status, "state", "terminated");
  return terminated === undefined ? undefined : text(terminated, "reason") || endReason(terminated);
}

function endReason(terminated: unknown): string {
  const signal = count(terminated, "signal") ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${count(terminated, "exitCode") ?? 0}`;
}

function ending(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (text(pod, "status", "reason") === "NodeLost") return "Unknown";
  const phase = text(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed" ? undefined : "Terminating";
}

function findCondition(object: KubeObject, type: string): Json | undefined {
  return items(object, "status", "conditions").find((one) => one.type === type);
}

/** A condition's status; "" when there is none. */
export function condition(object: KubeObject, type: string): string {
  return text(findCondition(object, type), "status");
}

function conditionReason(object: KubeObject, type: string): string {
  return text(findCondition(object, type), "reason");
}
