// A registry's refusals as containers/image prints them.

import { text } from "../../api/json.js";
import { readChallenges } from "../challenge.js";
import type { Reply } from "../exchange.js";
import { readJson } from "../manifest.js";
import { errorsText, type RegistryError, readErrors } from "../registry-errors.js";
import type { ImageTraits } from "./version.js";

const defaults: Readonly<Record<string, string>> = {
  DENIED: "requested access to the resource is denied",
  UNAUTHORIZED: "authentication required",
};

/** What is printed for an answer that is not what was asked for. */
export function refusalText(reply: Reply, body: Buffer, traits: ImageTraits): string {
  if (reply.status < 400 || reply.status >= 500) {
    return `received unexpected HTTP status: ${reply.statusText}`;
  }
  const details = text(readJson(body), "details");
  if (details !== "") {
    const word = reply.status === 401 ? "unauthorized" : reply.status === 429 ? "toomanyrequests" : "unknown";
    return `${word}: ${details}`;
  }
  const errors = [...challengeErrors(reply), ...readErrors(body)];
  if (errors.length === 0) {
    if (reply.status === 401) return "unauthorized: authentication required";
    const cut = body.toString("utf8");
    const shown = cut.length > 50 ? `${cut.slice(0, 50)}...` : cut;
    return `StatusCode: ${reply.status}, ${traits.quotesBody ? JSON.stringify(shown) : shown}`;
  }
  if (!traits.saysOnce) return errorsText(errors, "distribution");
  const [first] = errors;
  if (first === undefined) return "";
  const alone = errorsText([first], "distribution");
  // A code with details that says only what the code says by itself: the words without the code.
  const word = `${first.code.toLowerCase().replaceAll("_", " ")}: `;
  const isDefault =
    first.message === defaults[first.code] || `${first.message}: ` === word || alone === word + first.message;
  return first.hasDetail && isDefault && isOwnDescription(first) ? first.message : alone;
}

const isOwnDescription = (error: RegistryError): boolean =>
  error.message === (defaults[error.code] ?? error.code.toLowerCase().replaceAll("_", " "));

/** An OAuth error in the challenge comes before what the body says. */
function challengeErrors(reply: Reply): RegistryError[] {
  if (reply.status !== 401) return [];
  const [challenge] = readChallenges(reply.header("www-authenticate"));
  const code = { invalid_token: "UNAUTHORIZED", insufficient_scope: "DENIED" }[
    challenge?.parameters.error ?? ""
  ];
  return code === undefined ? [] : [{ code, message: defaults[code] ?? "", hasDetail: true }];
}
