// Whether a node believes a certificate, judged in the order and in the words of Go's crypto/x509.

import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** undefined: believed. `isTrusted`: the chain ends at a CA of the node. */
export function distrust(
  host: string,
  certificate: PeerCertificate,
  isTrusted: boolean,
  now: number,
): string | undefined {
  const notBefore = Date.parse(certificate.valid_from);
  const notAfter = Date.parse(certificate.valid_to);
  const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const expired = "x509: certificate has expired or is not yet valid: current time";
  if (now > notAfter) return `${expired} ${time(now)} is after ${time(notAfter)}`;
  if (now < notBefore) return `${expired} ${time(now)} is before ${time(notBefore)}`;
  if (checkServerIdentity(host, certificate) !== undefined) return wrongName(host, certificate);
  return isTrusted ? undefined : "x509: certificate signed by unknown authority";
}

function wrongName(host: string, certificate: PeerCertificate): string {
  const entries = (certificate.subjectaltname ?? "").split(", ").filter((entry) => entry !== "");
  const names = (kind: string): string[] =>
    entries.filter((entry) => entry.startsWith(`${kind}:`)).map((entry) => entry.slice(kind.length + 1));
  if (isIP(host) > 0) {
    const addresses = names("IP Address");
    if (addresses.length === 0) {
      return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    }
    return `x509: certificate is valid for ${addresses.join(", ")}, not ${host}`;
  }
  const hosts = names("DNS");
  if (hosts.length === 0) return `x509: certificate is not valid for any names, but wanted to match ${host}`;
  return `x509: certificate is valid for ${hosts.join(", ")}, not ${host}`;
}
