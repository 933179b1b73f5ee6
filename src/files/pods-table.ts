// The table of `kubectl get pods`, wide or not: a pod's STATUS word is all that it tells.

import type { Container, ContainerState, Pod } from "../model/objects.js";
import { ageMs } from "./ages.js";
import { type Column, cellsOf, columnsOf, unwrap } from "./columns.js";

/** `NAME READY STATUS RESTARTS AGE`, with other columns before, between or behind in any order. */
export function isPodsHeader(line: string): boolean {
  if (line.length > 1000 || /[a-z]/.test(line)) return false;
  const names = new Set(columnsOf(line).map(({ name }) => name));
  return ["NAME", "READY", "STATUS"].every((name) => names.has(name));
}

/** Rows under a header; `namespace` is used where the table shows none. */
export function readPodsTable(
  header: string,
  lines: readonly string[],
  namespace: string,
): (present: Date) => readonly Pod[] {
  const columns = columnsOf(header);
  const rows = unwrap(lines, (line) => /^\s*(?:\S+\s+){1,4}\d+\/\d+\s/.test(line));
  return (present) => rows.flatMap((row) => readRow(row, columns, namespace, present) ?? []);
}

function readRow(row: string, columns: readonly Column[], namespace: string, present: Date): Pod | undefined {
  const cells = cellsOf(row, columns);
  const { STATUS: status, READY: ready = "" } = cells;
  // `kubectl get all` writes `pod/web-1`, and `deployment.apps/web` under columns of other names.
  const name = cells.NAME?.replace(/^pods?\//, "");
  if (name === undefined || name.includes("/") || status === undefined) return undefined;
  if (!/^\d+\/\d+$/.test(ready)) return undefined;
  const age = ageMs(cells.AGE ?? "");
  const { NODE: node } = cells;
  return {
    kind: "Pod",
    namespace: cells.NAMESPACE ?? namespace,
    name,
    uid: "",
    serviceAccount: "",
    pullSecrets: [],
    containers: containersOf(status, cells.RESTARTS ?? ""),
    imageVolumes: [],
    phase: phases[status] ?? "Pending",
    conditions: [],
    owners: [],
    labels: {},
    nodeSelector: {},
    managedBy: [],
    notShown: ["pullSecrets", "serviceAccount", "waitingMessage", "times"],
    ...(node && node !== "<none>" ? { node } : {}),
    ...(age === undefined ? {} : { createdAt: new Date(present.getTime() - age) }),
  };
}

const phases: Readonly<Record<string, string>> = {
  Running: "Running",
  Completed: "Succeeded",
  Succeeded: "Succeeded",
  Evicted: "Failed",
  Error: "Failed",
  CrashLoopBackOff: "Running",
};

/** Words that say nothing of a single container. */
const wordsOfPod =
  /^(Running|Completed|Succeeded|Pending|Terminating|Evicted|Error|Unknown|NotReady|\d|Init:\d)/;

/** The one container whose reason became the pod's status; its name and image are not shown. */
function containersOf(status: string, restarts: string): readonly Container[] {
  if (wordsOfPod.test(status)) return [];
  const isInit = status.startsWith("Init:");
  const state: ContainerState = { is: "waiting", reason: isInit ? status.slice(5) : status };
  return [
    {
      name: "",
      kind: isInit ? "init" : "container",
      image: "",
      isReady: false,
      restarts: Number.parseInt(restarts, 10) || 0,
      imageId: "",
      state,
    },
  ];
}
