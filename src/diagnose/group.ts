// One finding per reason, however many pods it stops; the worst first.

import { createHash } from "node:crypto";
import { podAnswer } from "../causes/asked.js";
import type { Scene } from "../causes/define.js";
import type { Evidence } from "../model/evidence.js";
import type { Pull } from "../model/pull.js";
import type { Finding, FindingWorkload } from "../model/report.js";
import type { Judgement } from "./judge.js";
import { nextTry } from "./retry.js";
import { scopeOf } from "./scope.js";
import { openTitle, tell } from "./tell.js";
import { workloadsOf } from "./workloads.js";

/** Causes that strike a whole registry, host, secret or node: their images share one finding. */
function groupKey(judgement: Judgement): string {
  const { pull, cause, open } = judgement;
  const id =
    cause?.id ??
    `unknown ${open
      .map((one) => one.cause)
      .sort()
      .join(" ")}`;
  const ended = pull.state === "ended" ? "ended" : "";
  return [id, ended, sharedBy(judgement, id)].join(" | ");
}

function sharedBy({ pull, cause, verdict }: Judgement, id: string): string {
  const area = cause?.area;
  const registry = pull.reference?.registry ?? "";
  const host = pull.reading.host ?? registry;
  if (id.startsWith("secret-") || id === "pod-predates-secret" || area === "auth") {
    const secrets = pull.pod.pullSecrets.join(",");
    // A login is one fact for all that sign in with it; a right is a repository's own: proven for one, it is not for the next.
    const sure = id === "access-denied" ? verdict.is : "";
    return `${pull.pod.namespace} ${registry} ${secrets} ${area === "auth" && secrets === "" ? pull.image : ""} ${sure}`;
  }
  if (id === "kubelet-throttled") return pull.pod.node ?? "";
  if (area === "network" || area === "limits") return host;
  if (id === "registry-unavailable") return host;
  if (area === "node") return pull.pod.node ?? "";
  return pull.image;
}

export function groupFindings(judgements: readonly Judgement[], scene: Scene): Finding[] {
  const groups = new Map<string, Judgement[]>();
  for (const judgement of withoutReplaced(judgements)) {
    const key = groupKey(judgement);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [judgement]);
    else group.push(judgement);
  }
  return [...groups.values()].map((group) => findingOf(group, scene)).sort(byUrgency);
}

/** A pod that is gone says nothing new when its workload still fails for the same reason. */
function withoutReplaced(judgements: readonly Judgement[]): Judgement[] {
  const failing = new Set(
    judgements.filter(({ pull }) => pull.state !== "ended").map((judgement) => storyKey(judgement)),
  );
  return judgements.filter(
    (judgement) => judgement.pull.state !== "ended" || !failing.has(storyKey(judgement)),
  );
}

const storyKey = ({ pull, cause }: Judgement): string => {
  const owner = pull.workload;
  const who = owner
    ? `${owner.kind} ${owner.namespace}/${owner.name}`
    : `Pod ${pull.pod.namespace}/${pull.pod.name}`;
  return `${who} ${pull.containerName} ${pull.image} ${cause?.id ?? ""}`;
};

function findingOf(group: readonly Judgement[], scene: Scene): Finding {
  const lead = best(group);
  const { pull, cause, verdict } = lead;
  const now = scene.now;
  const images = unique(group.map((judgement) => judgement.pull.image));
  const since = earliest(group.map((judgement) => judgement.pull.since));
  const endedAt = group.every((judgement) => judgement.pull.state === "ended")
    ? (latest(group.map((judgement) => judgement.pull.endedAt)) ?? now)
    : undefined;
  const retry = endedAt ? undefined : nextTry(pull, now);
  const words = tell(lead, scene);
  const workloads = workloadsOf(group, scene);
  const host = pull.reading.host;
  const registry = pull.reference?.registry ?? pull.reading.registry;
  const stage = pull.reading.stage ?? cause?.stage;
  return {
    id: idOf(lead, images, workloads),
    cause: cause?.id ?? "unknown",
    ...(lead.parent === undefined ? {} : { parent: lead.parent }),
    verdict: verdict.is,
    title: cause?.title ?? openTitle(lead),
    summary: words.summary,
    ...(stage === undefined ? {} : { stage }),
    image: pull.image,
    images,
    ...(registry === undefined ? {} : { registry }),
    ...(host === undefined ? {} : { host }),
    workloads,
    pods: group.filter(({ pull: one }) => one.pod.name !== "").map(({ pull: one }) => podLine(one)),
    scope: scopeOf(group, scene),
    ...(since ? { since } : {}),
    ...(endedAt ? { endedAt } : {}),
    ...(retry ? { retry } : {}),
    evidence: evidenceOf(lead, scene),
    ruledOut: lead.ruledOut,
    open: words.open,
    notChecked: words.notChecked,
    settle: words.settle,
    remedies: endedAt ? [] : words.remedies,
    verify: endedAt ? [] : words.verify,
  };
}

const podLine = (pull: Pull): Finding["pods"][number] => ({
  namespace: pull.pod.namespace,
  name: pull.pod.name,
  container: pull.containerName,
  containerKind: pull.containerKind,
  ...(pull.pod.node === undefined ? {} : { node: pull.pod.node }),
  reason: pull.reason,
});

function evidenceOf({ verdict, pull }: Judgement, scene: Scene): readonly Evidence[] {
  if (verdict.is === "confirmed" || verdict.is === "likely") return verdict.evidence;
  const said = pull.said.slice(0, 2).map(({ evidence }) => evidence);
  const answered = podAnswer(pull, scene)?.probe;
  if (answered !== undefined && answered.answer.is !== "unreachable") said.push(answered.evidence);
  if (said.length > 0) return said;
  return [
    {
      source: "status",
      where: `pod/${pull.pod.name}`,
      shows: `${pull.reason}, and nothing says why`,
      from: scene.from(pull.pod),
    },
  ];
}

const rank = { confirmed: 0, likely: 1, unknown: 2, "ruled-out": 3 } as const;

function best(group: readonly Judgement[]): Judgement {
  const [first, ...rest] = group;
  if (first === undefined) throw new Error("a group of findings is never empty");
  return rest.reduce((top, one) => {
    const better = rank[one.verdict.is] - rank[top.verdict.is];
    if (better !== 0) return better < 0 ? one : top;
    return one.pull.said.length > top.pull.said.length ? one : top;
  }, first);
}

/** Still open before ended, then workloads with no running pod, then by number, then by age. */
function byUrgency(a: Finding, b: Finding): number {
  const ended = Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined);
  if (ended !== 0) return ended;
  const down = downCount(b) - downCount(a);
  if (down !== 0) return down;
  const size = b.workloads.length - a.workloads.length || b.pods.length - a.pods.length;
  if (size !== 0) return size;
  return (a.since?.getTime() ?? 0) - (b.since?.getTime() ?? 0) || a.id.localeCompare(b.id);
}

const downCount = (finding: Finding): number =>
  finding.workloads.filter((one: FindingWorkload) => one.isDown).length;

function idOf(lead: Judgement, images: readonly string[], workloads: readonly FindingWorkload[]): string {
  const what = [
    lead.cause?.id ?? "unknown",
    ...images,
    ...workloads.map((one) => `${one.kind}/${one.namespace}/${one.name}`),
  ];
  return createHash("sha256").update(what.sort().join("\n")).digest("hex").slice(0, 10);
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];
const times = (dates: readonly (Date | undefined)[]): Date[] =>
  dates.filter((date): date is Date => date !== undefined);
const earliest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  times(dates).reduce<Date | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
const latest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  times(dates).reduce<Date | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
