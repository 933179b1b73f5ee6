// One line for each workload that is stopped now, as `kubectl get -o name` would print it.

import type { Report } from "../model/report.js";
import { inert } from "./inert.js";
import { fullName } from "./kinds.js";

export function renderName(report: Report): string {
  const lines = report.findings
    .filter(({ endedAt }) => endedAt === undefined)
    .flatMap(({ workloads }) => workloads)
    .map(
      ({ kind, namespace, name }) => [`${namespace}/${kind}/${name}`, inert(fullName(kind, name))] as const,
    );
  return [...new Map(lines).values()].map((line) => `${line}\n`).join("");
}
