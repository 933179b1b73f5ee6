// How a registry answers nobody in particular: its certificate, its time, and the pulls that are left where it says so.

import { parseReference, type Reference } from "../model/reference.js";
import { anonymous } from "../registry/credential.js";
import type { Failure } from "../registry/exchange.js";
import type { PullLimit } from "../registry/pull-limit.js";
import type { Asker, ImageAnswer } from "./asker.js";

/** One registry, asked without a login. */
export type Greeting =
  | {
      readonly is: "answers";
      /** Of the greeting itself, without the time that the connection took. */
      readonly ms?: number;
      /** When the first certificate of its chain ends; absent without TLS. */
      readonly certificateUntil?: Date;
      /** What is left to this address; absent where the registry counts nothing, or did not say it. */
      readonly limit?: PullLimit;
      /** Present once the limit is reached: the registry answered 429; `retryAt` where it says when to come again. */
      readonly limited?: { readonly retryAt?: Date };
    }
  | { readonly is: "fails"; readonly failure: Failure; readonly certificateUntil?: Date }
  /** Not asked, or not answered in time. */
  | { readonly is: "unasked"; readonly why: string };

/**
 * Greets the registry of `images`. Where pulls are counted, one more HEAD, which does not count, tells how many are left:
 * for the first of the images that anybody may have, or for the one that the registry keeps for this question.
 */
export async function greetRegistry(
  images: readonly Reference[],
  asker: Pick<Asker, "path">,
): Promise<Greeting> {
  const [image] = images;
  if (image === undefined) return { is: "unasked", why: "no image of it is known" };
  const greeted = await asker.path(image, anonymous, { nodes: [], depth: "greeting" });
  const until = greeted.certificateUntil;
  const certificate = until === undefined ? {} : { certificateUntil: until };
  const { failure } = greeted;
  if (failure?.is === "stopped") return { is: "unasked", why: "no answer came in time" };
  if (failure !== undefined) return { is: "fails", failure, ...certificate };
  const ms = greeted.stages.find(({ stage }) => stage === "api")?.ms;
  return {
    is: "answers",
    ...(ms === undefined ? {} : { ms }),
    ...certificate,
    ...(await limitOf(images, greeted, asker)),
  };
}

async function limitOf(
  images: readonly Reference[],
  { dialect }: ImageAnswer,
  asker: Pick<Asker, "path">,
): Promise<Pick<Extract<Greeting, { is: "answers" }>, "limit" | "limited">> {
  const told = dialect?.tellsLimit;
  if (told === undefined) return {};
  const open = images.find(({ repository }) => told.isOpen(repository)) ?? parseReference(told.image);
  const { limit, failure } = await asker.path(open, anonymous, { nodes: [], depth: "quick" });
  if (failure?.status !== 429) return limit === undefined ? {} : { limit };
  const { retryAt } = failure;
  return { limited: retryAt === undefined ? {} : { retryAt } };
}
