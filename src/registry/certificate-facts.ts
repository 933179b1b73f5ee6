// What a server's certificates say, as facts to show: names, issuer, dates. Bounded: a server sends what it likes.

import type { TLSSocket } from "node:tls";

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses it is for; at most 20. */
  readonly names: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly isSelfSigned: boolean;
}

const maxChain = 6;
const maxNames = 20;
const maxText = 200;

/** The chain as it was presented, the server's own first. [] when there is none. */
export function chainOf(socket: TLSSocket): readonly CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  let current = socket.getPeerX509Certificate();
  while (current !== undefined && chain.length < maxChain) {
    const names = (current.subjectAltName ?? "").split(", ").filter((name) => name !== "");
    chain.push({
      subject: nameOf(current.subject),
      issuer: nameOf(current.issuer),
      names: names.slice(0, maxNames).map((name) => name.replace(/^(DNS|IP Address):/, "").slice(0, maxText)),
      validFrom: new Date(current.validFrom),
      validTo: new Date(current.validTo),
      isSelfSigned: current.subject === current.issuer,
    });
    current = current.issuerCertificate;
  }
  return chain;
}

/** The common name where there is one, else the organisation, else all of it. */
function nameOf(distinguished: string | undefined): string {
  const parts = new Map((distinguished ?? "").split("\n").map((line) => splitOnce(line)));
  return (parts.get("CN") ?? parts.get("O") ?? distinguished ?? "").slice(0, maxText);
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
