// The phrases that every written form of a report shares: who is stopped, how long, what a
// change would do, what the last line sums up.

import type { Effect, Finding, FindingWorkload, Report, Scope } from "../model/report.js";
import { ageBetween, ageOf, clockTime } from "./age.js";
import { counted } from "./layout.js";

const effects: Readonly<Record<Effect, string>> = {
  none: "",
  "restarts-pods": "restarts the pods",
  "writes-secret": "writes a secret",
  "deletes-pods": "deletes pods",
};

export function effectOf(effect: Effect): string {
  return effects[effect];
}

const scopes: Readonly<Record<Scope["is"], string>> = {
  image: "this image: ",
  registry: "the registry: ",
  credential: "the credential: ",
  node: "the node: ",
  unknown: "",
};

export function scopeOf(scope: Scope): string {
  return scope.why === "" ? "" : scopes[scope.is] + scope.why;
}

const beforeStart: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing", "Pending", ""]);

/** What the pods of a finding cannot do, for one pod or for several. */
function trouble(finding: Finding, isOne: boolean): string {
  if (finding.endedAt !== undefined) return "could not pull";
  if (finding.stage === "start") return "cannot start";
  const isWaiting = finding.pods.length > 0 && finding.pods.every(({ reason }) => beforeStart.has(reason));
  if (isWaiting) return isOne ? "waits for its image" : "wait for their image";
  return "cannot pull";
}

/** `3 of 3 pods cannot pull`, and whether anything of the workload still runs. */
export function stoppedPods(finding: Finding, workload: FindingWorkload): string {
  const { pods, podsSeen, kind } = workload;
  if (kind === "Pod") return trouble(finding, true);
  if (podsSeen === undefined) return `${counted(pods, "pod")} ${trouble(finding, pods === 1)}`;
  return `${pods} of ${counted(podsSeen, "pod")} ${trouble(finding, pods === 1)}`;
}

/**
 * `for 12m`, or when it ended. "" when the start is not known, and when nothing later than the start
 * was seen: then the present of the evidence is not known either.
 */
export function duration(finding: Finding, at: Date): string {
  const { endedAt, since } = finding;
  if (endedAt !== undefined) return endedAt < at ? `ended ${ageBetween(endedAt, at)} ago` : "has ended";
  return since === undefined || since >= at ? "" : `for ${ageBetween(since, at)}`;
}

/** `14 times, last 40s ago`, or the status that a registry answered; "" for the rest. */
export function sightings(evidence: Finding["evidence"][number], at: Date): string {
  const parts: string[] = [];
  if (evidence.status !== undefined) parts.push(String(evidence.status));
  if (evidence.count !== undefined && evidence.count > 1) parts.push(`${evidence.count} times`);
  if (evidence.lastAt !== undefined && evidence.lastAt < at) {
    parts.push(`${parts.length > 0 ? "last " : ""}${ageBetween(evidence.lastAt, at)} ago`);
  }
  return parts.join(", ");
}

/** `in 40s (14:02:11 UTC), then every 5m; why`. */
export function nextTry(retry: NonNullable<Finding["retry"]>, at: Date): string {
  const parts: string[] = [];
  if (retry.nextAt !== undefined) {
    const inSeconds = (retry.nextAt.getTime() - at.getTime()) / 1000;
    const relative = inSeconds > 0 ? `in ${ageOf(inSeconds)}` : "due now";
    parts.push(`${relative} (${clockTime(retry.nextAt)} UTC)`);
  }
  if (retry.everySeconds !== undefined) parts.push(`every ${ageOf(retry.everySeconds)}`);
  const when = parts.join(", then ");
  return [when, retry.why].filter((part) => part !== "").join("; ");
}

export function managers(workload: FindingWorkload): readonly string[] {
  return (workload.managedBy ?? []).map(({ tool, name, namespace }) => {
    const place = namespace === undefined ? "" : ` in ${namespace}`;
    return `${tools[tool] ?? tool} ${name}${place}`;
  });
}

const tools: Readonly<Record<string, string>> = {
  helm: "Helm release",
  "argo-cd": "Argo CD application",
  flux: "Flux object",
  kustomize: "Kustomize",
};

/** Findings that say that something is wrong now, the ones that say nothing sure, and the past ones. */
export function sorted(report: Report): {
  readonly wrong: readonly Finding[];
  readonly unclear: readonly Finding[];
  readonly ended: readonly Finding[];
} {
  const now = report.findings.filter(({ endedAt }) => endedAt === undefined);
  const isUnclear = ({ verdict }: Finding): boolean => verdict === "unknown";
  return {
    wrong: now.filter((finding) => !isUnclear(finding)),
    unclear: now.filter(isUnclear),
    ended: report.findings.filter(({ endedAt }) => endedAt !== undefined),
  };
}

/** `6 questions, 12 to registries`, or "" when nothing was asked of a server. */
export function questionsOf({ questions, registries }: Report): string {
  const asked = questions === 0 ? "" : counted(questions, "question");
  if (registries === undefined || registries.requests === 0) return asked;
  const further = `${registries.requests} to registries`;
  const left = registries.left === 0 ? "" : `, ${registries.left} left out`;
  return `${asked === "" ? further : `${asked}, ${further}`}${left}`;
}
