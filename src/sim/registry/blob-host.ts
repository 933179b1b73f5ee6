// The storage behind a registry: blobs come from another host, by an address that is signed for a while.

import { refuse } from "./answer.js";
import { answerBlob } from "./blob-route.js";
import type { Question } from "./dialects/dialect.js";
import type { Exchange } from "./registry.js";

/** Answers on the storage host. It takes signed addresses only, and refuses a registry's credentials. */
export async function answerBlobHost(exchange: Exchange): Promise<void> {
  const { registry, request, url } = exchange;
  const route = /^\/(.+)\/blobs\/(sha256:[0-9a-f]{64})$/.exec(url.pathname);
  const [, repository = "", reference = ""] = route ?? [];
  const question: Question = { host: registry.config.host, repository, reference, action: "pull" };
  const say = (status: number, code: string, message: string): void =>
    refuse(exchange, question, {
      status,
      headers: { "Content-Type": "application/xml" },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    });
  if (request.headers.authorization !== undefined) {
    return say(
      400,
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    );
  }
  if (route === null || !url.searchParams.has("X-Amz-Signature"))
    return say(403, "AccessDenied", "Access Denied");
  await answerBlob(exchange, question);
}
