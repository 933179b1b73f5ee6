// Would this image pull? Every login that the kubelet would try, in its order, what each opens, and what follows from it.

import type { Suggestion } from "../causes/tag-not-found/suggest.js";
import type { MessageCause } from "../model/reading.js";
import type { Reference } from "../model/reference.js";
import { registryFamily, usesNodeIdentity } from "../model/registry-family.js";
import type { Asker, ImageAnswer } from "../probes/asker.js";
import type { Referrers } from "../probes/referrers.js";
import { pathStages } from "../probes/stages.js";
import type { Login } from "../registry/credential.js";
import type { Platform } from "../registry/media.js";
import type { Conclusion } from "./conclude.js";

/** One login in the order of trying. `who`: its user name, or `nobody`; `from`: `secret regcred`; absent for nobody. */
export interface PullLogin {
  readonly login: Login;
  readonly who: string;
  readonly from?: string;
}

/** An image and who would pull it. */
export interface PullQuestion {
  /** As it was written. */
  readonly image: string;
  readonly reference: Reference;
  /** Never empty: nobody asks where there is no login. */
  readonly logins: readonly PullLogin[];
  /** Why further logins may exist that are not known here; [] when all are. */
  readonly unread: readonly string[];
  /** A secret that no kubelet can decode: it then pulls with none at all. */
  readonly spoiledBy?: string;
  /** True when nodes would pull it, who may have a login of their own. */
  readonly isForNodes: boolean;
  readonly nodes: readonly Platform[];
  readonly depth: "quick" | "full";
  readonly wantsReferrers: boolean;
  /** Of whoever pulls it; absent where no cluster was asked. */
  readonly namespace?: string;
  /** Why the name is no reference; absent: it is one. */
  readonly refused?: string;
}

export interface Attempt {
  readonly as: PullLogin;
  readonly answer: ImageAnswer;
  /** Absent when it was answered well, or when no registry's answer came. */
  readonly conclusion?: Conclusion;
}

export type CanPull = "yes" | "no" | "could-not-ask" | "cannot-tell";

export interface PullAnswer {
  readonly question: PullQuestion;
  readonly can: CanPull;
  readonly cause?: MessageCause;
  /** Causes that remain beside it: the registry answers alike for them. */
  readonly also: readonly MessageCause[];
  /** Why it is not yes; one clause. */
  readonly why?: string;
  readonly attempts: readonly Attempt[];
  /** The one that opened it, else the one that came furthest. */
  readonly best: Attempt;
  /** Tags that may have been meant; absent when the tag is there or no list was given. */
  readonly nearTags?: readonly Suggestion[];
  readonly attached?: Referrers;
}

export async function canPull(question: PullQuestion, asker: Asker): Promise<PullAnswer> {
  if (question.refused !== undefined) return refusal(question, question.refused);
  const attempts = await tryAll(question, asker);
  const opened = attempts.find(({ answer }) => isOpen(answer));
  const best = opened ?? attempts.reduce((one, other) => (reach(other) > reach(one) ? other : one));
  const found =
    opened === undefined ? await withTags(best, question, asker) : { conclusion: best.conclusion };
  const { conclusion } = found;
  const digest = best.answer.digest;
  const wantsReferrers = question.wantsReferrers && opened !== undefined;
  const attached =
    wantsReferrers && digest !== undefined ? await attachedTo(digest, best, question, asker) : undefined;
  const judged = judge(question, best, conclusion);
  return {
    question,
    ...judged,
    attempts,
    best,
    ...("nearTags" in found && found.nearTags !== undefined ? { nearTags: found.nearTags } : {}),
    ...(attached === undefined ? {} : { attached }),
  };
}

async function attachedTo(
  digest: string,
  { as }: Attempt,
  { reference }: PullQuestion,
  asker: Asker,
): Promise<Referrers | undefined> {
  const { askReferrers } = await import("../probes/referrers.js");
  return askReferrers(await asker.session(reference, as.login), reference.repository, digest);
}

function refusal(question: PullQuestion, why: string): PullAnswer {
  const failure = { stage: "reference", is: "refused", why, errors: [], facts: {} } as const;
  const stages = [{ stage: "reference", is: "failed", shows: why }] as const;
  const [as] = question.logins;
  if (as === undefined) throw new Error("a question has a login");
  const best = { as, answer: { stages, failure, before: [] } };
  return { question, can: "no", cause: "invalid-reference", also: [], why, attempts: [], best };
}

async function tryAll(question: PullQuestion, asker: Asker): Promise<readonly [Attempt, ...Attempt[]]> {
  const { reference, nodes, logins } = question;
  const attempts: Attempt[] = [];
  for (const as of logins) {
    const isOpened = attempts.some(({ answer }) => isOpen(answer));
    const depth = isOpened ? "quick" : question.depth;
    const attempt = await attemptOf(as, question, await asker.path(reference, as.login, { nodes, depth }));
    attempts.push(attempt);
    // No login opens a connection that does not come about.
    const { failure } = attempt.answer;
    if (failure !== undefined && failure.is !== "status" && failure.is !== "refused") break;
  }
  const [first, ...rest] = attempts;
  if (first === undefined) throw new Error("a question has a login");
  return [first, ...rest];
}

async function attemptOf(as: PullLogin, { reference }: PullQuestion, answer: ImageAnswer): Promise<Attempt> {
  const { failure, dialect } = answer;
  if (failure === undefined) return { as, answer };
  const { is } = as.login;
  const { conclude } = await import("./conclude.js");
  const conclusion = conclude(failure, {
    family: registryFamily(reference.registry, is === "basic" ? [as.who] : []),
    ...(dialect === undefined ? {} : { dialect }),
    isSignedIn: is !== "anonymous",
    isByDigest: reference.digest !== undefined,
  });
  return { as, answer, ...(conclusion === undefined ? {} : { conclusion }) };
}

/** The login opens it: what may be the matter then is the image. */
const isOpen = ({ failure }: ImageAnswer): boolean =>
  failure === undefined ||
  failure.stage === "platform" ||
  (failure.is === "status" && failure.status === undefined);

/** How far an attempt came, by stage; a tag that is not there says more than a refused login. */
const reach = ({ answer }: Attempt): number => {
  const stage = pathStages.findIndex((one): boolean => one === answer.failure?.stage);
  return stage * 2 + (answer.failure?.status === 404 ? 1 : 0);
};

/** A manifest that is not there: the list of tags tells whether the repository is, and which tag was meant. */
async function withTags(
  { as, conclusion, answer }: Attempt,
  { reference }: PullQuestion,
  asker: Asker,
): Promise<{ readonly conclusion: Conclusion | undefined; readonly nearTags?: readonly Suggestion[] }> {
  const isMissing = conclusion?.cause === "tag-not-found" || conclusion?.cause === "digest-not-found";
  if (conclusion === undefined || !isMissing || answer.failure?.stage !== "manifest") return { conclusion };
  const tags = await asker.tags(reference, as.login, { maxPages: 5 });
  const { settledByTags } = await import("./conclude.js");
  const { suggestTags } = await import("../causes/tag-not-found/suggest.js");
  const near = reference.digest === undefined ? suggestTags(reference.tag ?? "latest", tags.tags) : [];
  return { conclusion: settledByTags(conclusion, tags), ...(tags.tags.length > 0 ? { nearTags: near } : {}) };
}

type Judged = Pick<PullAnswer, "can" | "cause" | "also" | "why">;

function judge(question: PullQuestion, { as, answer }: Attempt, conclusion: Conclusion | undefined): Judged {
  const { failure } = answer;
  const [unread] = question.unread;
  if (question.spoiledBy !== undefined)
    return { can: "no", cause: "secret-malformed", also: [], why: question.spoiledBy };
  // A HEAD is counted by no limit and answered beyond it; the pull that follows is a GET.
  if (failure === undefined)
    return question.depth === "quick" && answer.limit?.left === 0
      ? usedUp(question, as)
      : { can: "yes", also: [] };
  const { cause, also = [] } = conclusion ?? {};
  const told = { ...(cause === undefined ? {} : { cause }), also, why: failure.why };
  if (cause === undefined || failure.is === "unreachable" || failure.is === "intercepted")
    return { can: "could-not-ask", ...told };
  const isOfLogin = cause === "access-denied" || cause.startsWith("credentials-");
  if (isOfLogin && unread !== undefined)
    return { can: "cannot-tell", ...told, why: `${failure.why}; not every login is known: ${unread}` };
  const { registry } = question.reference;
  const isNobody = as.login.is === "anonymous";
  if (isOfLogin && isNobody && question.isForNodes && usesNodeIdentity.has(registryFamily(registry)))
    return {
      can: "cannot-tell",
      ...told,
      why: `${failure.why}; nodes of the same cloud sign in by themselves`,
    };
  if (cause === "rate-limited" && isCountedHere(question, as))
    return { can: "cannot-tell", ...told, why: `${failure.why}, ${countedHere}` };
  return { can: "no", ...told };
}

function usedUp(question: PullQuestion, as: PullLogin): Judged {
  const told = { cause: "rate-limited", also: [] } as const;
  const why = "no pull of its limit is left";
  return isCountedHere(question, as)
    ? { can: "cannot-tell", ...told, why: `${why}, ${countedHere}` }
    : { can: "no", ...told, why };
}

/** Pulls without a login are counted for an address, and the nodes have others. */
const isCountedHere = ({ isForNodes }: PullQuestion, { login }: PullLogin): boolean =>
  login.is === "anonymous" && isForNodes;

const countedHere = "counted for this machine's address";
