// What registries answered now, held against what a pull was judged to fail for. The same credentials and the same answer
// confirm a cause; another answer is told, with the difference. What happens on the way from here says nothing about the way
// from a node, so nothing about networks is confirmed or ruled out by it.

import { podAnswer, showsRepository, tagsOf } from "../causes/asked.js";
import type { Cause, Scene } from "../causes/define.js";
import { causeById } from "../causes/index.js";
import { openingSecret } from "../causes/opener.js";
import type { Evidence } from "../model/evidence.js";
import type { ImageAnswer } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import type { Judgement } from "./judge.js";
import { lessSure, sure, withEvidence } from "./verdicts.js";

type There = Extract<ImageAnswer, { readonly is: "there" }>;
type No = Extract<ImageAnswer, { readonly is: "no" }>;

interface Answered<T> {
  readonly answer: T;
  readonly evidence: Evidence;
  /** False when the node may send credentials that are not known here. */
  readonly isPods: boolean;
  readonly from: string;
}

export function prove(judgement: Judgement, scene: Scene): Judgement {
  const { pull } = judgement;
  const found = pull.state === "ended" ? undefined : podAnswer(pull, scene);
  if (found === undefined || scene.probes === undefined) return judgement;
  const { probe, isPods } = found;
  const { answer, evidence } = probe;
  const common = { evidence, isPods, from: scene.probes.from };
  switch (answer.is) {
    case "unasked":
      return judgement;
    case "unreachable":
      return { ...judgement, now: `It could not be asked from ${common.from}: ${evidence.shows}.` };
    case "there":
      return isGiven(judgement, { answer, ...common });
    case "no":
      return isNotGiven(judgement, { answer, ...common }, scene);
  }
}

/** What a registry that gives the manifest does not contradict. */
const afterTheManifest: ReadonlySet<string> = new Set([
  "manifest-unsupported",
  "blob-missing",
  "content-corrupt",
  "unpack-failed",
  "policy-blocked",
]);

const isOfTheWay = ({ area }: Cause): boolean =>
  area === "network" || area === "registry" || area === "limits" || area === "node" || area === "time";

/** This machine gets it and the node did not: the difference is the finding. */
function isGiven(judgement: Judgement, { answer, evidence, isPods, from }: Answered<There>): Judgement {
  const { pull, cause, parent, verdict } = judgement;
  if (cause?.id === "platform-mismatch") return withPlatforms(judgement, answer, evidence);
  if (afterTheManifest.has(parent ?? cause?.id ?? "")) return judgement;
  const whose = isPods ? "with the pod's own credentials" : "without any";
  const gives = `${pull.reference?.registry} gives it now, ${whose}, asked from ${from}`;
  if (cause?.id === "rate-limited") {
    const { limit } = answer;
    const left = limit === undefined ? "" : ` Pulls left to ${from}: ${limit.left} of ${limit.limit}.`;
    return {
      ...judgement,
      verdict: withEvidence(verdict, evidence),
      now: `The image is there; that question is not counted as a pull.${left}`,
    };
  }
  if (cause === undefined ? pull.state === "slow" : isOfTheWay(cause)) {
    return {
      ...judgement,
      verdict: withEvidence(verdict, evidence),
      open: judgement.open.filter((one) => !isAboutTheImage(one.cause)),
      now: `${gives}: name and credentials are right, and what differs is the way from the node.`,
    };
  }
  // Where the node signs in by itself, that sign-in may be refused and nobody's need not be.
  if (!isPods && cause?.area === "auth") return { ...judgement, now: `${gives}.` };
  return {
    ...judgement,
    verdict: lessSure(verdict, evidence),
    open: cause === undefined ? judgement.open : [],
    isOver: true,
    now: `${gives}: it was mended since the node's last try, or the node asks somewhere else, such as a mirror.`,
  };
}

function withPlatforms(judgement: Judgement, answer: There, evidence: Evidence): Judgement {
  const { platforms = [], misfits } = answer;
  if (misfits === undefined) return judgement;
  if (misfits.length > 0) {
    return {
      ...judgement,
      verdict: sure(judgement.verdict, evidence),
      open: [],
      now: `It has ${platforms.join(", ")}, and nothing for ${misfits.join(", ")}.`,
    };
  }
  return {
    ...judgement,
    verdict: lessSure(judgement.verdict, evidence),
    isOver: true,
    now: `It has ${platforms.join(", ")} now, which fits: it was pushed again since, or the node has an older one.`,
  };
}

function isNotGiven(judgement: Judgement, answered: Answered<No>, scene: Scene): Judgement {
  const { cause, pull, verdict } = judgement;
  const { answer, evidence, isPods, from } = answered;
  // Nobody's refusal says nothing about a node that signs in by itself; a name that is not there is so for all.
  if (!isPods && isRefusal(answer.cause)) return judgement;
  const answers = `Asked from ${from} now, ${evidence.shows}.`;
  if (pull.state === "slow") return { ...judgement, now: answers };
  const possible = possibleCauses(answer, pull, scene);
  const told = withOpener(judgement, answer, scene);
  if (isHidden(answer, pull, scene)) return hidden(told, evidence);
  if (cause === undefined) return adopted(judgement, possible, evidence, scene);
  const isWhole = possible.size === 1 && possible.has(cause.id);
  if (isWhole && (isAboutTheImage(cause.id) || cause.area === "registry"))
    return settled(told, answer, evidence, scene);
  if (cause.area === "auth" && isRefusal(answer.cause)) return stillRefused(told, possible, evidence, scene);
  if (possible.has(cause.id) || possible.has(judgement.parent ?? "")) {
    const open = judgement.open.filter((one) => possible.has(one.cause));
    return { ...told, verdict: withEvidence(verdict, evidence), open };
  }
  if (judgement.open.some((one) => possible.has(one.cause)))
    return adopted(judgement, possible, evidence, scene);
  return { ...told, verdict: withEvidence(verdict, evidence), now: answers };
}

/** The answer's causes that nothing else asked of this registry excludes. */
function possibleCauses(answer: No, pull: Pull, scene: Scene): ReadonlySet<string> {
  const possible = new Set<string>([answer.cause, ...answer.also]);
  // Some say "manifest unknown" of a repository that is not there; their list of tags says it as it is.
  if (isNotThere(answer.cause) && tagsOf(pull, scene)?.isMissing === true)
    return new Set(["repository-not-found"]);
  if (possible.size === 1) return possible;
  const repository = `${pull.reference?.registry}/${pull.reference?.repository}`;
  if (showsRepository(pull, scene) !== undefined || scene.knownRepositories.has(repository))
    possible.delete("repository-not-found");
  return possible;
}

const isNotThere = (cause: string): boolean => cause.endsWith("-not-found");

/**
 * Artifactory and others can be told to answer 404, not 401, to strangers. Without anything of the repository being shown to
 * nobody, its "not found" may be such an answer.
 */
function isHidden({ cause }: No, pull: Pull, scene: Scene): boolean {
  if (!isNotThere(cause) || scene.family(pull) !== "other") return false;
  if (scene.keyring(pull).credentials.length > 0) return false;
  if (openingSecret(pull, scene) !== undefined) return true;
  const repository = `${pull.reference?.registry}/${pull.reference?.repository}`;
  return showsRepository(pull, scene) === undefined && !scene.knownRepositories.has(repository);
}

/** A secret that opens the image settles it; else it stays open whether nobody may see it. */
function hidden(judgement: Judgement, evidence: Evidence): Judgement {
  const { opener, verdict } = judgement;
  const cause = causeById.get("credentials-missing");
  if (opener !== undefined && cause !== undefined) {
    const { parent: _, ...rest } = judgement;
    return { ...rest, cause, verdict: sure(verdict, evidence), open: [] };
  }
  const why = "some registries say that an image is not there to those who may not see it";
  const isOpen = judgement.open.some((one) => one.cause === "credentials-missing");
  const open = isOpen ? judgement.open : [...judgement.open, { cause: "credentials-missing", why }];
  return { ...judgement, verdict: withEvidence(verdict, evidence), open };
}

/** Refused then and refused now. How certain that makes a cause depends on what the cause claims. */
function stillRefused(
  judgement: Judgement,
  possible: ReadonlySet<string>,
  evidence: Evidence,
  scene: Scene,
): Judgement {
  const { cause, verdict } = judgement;
  // A missing right says nothing of an end: only a login that is not accepted does.
  const isNoLogin = !possible.has("access-denied");
  if (isNoLogin && (cause?.id === "credentials-expired" || cause?.id === "secret-literal-command"))
    return { ...judgement, verdict: sure(verdict, evidence), open: [] };
  if (cause?.id === "credentials-expired") return { ...judgement, verdict: withEvidence(verdict, evidence) };
  // A secret that is missing, not named or for another host explains the refusal; the registry only repeats it.
  const isRegistrysWord = cause !== undefined && isRefusal(cause.id);
  if (!isRegistrysWord || verdict.is === "confirmed" || possible.has(cause.id))
    return { ...judgement, verdict: withEvidence(verdict, evidence) };
  return adopted(judgement, possible, evidence, scene);
}

/** A secret of the namespace that opens the image where the pod's own did not. */
function withOpener(judgement: Judgement, answer: No, scene: Scene): Judgement {
  const { pull, cause } = judgement;
  if (!isRefusal(answer.cause) && !isNotThere(answer.cause)) return judgement;
  if (cause?.id === "secret-not-attached") return judgement;
  const found = openingSecret(pull, scene);
  if (found === undefined) return judgement;
  const { secret, probe } = found;
  const user = probe.as.is === "secret" && probe.as.username !== "" ? ` (user ${probe.as.username})` : "";
  return {
    ...judgement,
    opener: secret,
    verdict: withEvidence(judgement.verdict, probe.evidence),
    now: `Secret ${secret.name} of ${secret.namespace}${user} opens the image, and the pod does not name it.`,
  };
}

function settled(judgement: Judgement, answer: No, evidence: Evidence, scene: Scene): Judgement {
  const { pull, ruledOut, verdict } = judgement;
  const shown = showsRepository(pull, scene);
  const isStruck =
    answer.also.includes("repository-not-found") &&
    !ruledOut.some(({ cause }) => cause === "repository-not-found");
  return {
    ...judgement,
    verdict: sure(verdict, evidence, ...(shown === undefined ? [] : [shown])),
    open: [],
    ruledOut:
      shown === undefined || !isStruck
        ? ruledOut
        : [...ruledOut, { cause: "repository-not-found", why: shown.shows }],
  };
}

/** The registry's own word decides where the message left it open. */
function adopted(
  judgement: Judgement,
  possible: ReadonlySet<string>,
  evidence: Evidence,
  scene: Scene,
): Judgement {
  const { parent: _, ...rest } = judgement;
  const { open, pull, ruledOut, verdict } = judgement;
  const [only = ""] = possible.size === 1 ? possible : [];
  const cause = causeById.get(only);
  if (cause === undefined || !isAboutTheImage(only)) {
    const left = open.filter((one) => possible.has(one.cause));
    return { ...judgement, verdict: withEvidence(verdict, evidence), open: left.length > 0 ? left : open };
  }
  const shown = showsRepository(pull, scene);
  const said = pull.said.slice(0, 1).map((one) => one.evidence);
  return {
    ...rest,
    cause,
    verdict: sure(undefined, ...said, evidence, ...(shown === undefined ? [] : [shown])),
    open: [],
    ruledOut: [
      ...ruledOut,
      ...open.flatMap((one) => (one.cause === only ? [] : [{ cause: one.cause, why: evidence.shows }])),
    ],
  };
}

const isRefusal = (cause: string): boolean => cause === "access-denied" || cause.startsWith("credentials-");

/** Causes that a registry's answer is the last word on. */
const isAboutTheImage = (cause: string): boolean =>
  isRefusal(cause) || ["tag-not-found", "digest-not-found", "repository-not-found"].includes(cause);
