// TYPE/NAME words, as kubectl takes them: `deploy/checkout`, `deployments.apps/checkout`, `pod x`.

import { ToolError } from "../model/errors.js";
import type { Pull } from "../model/pull.js";
import type { Finding, Report } from "../model/report.js";

/** `kind` is the Kubernetes kind, such as `Deployment`. */
export interface Target {
  readonly kind: string;
  readonly name: string;
}

const aliases: Readonly<Record<string, readonly string[]>> = {
  Pod: ["pod", "pods", "po"],
  Deployment: ["deployment", "deployments", "deploy"],
  ReplicaSet: ["replicaset", "replicasets", "rs"],
  StatefulSet: ["statefulset", "statefulsets", "sts"],
  DaemonSet: ["daemonset", "daemonsets", "ds"],
  Job: ["job", "jobs"],
  CronJob: ["cronjob", "cronjobs", "cj"],
  ReplicationController: ["replicationcontroller", "replicationcontrollers", "rc"],
};

const kindOf = new Map(
  Object.entries(aliases).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);

/** Reads `TYPE/NAME...`, `TYPE NAME...` and bare pod names. `call`: our command, for the words of the ToolError it throws on anything else. */
export function parseTargets(words: readonly string[], call: string): readonly Target[] {
  const [first, ...rest] = words;
  if (first !== undefined && !first.includes("/") && rest.length > 0) {
    const kind = kindOf.get(typeOf(first));
    if (kind !== undefined) return rest.map((name) => ({ kind, name }));
  }
  return words.map((word) => parseTarget(word, call));
}

/** The word as a target where its first part is a kind: `deploy/checkout`. Undefined for what may be an image. */
export function asTarget(word: string): Target | undefined {
  const slash = word.indexOf("/");
  const name = word.slice(slash + 1);
  const kind = slash === -1 ? undefined : kindOf.get(typeOf(word.slice(0, slash)));
  return kind !== undefined && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) ? { kind, name } : undefined;
}

const typeOf = (word: string): string => word.toLowerCase().split(".")[0] ?? "";

function parseTarget(word: string, call: string): Target {
  const slash = word.indexOf("/");
  if (slash === -1 && kindOf.has(typeOf(word))) {
    throw new ToolError("target-without-name", {
      what: `${word} names no object`,
      why: "a target is TYPE/NAME",
      do: `${call} ${word}/NAME, or ${call} without targets for all`,
    });
  }
  if (slash === -1) return { kind: "Pod", name: word };
  const kind = kindOf.get(typeOf(word.slice(0, slash)));
  const name = word.slice(slash + 1);
  if (kind !== undefined && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return { kind, name };
  throw new ToolError("target-unknown", {
    what: `${word} is no target`,
    why:
      kind === undefined
        ? `pulls are made by pods and their controllers: ${Object.keys(aliases).join(", ")}`
        : `"${name}" cannot be the name of an object`,
    do: `write TYPE/NAME, such as deploy/checkout; ${call} --help`,
  });
}

/** The findings that stop one of these targets; `namespace` absent: in any. */
export function narrowReport(
  report: Report,
  targets: readonly Target[],
  namespace: string | undefined,
): Report {
  if (targets.length === 0 && namespace === undefined) return report;
  return { ...report, findings: report.findings.filter((finding) => isAbout(finding, targets, namespace)) };
}

/** Whether a pull is one that the report will be about; `namespace` absent: in any. */
export function isAboutPull(
  { pod, workload }: Pull,
  targets: readonly Target[],
  namespace: string | undefined,
): boolean {
  if (namespace !== undefined && pod.namespace !== namespace && pod.namespace !== "") return false;
  if (targets.length === 0) return true;
  const names = [
    { kind: "Pod", name: pod.name },
    ...(workload === undefined ? [] : [workload]),
    ...pod.owners,
  ];
  return targets.some(({ kind, name }) => names.some((one) => one.kind === kind && one.name === name));
}

function isAbout(finding: Finding, targets: readonly Target[], namespace: string | undefined): boolean {
  const stopped = [...finding.workloads, ...finding.pods.map((pod) => ({ kind: "Pod", ...pod }))];
  return stopped.some(
    (one) =>
      (namespace === undefined || one.namespace === namespace) &&
      (targets.length === 0 || targets.some(({ kind, name }) => kind === one.kind && name === one.name)),
  );
}
