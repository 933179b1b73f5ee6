// TLS and certificates, as Go words them.

import { head, leaf } from "../sentence.js";

const tlsStage = { stage: "tls" as const };

export const tls = [
  head({
    id: "go.tls-verify",
    starts: "tls: failed to verify certificate: ",
    says: "tls-other",
    ...tlsStage,
  }),
  head({
    id: "go.x509",
    starts: "{x509: |crypto/x509: }",
    says: "tls-other",
    also: ["tls-untrusted"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-ca",
    whole: "{x509: |}certificate signed by unknown authority",
    says: "tls-untrusted",
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-ca-hint",
    whole: "{x509: |}certificate signed by unknown authority (possibly because of {any}",
    says: "tls-untrusted",
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-roots",
    whole: "x509: failed to load system roots and no roots provided{any}",
    says: "tls-untrusted",
    also: ["tls-other"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-mac",
    whole: 'x509: {"{quoted}" certificate is not trusted|certificate is not trusted}',
    says: "tls-untrusted",
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-not-ca",
    whole:
      "x509: {certificate is not authorized to sign other certificates|issuer name does not match subject from issuing certificate|certificate specifies an incompatible key usage}",
    says: "tls-untrusted",
    also: ["tls-other"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-expired",
    whole: "x509: certificate has expired or is not yet valid{any}",
    says: "tls-expired",
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-name",
    whole: "x509: certificate is valid for {any}, not {host}",
    says: "tls-hostname-mismatch",
    also: ["intercepted-response"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-noname",
    whole: "x509: certificate is not valid for any names, but wanted to match {host}",
    says: "tls-hostname-mismatch",
    also: ["intercepted-response"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-ip",
    whole: "x509: cannot validate certificate for {host} because it doesn't contain any IP SANs",
    says: "tls-hostname-mismatch",
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-cn",
    whole: "x509: certificate relies on legacy Common Name field{any}",
    says: "tls-hostname-mismatch",
    also: ["tls-other"],
    ...tlsStage,
  }),
  leaf({
    id: "go.x509-cn-old",
    whole: "x509: Common Name is not a valid hostname: {any}",
    says: "tls-hostname-mismatch",
    ...tlsStage,
  }),
  leaf({
    id: "openssl.ca",
    whole:
      "{SSL certificate problem: |}{self-signed certificate|self signed certificate|unable to get local issuer certificate}{ in certificate chain|}",
    says: "tls-untrusted",
    ...tlsStage,
  }),
  leaf({
    id: "openssl.expired",
    whole: "SSL certificate problem: certificate has expired",
    says: "tls-expired",
    ...tlsStage,
  }),
  leaf({
    id: "go.tls-alert.ca",
    whole: "remote error: tls: {unknown certificate authority|unknown certificate}",
    says: "tls-other",
    also: ["tls-untrusted"],
    ...tlsStage,
  }),
  leaf({ id: "go.tls-alert", whole: "remote error: tls: {any}", says: "tls-other", ...tlsStage }),
  leaf({
    id: "go.tls-record",
    whole: "tls: first record does not look like a TLS handshake",
    says: "plain-http-registry",
    also: ["tls-other", "proxy-failure"],
    ...tlsStage,
  }),
  leaf({
    id: "go.tls-oversized",
    whole: "tls: oversized record received with length {n}",
    says: "plain-http-registry",
    also: ["tls-other", "proxy-failure"],
    ...tlsStage,
  }),
  head({ id: "go.tls", starts: "tls: ", says: "tls-other", ...tlsStage }),
  leaf({
    id: "go.http-resp",
    whole: "{http: |}server gave HTTP response to HTTPS client",
    says: "plain-http-registry",
    ...tlsStage,
  }),
  head({
    id: "tls.certs.d",
    starts: "{open|read|stat|lstat} /etc/{docker|containerd|containers}/certs.d/{any}: ",
    says: "tls-other",
    decides: true,
    pull: "always",
    ...tlsStage,
  }),
  leaf({
    id: "tls.key-pair",
    whole: "{missing key|missing client certificate} {any} for {client certificate|key} {any}",
    says: "tls-other",
    ...tlsStage,
  }),
];
