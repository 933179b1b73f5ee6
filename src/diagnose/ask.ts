// Puts questions to registries and turns what came into plain data, each with its evidence. Here an answer gets its meaning
// (`conclude`) and nothing else: what follows from it for a pull is judged later.

import { askedFor, askerText } from "../causes/asked.js";
import { causeById } from "../causes/index.js";
import type { Evidence } from "../model/evidence.js";
import type { AskedAs, ImageAnswer, ImageProbe, TagsProbe } from "../model/probe.js";
import { registryFamily } from "../model/registry-family.js";
import type { Asker } from "../probes/asker.js";
import type { PathAnswer } from "../probes/path.js";
import { anonymous, type Login } from "../registry/credential.js";
import type { Failure } from "../registry/exchange.js";
import { errorText } from "../registry/registry-errors.js";
import { conclude } from "./conclude.js";
import type { Question } from "./questions.js";

/** The part of an asker that diagnosing needs. */
export type RegistryAsker = Pick<Asker, "path" | "tags" | "exchanges">;

/** The vantage point of every probe that leaves from here. */
export const thisMachine = "this machine";

export async function askImage(question: Question, asker: RegistryAsker): Promise<ImageProbe> {
  const { reference, nodes, as } = question;
  const login = loginOf(question);
  const answer = await asker.path(reference, login, { nodes, depth: question.depth });
  const told = tellAnswer(answer, question);
  return {
    registry: reference.registry,
    repository: reference.repository,
    reference: askedFor(reference),
    as,
    answer: told,
    evidence: evidenceOf(question, told, answer),
  };
}

function tellAnswer(answer: PathAnswer, question: Question): ImageAnswer {
  const { failure, digest, platforms, fits, limit } = answer;
  const misfits = fits?.filter((one) => !one.fits).map(({ node }) => node);
  if (failure === undefined || failure.stage === "platform") {
    return {
      is: "there",
      ...(digest === undefined ? {} : { digest }),
      ...(platforms === undefined ? {} : { platforms }),
      ...(misfits === undefined ? {} : { misfits }),
      ...(limit === undefined ? {} : { limit: { left: limit.left, limit: limit.limit } }),
    };
  }
  if (failure.is === "stopped") return { is: "unasked", why: "no answer came in time" };
  const { registry } = question.reference;
  const conclusion = conclude(failure, {
    family: question.family ?? registryFamily(registry),
    isSignedIn: question.credential !== undefined,
    isByDigest: question.reference.digest !== undefined,
    ...(answer.dialect === undefined ? {} : { dialect: answer.dialect }),
  });
  if (conclusion === undefined) return { is: "unasked", why: failure.why };
  return failure.is === "unreachable" || failure.is === "intercepted"
    ? { is: "unreachable", cause: conclusion.cause }
    : { is: "no", ...conclusion };
}

export async function askTags(question: Question, asker: RegistryAsker): Promise<TagsProbe> {
  const { reference, as } = question;
  const { registry, repository } = reference;
  const { tags, isComplete, failure } = await asker.tags(reference, loginOf(question), {
    maxPages: 5,
    maxTags: 5_000,
  });
  const isGiven = failure === undefined || tags.length > 0;
  const count = `${tags.length} tag${tags.length === 1 ? "" : "s"}${isComplete ? "" : " and more"}`;
  const why = isGiven ? count : (failure?.why ?? "");
  return {
    registry,
    repository,
    as,
    ...(isGiven ? { tags } : {}),
    isWhole: isGiven && isComplete,
    why,
    isMissing: failure !== undefined && saysNoRepository(failure),
    evidence: {
      source: "registry",
      where: `GET /v2/${repository}/tags/list`,
      shows: isGiven
        ? `${registry} lists ${count} to ${askerText(as)}`
        : `${registry} lists no tags to ${askerText(as)}`,
      ...quoteOf(failure),
      ...statusOf(isGiven ? 200 : failure?.status),
      from: thisMachine,
    },
  };
}

const saysNoRepository = ({ status, errors }: Failure): boolean =>
  status === 404 && errors.some(({ code, message }) => /name.?unknown/i.test(`${code} ${message}`));

const loginOf = ({ credential }: Question): Login =>
  credential === undefined || (credential.username === "" && credential.password.reveal() === "")
    ? anonymous
    : { is: "basic", username: credential.username, password: credential.password };

function evidenceOf(question: Question, told: ImageAnswer, answer: PathAnswer): Evidence {
  const { reference, as } = question;
  const { registry, repository } = reference;
  // Words come with the GET that follows a refused HEAD.
  const hasWords = (answer.failure?.errors.length ?? 0) > 0;
  const method = question.depth === "quick" && !hasWords ? "HEAD" : "GET";
  return {
    source: "registry",
    where: `${method} /v2/${repository}/manifests/${askedFor(reference)}`,
    shows: shownAnswer(told, answer.failure, registry, as),
    ...quoteOf(answer.failure),
    ...statusOf(told.is === "there" ? 200 : answer.failure?.status),
    from: thisMachine,
  };
}

function shownAnswer(told: ImageAnswer, failure: Failure | undefined, registry: string, as: AskedAs): string {
  const who = askerText(as);
  switch (told.is) {
    case "there": {
      const platforms = told.platforms === undefined ? "" : `, for ${told.platforms.slice(0, 6).join(", ")}`;
      return `${registry} gives it to ${who}${platforms}`;
    }
    case "unasked":
      return `${registry} was not asked: ${told.why}`;
    case "unreachable": {
      if (failure?.stage === "proxy") return `no answer of ${registry}: ${failure.why}`;
      const what = causeById.get(told.cause)?.title ?? told.cause;
      return `no answer of ${registry}: ${what}${failure?.code === undefined ? "" : ` (${failure.code})`}`;
    }
    case "no":
      return `${registry} ${refusalText(told.cause, failure, as.is !== "nobody")}, asked as ${who}`;
  }
}

function refusalText(cause: string, failure: Failure | undefined, isSignedIn: boolean): string {
  if (cause === "tag-not-found") return "has no such tag";
  if (cause === "digest-not-found") return "serves no such digest";
  if (cause === "repository-not-found") return "has no such repository";
  if (cause === "rate-limited") return "has a limit that is reached";
  if (failure?.stage === "token") return isSignedIn ? "refuses the sign-in" : "grants no token";
  if (failure?.status === 401 || failure?.status === 403) return "does not give it";
  return `answers: ${causeById.get(cause)?.title ?? cause}`;
}

function quoteOf(failure: Failure | undefined): Pick<Evidence, "quote"> {
  const [error] = failure?.errors ?? [];
  const text = error === undefined ? "" : errorText(error);
  return text === "" ? {} : { quote: text };
}

const statusOf = (status: number | undefined): Pick<Evidence, "status"> =>
  status === undefined || status === 0 ? {} : { status };
