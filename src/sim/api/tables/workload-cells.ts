// The rows of Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs.

import { at, count, flag, items, type KubeObject, stringMap, text } from "../json.js";
import { age, type Cell, columns, humanDuration, mapText, orNone, type Printer } from "./column.js";
import { condition } from "./pod-cells.js";

type Spec = readonly (string | number)[];
const TEMPLATE: Spec = ["spec", "template", "spec"];
const JOB_TEMPLATE: Spec = ["spec", "jobTemplate", "spec", "template", "spec"];

/** The wide columns Containers and Images. */
function images(object: KubeObject, path: Spec = TEMPLATE): [string, string] {
  const containers = items(object, ...path, "containers");
  return [
    containers.map((one) => text(one, "name")).join(","),
    containers.map((one) => text(one, "image")).join(","),
  ];
}

/** A selector as `-l` takes it. */
function selector(object: KubeObject, ...path: Spec): string {
  const labels = mapText(stringMap(object, ...path, "matchLabels"));
  const sets = items(object, ...path, "matchExpressions").map((one) => {
    const values = Array.isArray(one.values) ? one.values.join(",") : "";
    const key = text(one, "key");
    switch (one.operator) {
      case "In":
        return `${key} in (${values})`;
      case "NotIn":
        return `${key} notin (${values})`;
      case "Exists":
        return key;
      default:
        return `!${key}`;
    }
  });
  return [labels === "<none>" && sets.length > 0 ? "" : labels, ...sets]
    .filter((part) => part !== "")
    .join(",");
}

const status = (object: KubeObject, key: string): number => count(object, "status", key) ?? 0;

export const deployments: Printer = {
  columns: columns("Name Ready Up-to-date Available Age | Containers Images Selector"),
  cells: (object) => [
    object.metadata.name,
    `${status(object, "readyReplicas")}/${count(object, "spec", "replicas") ?? 0}`,
    status(object, "updatedReplicas"),
    status(object, "availableReplicas"),
    age(object),
    ...images(object),
    selector(object, "spec", "selector"),
  ],
};

export const replicaSets: Printer = {
  columns: columns("Name Desired# Current# Ready# Age | Containers Images Selector"),
  cells: (object) => [
    object.metadata.name,
    count(object, "spec", "replicas") ?? 0,
    status(object, "replicas"),
    status(object, "readyReplicas"),
    age(object),
    ...images(object),
    selector(object, "spec", "selector"),
  ],
};

export const statefulSets: Printer = {
  columns: columns("Name Ready Age | Containers Images"),
  cells: (object) => [
    object.metadata.name,
    `${status(object, "readyReplicas")}/${count(object, "spec", "replicas") ?? 0}`,
    age(object),
    ...images(object),
  ],
};

export const daemonSets: Printer = {
  columns: columns(
    "Name Desired# Current# Ready# Up-to-date# Available# Node_Selector Age | Containers Images Selector",
  ),
  cells: (object) => [
    object.metadata.name,
    status(object, "desiredNumberScheduled"),
    status(object, "currentNumberScheduled"),
    status(object, "numberReady"),
    status(object, "updatedNumberScheduled"),
    status(object, "numberAvailable"),
    mapText(stringMap(object, "spec", "template", "spec", "nodeSelector")),
    age(object),
    ...images(object),
    selector(object, "spec", "selector"),
  ],
};

function jobStatus(job: KubeObject): string {
  if (condition(job, "Complete") === "True") return "Complete";
  if (condition(job, "Failed") === "True") return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (condition(job, "Suspended") === "True") return "Suspended";
  if (condition(job, "FailureTarget") === "True") return "FailureTarget";
  return condition(job, "SuccessCriteriaMet") === "True" ? "SuccessCriteriaMet" : "Running";
}

function completions(job: KubeObject): string {
  const done = status(job, "succeeded");
  const wanted = count(job, "spec", "completions");
  if (wanted !== undefined) return `${done}/${wanted}`;
  const parallel = count(job, "spec", "parallelism") ?? 0;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function jobDuration(job: KubeObject): Cell {
  const started = text(job, "status", "startTime");
  const ended = text(job, "status", "completionTime");
  if (started === "") return "";
  return ended === "" ? { since: started } : humanDuration(Date.parse(ended) - Date.parse(started));
}

/** The Status column came with 1.31. */
export function jobs(minor: number): Printer {
  const hasStatus = minor >= 31;
  return {
    columns: columns(
      `Name ${hasStatus ? "Status " : ""}Completions Duration Age | Containers Images Selector`,
    ),
    cells: (object) => [
      object.metadata.name,
      ...(hasStatus ? [jobStatus(object)] : []),
      completions(object),
      jobDuration(object),
      age(object),
      ...images(object),
      selector(object, "spec", "selector"),
    ],
  };
}

/** The Timezone column came with 1.29. */
export function cronJobs(minor: number): Printer {
  const hasZone = minor >= 29;
  return {
    columns: columns(
      `Name Schedule ${hasZone ? "Timezone " : ""}Suspend Active# Last_Schedule Age | Containers Images Selector`,
    ),
    cells(object) {
      const last = text(object, "status", "lastScheduleTime");
      return [
        object.metadata.name,
        text(object, "spec", "schedule"),
        ...(hasZone ? [orNone(text(object, "spec", "timeZone"))] : []),
        flag(object, "spec", "suspend") ? "True" : "False",
        items(object, "status", "active").length,
        last === "" ? "<none>" : { since: last },
        age(object),
        ...images(object, JOB_TEMPLATE),
        selectorOrNone(object),
      ];
    },
  };
}

function selectorOrNone(object: KubeObject): string {
  return at(object, "spec", "jobTemplate", "spec", "selector") === undefined
    ? "<none>"
    : selector(object, "spec", "jobTemplate", "spec", "selector");
}
