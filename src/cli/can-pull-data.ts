// What `pulldoctor can-pull` found about one image, as data and on one line.

import type { Attempt, PullAnswer } from "../diagnose/can-pull.js";
import { errorText } from "../registry/registry-errors.js";

const iso = (at: Date | undefined): string | undefined => at?.toISOString();

/** Absent means not known, empty means none. Durations in milliseconds, sizes in bytes. */
export function canPullData(found: PullAnswer): Readonly<Record<string, unknown>> {
  const { question, can, cause, also, why, attempts, best, nearTags, attached } = found;
  const { answer } = best;
  const { place, before, dialect } = answer;
  return {
    schema: "https://pulldoctor.dev/schema/can-pull-v1.json",
    image: question.image,
    reference: question.reference.full,
    can,
    cause,
    ...(also.length === 0 ? {} : { also }),
    why,
    from: "this machine",
    as: asText(best),
    registry: dialect?.id,
    place: place?.url,
    ...(before.length === 0
      ? {}
      : { mirrors: before.map((one) => ({ place: one.place.url, why: one.answer.failure?.why })) }),
    digest: answer.digest,
    mediaType: answer.mediaType,
    platforms: answer.platforms,
    nodes: answer.fits,
    sizeBytes: answer.sizeBytes,
    createdAt: iso(answer.createdAt),
    blobHost: answer.blobHost,
    limit: answer.limit,
    retryAt: iso(answer.failure?.retryAt),
    attached,
    warnings: answer.warnings,
    nearTags: nearTags?.map(({ tag }) => tag),
    attempts: attempts.map((one) => ({
      as: one.as.who,
      from: one.as.from,
      opens: one.answer.failure === undefined || one.answer.failure.stage === "platform",
      cause: one.conclusion?.cause,
      why: one.answer.failure?.why,
      said: one.answer.failure?.errors.map(errorText)[0],
    })),
    unread: question.unread.length === 0 ? undefined : question.unread,
    stages: answer.stages.map(({ stage, is, ms, shows }) => ({
      stage,
      is,
      ...(ms === undefined ? {} : { ms: Math.round(ms * 10) / 10 }),
      ...(shows === "" ? {} : { shows }),
    })),
  };
}

/** `IMAGE yes`, `IMAGE no tag-not-found`: image, answer and cause, separated by tabs. */
export const canPullLine = ({ question, can, cause }: PullAnswer): string =>
  [question.image, can, ...(cause === undefined ? [] : [cause])].join("\t");

/** `robot$ci (secret regcred)`, or `nobody`. */
export const asText = ({ as }: Attempt): string =>
  as.from === undefined ? as.who : `${as.who} (${as.from})`;
