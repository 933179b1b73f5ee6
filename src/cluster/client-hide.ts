// An API server, or a proxy before it, may repeat in an error what it was sent. Its words are shown to
// the user, so the login is taken out of them as they arrive.

import type { Secret } from "../model/secret.js";

/** Errors are short; what comes after this much is of no use to anybody. */
const maxBytes = 1 << 20;
/** A shorter secret would blank out innocent words. */
const minLength = 6;

/** The body of an error, without the token or the password that was sent for it. */
export async function* withoutLogin(
  body: AsyncIterable<Uint8Array>,
  authorization: Secret | undefined,
): AsyncGenerator<Uint8Array> {
  const secrets = secretsIn(authorization).filter((value) => value.length >= minLength);
  if (secrets.length === 0) {
    yield* body;
    return;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) break;
  }
  let text = Buffer.concat(parts).toString("utf8");
  // In a Status the words stand in JSON, where a quote in them is spelt otherwise.
  const spellings = secrets.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  for (const spelling of spellings) text = text.replaceAll(spelling, "[hidden]");
  yield Buffer.from(text);
}

/** `Bearer <token>`, or `Basic <base64 of user:password>` with the password itself. */
function secretsIn(authorization: Secret | undefined): readonly string[] {
  const [scheme = "", value = ""] = authorization?.reveal().split(" ") ?? [];
  if (scheme !== "Basic") return [value];
  const login = Buffer.from(value, "base64").toString("utf8");
  return [value, login, login.slice(login.indexOf(":") + 1)];
}
