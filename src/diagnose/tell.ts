// The words of one finding: summary, what was not checked, what would settle it, what to do.

import { podAnswer } from "../causes/asked.js";
import { attachToWorkload, deletePod } from "../causes/commands.js";
import type { Scene } from "../causes/define.js";
import { causeById } from "../causes/index.js";
import type { Pull } from "../model/pull.js";
import type { Remedy } from "../model/report.js";
import type { Judgement } from "./judge.js";
import { subjectOf } from "./workloads.js";

export interface Words {
  readonly summary: string;
  readonly open: Judgement["open"];
  readonly notChecked: readonly string[];
  readonly settle: readonly string[];
  readonly remedies: readonly Remedy[];
  readonly verify: readonly string[];
}

export function tell(judgement: Judgement, scene: Scene): Words {
  const { pull, cause } = judgement;
  const told =
    cause === undefined ? openSummary(judgement) : opening(cause.tell?.(pull, scene) ?? cause.summary);
  return {
    summary: [...past(pull), told, judgement.now].filter((part) => part !== undefined).join(" "),
    open: openTold(judgement),
    notChecked: notChecked(judgement, scene),
    settle: settleOf(judgement, scene),
    remedies: remediesOf(judgement, scene),
    verify: verifyOf(pull),
  };
}

/** What has ended is told in the words of its time. */
function past({ state, endedAt }: Pull): readonly string[] {
  if (state !== "ended") return [];
  return [endedAt === undefined ? "While it lasted:" : `Until ${endedAt.toISOString().slice(11, 19)} UTC:`];
}

/** What each cause would mean, where one sentence says why none of them can be told apart; that one stands in the summary. */
function openTold({ open, verdict }: Judgement): Judgement["open"] {
  const isOneReason = new Set(open.map(({ why }) => why)).size === 1 && open.length > 1;
  if (verdict.is !== "unknown" || !isOneReason) return open;
  return open.map(({ cause, why }) => ({
    cause,
    why: wouldMean[cause] ?? causeById.get(cause)?.title ?? why,
  }));
}

const wouldMean: Readonly<Record<string, string>> = {
  "repository-not-found": "then the name is wrong, and no login helps",
  "tag-not-found": "then the repository is there, and the tag is not",
  "credentials-missing": "then the repository is private, and a pull secret opens it",
  "credentials-rejected": "then user or password are wrong",
  "credentials-expired": "then the token was right once and has run out",
  "access-denied": "then the login is good, and may not read this repository",
};

function remediesOf({ cause, pull, verdict, isOver, opener }: Judgement, scene: Scene): readonly Remedy[] {
  // What the registry gives by now needs a try, not a change.
  if (isOver === true) return pull.pod.name === "" ? [] : [deletePod(pull)];
  if (cause === undefined || verdict.is === "unknown") return [];
  const own = cause.remedies?.(pull, scene) ?? [];
  // A pod that is only too old gets the secret when it is made anew.
  const isEnough = own.some(({ fix, with: { secret } }) => fix === "restart-pods" || secret === opener?.name);
  if (opener === undefined || isEnough) return own;
  return [attachToWorkload(pull, opener.name), ...own];
}

/** A sentence that begins with what stands for a name that is not known begins with a capital; a host does not. */
const opening = (text: string): string =>
  text.replace(/^(the|node) /, (word) => word.charAt(0).toUpperCase() + word.slice(1));

export function openTitle({ open }: Judgement): string {
  if (open.length === 0) return "cannot tell why the pull fails";
  if (open.length === 1) return "one cause remains, unproven";
  return `${numbers[open.length] ?? open.length} causes remain`;
}

const numbers: Readonly<Record<number, string>> = { 2: "two", 3: "three", 4: "four", 5: "five" };

function openSummary({ open, verdict, pull }: Judgement): string {
  if (open.length === 0) {
    const missing =
      verdict.is === "unknown" || verdict.is === "likely" ? verdict.missing : "the runtime's own words";
    const shown = pull.reason === "" ? "The text names no cause" : `The kubelet shows ${pull.reason}`;
    return `${shown}; what is missing to say more is ${missing}.`;
  }
  const first = open[0]?.why ?? "";
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}; nothing seen so far tells these apart.`;
}

function notChecked({ pull }: Judgement, scene: Scene): readonly string[] {
  const lines: string[] = [];
  const keyring = scene.keyring(pull);
  if (!keyring.known && keyring.why !== undefined) lines.push(`the pod's credentials: ${keyring.why}`);
  const refersToRegistry = pull.reference !== undefined && pull.reason !== "ErrImageNeverPull";
  if (refersToRegistry) lines.push(...notAsked(pull, scene));
  if (
    keyring.known &&
    keyring.named.length === 0 &&
    pull.reading.stage !== "reference" &&
    pull.pod.name !== ""
  ) {
    lines.push("credentials that the node itself may hold");
  }
  return lines;
}

/** What of the registry is still not known: nothing was asked, or it was asked from another place than the node. */
function notAsked(pull: Pull, scene: Scene): readonly string[] {
  const now = `what ${pull.reference?.registry} answers now`;
  const answer = podAnswer(pull, scene);
  if (answer === undefined) return [now];
  const { probe, isPods } = answer;
  if (probe.answer.is === "unasked") return [`${now}: ${probe.answer.why}`];
  if (probe.answer.is === "unreachable") return [`${now}: it was not reached from ${scene.probes?.from}`];
  const way =
    pull.reading.stage === "connect" || pull.reading.stage === "tls" || pull.reading.stage === "resolve";
  return [
    ...(isPods || probe.answer.is === "there" ? [] : [`what it answers to the node's own credentials`]),
    ...(way ? [`the way from the node: the registry was asked from ${scene.probes?.from}`] : []),
  ];
}

function settleOf({ cause, open, pull, verdict }: Judgement, scene: Scene): readonly string[] {
  if (verdict.is === "confirmed") return [];
  const asked = [
    ...(cause === undefined ? [] : [cause]),
    ...open.flatMap((one) => causeById.get(one.cause) ?? []),
  ];
  const commands = asked.flatMap((one) => one.settle?.(pull, scene) ?? []);
  if (commands.length === 0 && pull.pod.name !== "" && pull.said.length === 0) {
    commands.push(`kubectl -n ${pull.pod.namespace} describe pod ${pull.pod.name}`);
  }
  return [...new Set(commands)];
}

const rollable: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

function verifyOf(pull: Pull): readonly string[] {
  if (pull.pod.name === "") return [];
  const { kind, namespace, name } = subjectOf(pull);
  if (rollable.has(kind))
    return [`kubectl -n ${namespace} rollout status ${kind.toLowerCase()}/${name} --timeout=2m`];
  if (kind === "Pod") return [`kubectl -n ${namespace} wait pod/${name} --for=condition=Ready --timeout=2m`];
  return [`kubectl -n ${namespace} get pods -w`];
}
