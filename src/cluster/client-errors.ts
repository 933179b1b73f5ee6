// Why no answer came, in words that say which of the many reasons it was.

import { ToolError } from "../model/errors.js";
import type { Login } from "./client-login.js";
import { limits } from "./client-transport.js";
import { fieldsOf } from "./kubeconfig-fields.js";

/** Whom we asked, for messages. */
export interface Asked {
  readonly name: string;
  readonly server: URL;
  /** `http://proxy:3128`; absent: straight. */
  readonly proxy?: string;
  readonly login?: Login;
  readonly now: Date;
}

interface Root {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly names: string;
}

interface Reason {
  readonly code: string;
  readonly why: string;
  readonly do: string;
}

const otherContext = "choose another context with --context, or read a dump with diagnose -f FILE";

/** The ToolError for a connection that failed; ToolErrors pass through. */
export function noAnswer(error: unknown, asked: Asked): ToolError {
  if (error instanceof ToolError) return error;
  const cause = rootOf(error);
  const reason = loginReason(cause, asked) ?? trustReason(cause, asked) ?? reachReason(cause, asked);
  return new ToolError(reason.code, {
    what: titles[reason.code]?.(asked) ?? `the API server of ${asked.name} does not answer`,
    why: reason.why,
    do: reason.do,
    cause: error,
  });
}

const titles: Readonly<Record<string, (asked: Asked) => string>> = {
  "cluster-untrusted": ({ name }) => `the API server of ${name} is not trusted`,
  "login-failed": ({ name }) => `the API server of ${name} does not accept the login`,
  "login-expired": ({ name }) => `the login for ${name} has expired`,
};

/** The error of 401, and of a client certificate that TLS refuses. */
export function notLoggedIn(asked: Asked, said: string): ToolError {
  const { login, now } = asked;
  const how = login?.how ?? "no login";
  if (login?.endsAt !== undefined && login.endsAt.getTime() <= now.getTime()) {
    return new ToolError("login-expired", {
      what: `the login for ${asked.name} has expired`,
      why: `the ${how} ended at ${login.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC; ${said}`,
      do: "sign in again the way you got this kubeconfig, then repeat the command",
    });
  }
  const isNobody = how === "no login";
  return new ToolError("login-failed", {
    what: `the API server of ${asked.name} does not accept the login`,
    why: isNobody ? `the kubeconfig's user has no login; ${said}` : `${said}; signed in with ${how}`,
    do: isNobody
      ? "add a login to the kubeconfig's user, or choose another context with --context"
      : "sign in again, or choose another context with --context",
  });
}

/** The innermost error that has a code: undici and Happy Eyeballs wrap the one that matters. */
function rootOf(error: unknown): Root {
  let inner: unknown = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const next =
      inner instanceof AggregateError ? inner.errors[0] : inner instanceof Error ? inner.cause : undefined;
    if (!(next instanceof Error)) break;
    inner = next;
  }
  const code = inner instanceof Error && "code" in inner ? String(inner.code ?? "") : "";
  return {
    name: inner instanceof Error ? inner.name : "",
    code,
    message: inner instanceof Error ? inner.message : String(inner),
    names: namesIn(inner),
  };
}

/** The names of the certificate in Node's ERR_TLS_CERT_ALTNAME_INVALID: `DNS:a, IP Address:10.0.0.1`. */
function namesIn(error: unknown): string {
  const { subjectaltname } = fieldsOf(fieldsOf(error).cert);
  if (typeof subjectaltname !== "string" || subjectaltname === "") return "none at all";
  return subjectaltname.replace(/(?:DNS|IP Address):/g, "").slice(0, 200);
}

function loginReason({ code }: Root, asked: Asked): Reason | undefined {
  if (
    !/ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE)|BAD_CERTIFICATE/.test(
      code,
    )
  )
    return undefined;
  const { code: named, why, do: mend } = notLoggedIn(asked, `it ended TLS with ${code}`);
  return { code: named, why, do: mend };
}

function trustReason({ code, names }: Root, { server }: Asked): Reason | undefined {
  const newCa = "put the CA of the server into certificate-authority-data of the kubeconfig";
  const reasons: Readonly<Record<string, readonly [string, string]>> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: ["its certificate is self-signed", newCa],
    SELF_SIGNED_CERT_IN_CHAIN: [
      "its certificate comes from an authority that the kubeconfig does not name",
      newCa,
    ],
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
      "its certificate comes from an authority that the kubeconfig does not name",
      newCa,
    ],
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
      "its certificate comes from an authority that the kubeconfig does not name",
      newCa,
    ],
    UNABLE_TO_GET_ISSUER_CERT: ["its certificate chain is not complete", newCa],
    CERT_SIGNATURE_FAILURE: ["its certificate is not signed by the CA of the kubeconfig", newCa],
    CERT_HAS_EXPIRED: ["its certificate has expired", "have the certificate of the API server renewed"],
    CERT_NOT_YET_VALID: [
      "its certificate is not valid yet",
      "compare this machine's clock with the server's",
    ],
    CERT_REVOKED: ["its certificate was revoked", "have the certificate of the API server renewed"],
    ERR_TLS_CERT_ALTNAME_INVALID: [
      `its certificate is for other names: ${names}`,
      `use one of these names as the server, or set tls-server-name in the kubeconfig; it is asked as ${server.hostname}`,
    ],
  };
  const found = reasons[code];
  return found === undefined ? undefined : { code: "cluster-untrusted", why: found[0], do: found[1] };
}

function reachReason({ name, code, message }: Root, asked: Asked): Reason {
  const host = asked.server.host;
  const way = asked.proxy === undefined ? host : `proxy ${asked.proxy}`;
  const network = "check the VPN and the firewall between here and there";
  const known: Readonly<Record<string, readonly [string, string]>> = {
    ECONNREFUSED: [`${way} refuses connections`, `start the cluster, or ${otherContext}`],
    ENOTFOUND: [
      `${way} has no address here`,
      `connect to the network that knows the name, or ${otherContext}`,
    ],
    EAI_AGAIN: [`name lookup of ${way} failed`, "check the DNS settings of this machine"],
    EHOSTUNREACH: [`there is no way to ${way}`, network],
    ENETUNREACH: [`there is no way to ${way}`, network],
    ETIMEDOUT: [`${way} does not take the connection`, network],
    UND_ERR_CONNECT_TIMEOUT: [`${way} took no connection in ${limits.connectMs / 1000} s`, network],
    UND_ERR_HEADERS_TIMEOUT: [
      `${host} took the connection and sent nothing for ${limits.headersMs / 1000} s`,
      "look at the load of the API server, and try again",
    ],
    UND_ERR_BODY_TIMEOUT: [
      `${host} stopped in the middle of an answer for ${limits.idleMs / 1000} s`,
      "look at the load of the API server, and try again",
    ],
    ECONNRESET: [`${way} closed the connection`, `try again, or ${otherContext}`],
    EPIPE: [`${way} closed the connection`, `try again, or ${otherContext}`],
    UND_ERR_SOCKET: [`${way} closed the connection`, `try again, or ${otherContext}`],
    ERR_SSL_WRONG_VERSION_NUMBER: [
      `${host} does not speak TLS`,
      "write http:// in the kubeconfig's server, or name the port that speaks TLS",
    ],
    ERR_SSL_PACKET_LENGTH_TOO_LONG: [
      `${host} does not speak TLS`,
      "write http:// in the kubeconfig's server, or name the port that speaks TLS",
    ],
    UND_ERR_HEADERS_OVERFLOW: [
      `${host} sent more than ${limits.headerBytes / 1024} kB of headers`,
      "see what answers there: this is no API server",
    ],
  };
  const found = known[code];
  if (found !== undefined) return { code: "cluster-unreachable", why: found[0], do: found[1] };
  if (name === "HTTPParserError") {
    return {
      code: "cluster-unreachable",
      why: `${host} does not speak HTTP`,
      do: "see what answers there, and correct the server in the kubeconfig",
    };
  }
  if (code === "PROXY_REFUSED" || /^Proxy response/.test(message)) {
    const status = /\((\d+)\)/.exec(message)?.[1];
    const said = status === undefined ? message : `it answered ${status}`;
    const mend =
      status === "407"
        ? "give proxy-url a user and password that the proxy takes"
        : "ask whoever runs the proxy";
    return { code: "cluster-unreachable", why: `${way} makes no connection to ${host}: ${said}`, do: mend };
  }
  const said = [code, message.split("\n")[0]?.slice(0, 200)].filter((part) => part !== "").join(": ");
  return { code: "cluster-unreachable", why: `no answer from ${way}: ${said}`, do: otherContext };
}

/** `message` of a Status, or the first line of whatever came. */
export function messageOf(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed)
      return String(parsed.message).slice(0, 300);
  } catch {
    // Not a Status: proxies answer in HTML or plain text.
  }
  return (text.split("\n").find((line) => line.trim() !== "") ?? "").trim().slice(0, 200);
}
