// What `pulldoctor can-pull` found, on the screen: one screen for an image, one line each for many.

import { causeById } from "../causes/index.js";
import type { Attempt, CanPull, PullAnswer } from "../diagnose/can-pull.js";
import type { StageAnswer } from "../probes/stages.js";
import type { PullLimit } from "../registry/pull-limit.js";
import { hanging } from "../report/detail.js";
import { inert } from "../report/inert.js";
import { counted, ends, fill, fold, indent, pad, shorten, wrap } from "../report/layout.js";
import type { Look, Paint, Signs } from "../report/signs.js";
import { asText } from "./can-pull-data.js";
import { doLines } from "./can-pull-do.js";

type Grade = keyof Signs & keyof Paint;

const grades: Readonly<Record<CanPull, Grade>> = {
  yes: "fine",
  no: "problem",
  "could-not-ask": "unclear",
  "cannot-tell": "unclear",
};

const label = 14;

/** One image in full. */
export function canPullPage(found: PullAnswer, look: Look): string {
  const blocks = [
    headLines(found, look),
    indent(storyLines(found, look), 2),
    indent(wayLines(found, look), 2),
    indent(factLines(found, look), 2),
    indent(doLines(found, look), 2),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

/** One image of many: a line, and one more for what is the matter. */
export function canPullRow(found: PullAnswer, look: Look): string {
  const { signs, paint, width } = look;
  const grade = grades[found.can];
  const { answer } = found.best;
  const size = answer.sizeBytes === undefined ? [] : [megabytes(answer.sizeBytes)];
  const right = found.can === "yes" ? size.join("") : (found.cause ?? found.can);
  const sign = signs[grade];
  const image = inert(found.question.image);
  const head = `${paint[grade](sign)} ${ends(image, right, width - sign.length - 1)}`;
  if (found.can === "yes") return `${head}\n`;
  const why = fold(inert(found.why ?? ""), width - 4, 2, signs.cut);
  return `${[head, ...indent(why, 4)].join("\n")}\n`;
}

export interface Sum {
  readonly counts: Readonly<Record<CanPull, number>>;
  readonly requests: number;
  readonly seconds: number;
  readonly isStopped: boolean;
}

export function canPullSum({ counts, requests, seconds, isStopped }: Sum, look: Look): string {
  const images = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const told = [
    counts.yes === images
      ? `${counted(images, "image")} can be pulled`
      : `${counts.yes} of ${counted(images, "image")} can be pulled`,
    ...(counts.no === 0 ? [] : [`${counts.no} cannot`]),
    ...(counts["cannot-tell"] === 0 ? [] : [`${counts["cannot-tell"]} unknown`]),
    ...(counts["could-not-ask"] === 0 ? [] : [`${counts["could-not-ask"]} not asked`]),
  ].join(", ");
  const asked = `${counted(requests, "question")} in ${seconds.toFixed(1)}s`;
  const parts = [told, asked, "from this machine", ...(isStopped ? ["stopped before the end"] : [])];
  return `${fill(parts, ` ${look.signs.dot} `, look.width).join("\n")}\n`;
}

function headLines(found: PullAnswer, { signs, paint, width }: Look): readonly string[] {
  const { can, cause, question } = found;
  const grade = grades[can];
  const named = cause === undefined ? undefined : causeById.get(cause)?.title;
  const title: Readonly<Record<CanPull, string>> = {
    yes: "can be pulled",
    no: named ?? "cannot be pulled",
    "could-not-ask": named ?? "could not be asked",
    "cannot-tell": "cannot tell",
  };
  const line = ends(title[can], cause ?? "", width - signs[grade].length - 1);
  return [
    `${paint[grade](signs[grade])} ${paint.bold(line)}`,
    `  ${inert(question.reference.full === "" ? question.image : question.reference.full)}`,
  ];
}

function storyLines(found: PullAnswer, { signs, width }: Look): readonly string[] {
  const { can, cause, also, best } = found;
  const asked = `asked from this machine as ${inert(asText(best))}`;
  if (can === "yes") return wrap(asked, width - 2);
  // A summary knows one cause, and tells what a node met: where several causes remain, or the way from here is the trouble, it
  // would say too much.
  const isTold = cause !== undefined && can === "no" && also.length === 0;
  const summary = isTold ? (causeById.get(cause)?.summary ?? "") : "";
  const errors = best.answer.failure?.errors.map(({ code, message }) =>
    [code, message].filter((part) => part !== "").join(": "),
  );
  return [
    ...wrap(summary, width - 2),
    ...(summary === "" ? [] : [""]),
    ...(errors ?? [])
      .slice(0, 1)
      .flatMap((text) => fold(inert(text), width - 4, 4, signs.cut).map((line) => `${signs.quote} ${line}`)),
    ...hanging(`${signs.means} `, `${inert(whyWithoutQuote(found))}; ${asked}`, width - 2),
    ...(found.nearTags === undefined
      ? []
      : hanging(`${signs.means} `, "the repository is there: it lists its tags", width - 2)),
    ...also.flatMap((id) =>
      hanging(
        `${signs.means} `,
        `or ${id}: the registry answers alike when ${causeById.get(id)?.title ?? id}`,
        width - 2,
      ),
    ),
  ];
}

/** What was quoted above is not said again. */
function whyWithoutQuote({ why = "", can, best }: PullAnswer): string {
  const { failure, place } = best.answer;
  if (can !== "no" || failure?.errors[0] === undefined || failure.status === undefined || place === undefined)
    return why;
  return failure.stage === "token"
    ? `the token server answered ${failure.status}`
    : `${new URL(place.url).host} answered ${failure.status}`;
}

const stageSigns: Readonly<Record<StageAnswer["is"], Grade>> = {
  passed: "fine",
  failed: "problem",
  unasked: "unclear",
  unreached: "unclear",
};

function wayLines({ best }: PullAnswer, look: Look): readonly string[] {
  const { stages } = best.answer;
  const seen = stages.filter(({ is, shows }) => is !== "unreached" && (is !== "unasked" || shows !== ""));
  const lines = seen.map((one) => stageLine(one, look));
  const unknown = stages.filter(({ is }) => is === "unreached").map(({ stage }) => stage);
  const open =
    unknown.length === 0
      ? []
      : hanging(pad("", 2) + pad("unknown", 11), `${unknown.join(", ")}`, look.width - 2);
  return ["way", ...lines, ...open];
}

function stageLine({ stage, is, shows, ms }: StageAnswer, { signs, paint, width }: Look): string {
  const grade = stageSigns[is];
  const sign = is === "unasked" ? " " : signs[grade];
  const time = ms === undefined || ms < 0.5 ? "" : `${Math.round(ms)} ms`;
  const room = width - 2 - 13 - (time === "" ? 0 : time.length + 2);
  const text = `${pad(sign, 2)}${pad(stage, 11)}${shorten(inert(shows), room, signs.cut)}`;
  const line = ends(text, time, width - 2);
  return is === "unasked" ? paint.dim(line) : line.replace(sign, paint[grade](sign));
}

function factLines(found: PullAnswer, look: Look): readonly string[] {
  const { best, attempts, question, attached } = found;
  const { answer } = best;
  const room = look.width - 2;
  const fact = (name: string, text: string): readonly string[] =>
    hanging(pad(name, label), inert(text), room);
  const fits = answer.fits?.map(({ node, fits }) => `${node} ${fits ? "fits" : "does not fit"}`) ?? [];
  return [
    ...(attempts.length > 1
      ? attempts.flatMap((one, at) => fact(at === 0 ? "logins" : "", loginText(one, at)))
      : []),
    ...question.unread.slice(0, 2).flatMap((why) => fact("not known", why)),
    ...answer.before.flatMap(({ place, answer: other }) =>
      fact("mirror", `${place.url}: ${other.failure?.why ?? ""}`),
    ),
    ...(fits.length === 0 ? [] : fact("nodes", fits.join(", "))),
    ...(answer.sizeBytes === undefined ? [] : fact("size", sizeText(answer.sizeBytes, answer.createdAt))),
    ...(answer.limit === undefined ? [] : fact("pull limit", limitText(answer.limit))),
    ...(answer.failure?.retryAt === undefined
      ? []
      : fact("again from", answer.failure.retryAt.toISOString())),
    ...(attached === undefined ? [] : fact("attached", attachedText(attached))),
    ...(answer.warnings ?? []).flatMap((text) => fact("it warns", text)),
  ];
}

const loginText = ({ as, answer, conclusion }: Attempt, at: number): string => {
  const opens = answer.failure === undefined || answer.failure.stage === "platform";
  const how = opens ? "opens it" : (conclusion?.cause ?? answer.failure?.why ?? "");
  return `${at + 1} ${as.from === undefined ? as.who : `${as.who} (${as.from})`}: ${how}`;
};

const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${Math.round(bytes / 1e6)} MB`;

const sizeText = (bytes: number, created: Date | undefined): string =>
  `${megabytes(bytes)} packed${created === undefined ? "" : `, built ${created.toISOString().slice(0, 10)}`}`;

/** The window slides: pulls come back one by one as they leave it, so a whole moment is not known. */
function limitText({ left, limit, windowSeconds, countedFor }: PullLimit): string {
  const hours = windowSeconds / 3600;
  const width = Number.isInteger(hours) ? `${hours}h` : `${Math.round(windowSeconds / 60)}m`;
  const whose = countedFor === undefined ? "" : `, counted for ${countedFor}`;
  const frees = left === 0 ? `; earlier pulls free up as they become ${width} old` : "";
  return `${left} of ${limit} pulls left in ${width}${whose}${frees}`;
}

function attachedText({ found, by }: NonNullable<PullAnswer["attached"]>): string {
  const kinds = found.map(({ kind, count }) => counted(count, kind)).join(", ");
  const how = by === "tags" ? " (by tags; this registry has no list of referrers)" : "";
  return `${kinds === "" ? "nothing" : kinds}, not verified${how}`;
}
