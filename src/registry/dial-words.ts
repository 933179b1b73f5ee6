// What a failed connection is in words: the code that a program prints stays beside them, for searching.

import type { CertificateFacts } from "./certificate-facts.js";
import type { DialFacts, DialStage } from "./dial.js";

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  ENODATA: "the name has no address",
  EAI_AGAIN: "the resolver gives no answer",
  ESERVFAIL: "the DNS server failed",
  EREFUSED: "the DNS server refuses to answer",
  ETIMEOUT: "the DNS server does not answer",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ETIMEDOUT: "no answer in time",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EHEADERSTIMEOUT: "the connection stands, and no answer came in time",
  EBODYTIMEOUT: "the answer was too slow to be read",
  HPE_HEADER_OVERFLOW: "the answer's header is too long",
  HPE_INVALID_CONSTANT: "what answers does not speak HTTP",
  EADDRREFUSED: "the name leads only to addresses that are not asked on a registry's word",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers does not speak TLS; it may be plain http",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "what answers does not speak TLS; it may be plain http",
};

/** What a proxy said, by its status where it has one. These codes are ours: nobody could search for them. */
const proxyWords: Readonly<Record<string, string>> = {
  SOCKS: "gives no way to the host",
  HEADER: "answers with too long a header",
  407: "wants a login",
  403: "forbids the host",
  502: "cannot reach the host",
  504: "got no answer from the host",
};

/** `the certificate ended 2026-10-26, issued by World CA (CERT_HAS_EXPIRED)`. */
export function dialWords(code: string, host: string, facts: DialFacts, stage?: DialStage): string {
  const { chain, viaProxy = "on the way" } = facts;
  const [, said] = /^EPROXY(.+)$/.exec(code) ?? [];
  if (said !== undefined) {
    const answered = /^\d+$/.test(said) ? ` (it answered ${said})` : "";
    return `the proxy ${viaProxy} ${proxyWords[said] ?? "gives no way to the host"}${answered}`;
  }
  if (stage === "proxy") return `the proxy ${viaProxy}: ${words[code] ?? code} (${code})`;
  const [leaf] = chain ?? [];
  const ended = new Date(Math.min(...(chain ?? []).map(({ validTo }) => validTo.getTime())));
  const told = (leaf === undefined ? undefined : certificateWords(code, host, leaf, ended)) ?? words[code];
  return told === undefined ? code : `${told} (${code})`;
}

function certificateWords(
  code: string,
  host: string,
  leaf: CertificateFacts,
  ended: Date,
): string | undefined {
  const day = (at: Date): string =>
    Number.isNaN(at.getTime()) ? "at an unreadable date" : at.toISOString().slice(0, 10);
  const by = leaf.issuer === "" ? "" : `, issued by ${leaf.issuer}`;
  switch (code) {
    // Which one of the chain is meant OpenSSL does not say: the one that ends first.
    case "CERT_HAS_EXPIRED":
      return `the certificate ended ${day(ended)}${by}`;
    case "CERT_NOT_YET_VALID":
      return `the certificate begins ${day(leaf.validFrom)}${by}`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the certificate is not for ${host}; it is for ${leaf.names.slice(0, 4).join(", ") || "no name"}${by}`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return `the certificate of ${leaf.subject} is signed by itself`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `the certificate is issued by ${leaf.issuer || "somebody"}, whom this machine does not trust`;
    default:
      return undefined;
  }
}
