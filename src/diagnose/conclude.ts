// From what a probe was answered to a cause: the registry's own word, read by who answered, what was sent and where.
// Semantics reference 7.2 to 7.4.

import type { MessageCause } from "../model/reading.js";
import type { RegistryFamily } from "../model/registry-family.js";
import type { TagsAnswer } from "../probes/tags.js";
import type { Dialect } from "../registry/dialects/define.js";
import { dialectOfFamily } from "../registry/dialects/index.js";
import type { Failure } from "../registry/exchange.js";

export interface Asked {
  readonly family: RegistryFamily;
  /** Where an answer tells more than the host: see `PathAnswer.dialect`. */
  readonly dialect?: Dialect;
  /** Whether a user and password, or an identity token, went along. */
  readonly isSignedIn: boolean;
  readonly isByDigest: boolean;
}

export interface Conclusion {
  readonly cause: MessageCause;
  /** Causes that the registry answers alike; [] when the answer is its own. */
  readonly also: readonly MessageCause[];
}

const only = (cause: MessageCause): Conclusion => ({ cause, also: [] });

/** Undefined: the failure is ours (a rule refused to ask, a deadline ended the wait), or nothing that a registry of the specification says. */
export function conclude(failure: Failure, asked: Asked): Conclusion | undefined {
  switch (failure.is) {
    case "refused":
    case "stopped":
      return undefined;
    case "intercepted":
      return only("intercepted-response");
    case "too-large":
    case "unreadable":
      return unreadable(failure);
    case "unreachable":
      return unreachable(failure);
    case "status":
      return byStatus(failure, asked);
  }
}

function unreadable({ stage }: Failure): Conclusion {
  if (stage === "manifest") return { cause: "content-corrupt", also: ["manifest-unsupported"] };
  if (stage === "config" || stage === "blob") return only("content-corrupt");
  return { cause: "registry-error", also: ["intercepted-response"] };
}

const tcpCodes: Readonly<Record<string, MessageCause>> = {
  ECONNREFUSED: "connection-refused",
  ETIMEDOUT: "connection-timeout",
  EHOSTUNREACH: "no-route",
  ENETUNREACH: "no-route",
  EHOSTDOWN: "no-route",
  ECONNRESET: "connection-reset",
  EPIPE: "connection-reset",
};

const tlsCodes: Readonly<Record<string, MessageCause>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-untrusted",
  CERT_UNTRUSTED: "tls-untrusted",
  CERT_HAS_EXPIRED: "tls-expired",
  CERT_NOT_YET_VALID: "tls-expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls-hostname-mismatch",
  HOSTNAME_MISMATCH: "tls-hostname-mismatch",
  ERR_SSL_WRONG_VERSION_NUMBER: "plain-http-registry",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "plain-http-registry",
  ERR_SSL_HTTP_REQUEST: "plain-http-registry",
};

const httpCodes: Readonly<Record<string, MessageCause>> = {
  EHEADERSTIMEOUT: "connection-timeout",
  EBODYTIMEOUT: "connection-timeout",
  HPE_HEADER_OVERFLOW: "registry-error",
};

function unreachable({ stage, code = "" }: Failure): Conclusion {
  if (stage === "dns") return only("dns-failure");
  if (stage === "proxy") return only("proxy-failure");
  const cut = tcpCodes[code] ?? httpCodes[code];
  if (stage === "tls") return only(tlsCodes[code] ?? cut ?? "tls-other");
  if (cut !== undefined) return only(cut);
  return code.startsWith("HPE_")
    ? { cause: "intercepted-response", also: ["registry-error"] }
    : only("connection-reset");
}

function byStatus(failure: Failure, asked: Asked): Conclusion {
  const { stage, status = 0 } = failure;
  if (stage === "platform") return only("platform-mismatch");
  const said = failure.errors
    .map(({ code, message }) => `${code} ${message}`)
    .join(" ")
    .toLowerCase();
  if (status === 429 || said.includes("toomanyrequests")) return only("rate-limited");
  if (status === 407) return only("proxy-failure");
  if (status >= 500) return only("registry-unavailable");
  const { dialect = dialectOfFamily(asked.family) } = asked;
  // What is not there has not expired as a login does: Quay words a tag so.
  if (status !== 404 && said.includes("expired")) return only("credentials-expired");
  if (status === 412 || status === 451) return only("policy-blocked");
  const worded = dialect.words?.find((one) => one.said.test(said));
  if (worded !== undefined) return { cause: worded.cause, also: worded.also ?? [] };
  if (asked.isSignedIn && dialect.isWrongLogin?.({ stage, status, said }) === true)
    return only("credentials-rejected");
  if (status === 401) return unauthorized(failure, dialect, asked);
  if (status === 403) return forbidden(dialect, asked);
  if (status === 404) return missing(failure, said, dialect, asked);
  return stage === "manifest" && status === 0 ? only("manifest-unsupported") : only("registry-error");
}

/** What a refusal may mean as well, where a registry says the same of a repository that is not there. */
const hidden = ({ hidesFrom }: Dialect, isSignedIn: boolean): readonly MessageCause[] =>
  hidesFrom === "everyone" || (hidesFrom === "strangers" && !isSignedIn) ? ["repository-not-found"] : [];

function unauthorized({ stage, sent }: Failure, dialect: Dialect, { isSignedIn }: Asked): Conclusion {
  const alike = hidden(dialect, isSignedIn);
  // Where a password is asked for before anything is looked up, nothing else can be the matter.
  if (!isSignedIn) return { cause: "credentials-missing", also: sent === "nothing" ? [] : alike };
  // The token server is where a login is judged; a token that was granted and does not open is a missing right.
  if (stage === "token") {
    const also: readonly MessageCause[] = dialect.judgesRightsAtToken === true ? ["access-denied"] : [];
    return { cause: "credentials-rejected", also };
  }
  return sent === "a token"
    ? { cause: "access-denied", also: alike }
    : { cause: "credentials-rejected", also: ["access-denied", ...alike] };
}

function forbidden(dialect: Dialect, { isSignedIn }: Asked): Conclusion {
  const alike = hidden(dialect, isSignedIn);
  if (isSignedIn) return { cause: "access-denied", also: alike };
  if (dialect.isFirewalled === true) return only("access-denied");
  return { cause: "credentials-missing", also: [...alike, "access-denied"] };
}

function missing({ stage }: Failure, said: string, dialect: Dialect, { isByDigest }: Asked): Conclusion {
  if (stage === "blob" || stage === "config") return only("blob-missing");
  if (stage === "api" || stage === "token") return only("registry-error");
  if (/name.?unknown/.test(said)) return only("repository-not-found");
  const asked: MessageCause = isByDigest ? "digest-not-found" : "tag-not-found";
  if (said.includes("was deleted or has expired")) return only(asked);
  const isTold =
    dialect.tellsRepository && /manifest.?unknown|not_found: artifact|not_found artifact/.test(said);
  return isTold ? only(asked) : { cause: asked, also: ["repository-not-found"] };
}

/** What the list of tags tells of a manifest that is not there: a repository that lists its tags exists. */
export function settledByTags(conclusion: Conclusion, tags: TagsAnswer): Conclusion {
  const isOpen = conclusion.also.includes("repository-not-found");
  if (!isOpen || (conclusion.cause !== "tag-not-found" && conclusion.cause !== "digest-not-found"))
    return conclusion;
  if (tags.failure === undefined) {
    // An empty list is what some registries answer for a repository that was never pushed to.
    return tags.tags.length > 0 ? only(conclusion.cause) : conclusion;
  }
  const saysSo = tags.failure.errors.some(({ code, message }) => /name.?unknown/i.test(`${code} ${message}`));
  return tags.failure.status === 404 && saysSo ? only("repository-not-found") : conclusion;
}
