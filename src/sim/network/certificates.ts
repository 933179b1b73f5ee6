// The world's certificate authorities and the certificates its hosts show, good and bad ones.

import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";
import type { CertificateKind } from "../registry/config.js";

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 86_400_000;

/** Certificate and key, as TLS servers take them. */
export interface Shown {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** PEM of the CA that everything in the world trusts. */
  readonly ca: string;
  /** PEM of the CA that signs `untrusted` certificates: a company's own, unknown to nodes. */
  readonly otherCa: string;
  show(host: string, kind: CertificateKind, names: readonly string[]): Promise<Shown>;
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** `worldNow`: ended and future certificates are so for the world's clock and for the machine's. */
export async function makeCertificates(worldNow: number): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto);
  const [own, other, leafKeys] = await Promise.all([
    authority("World CA"),
    authority("Acme Corporate Root CA"),
    newKeys(),
  ]);
  const key = pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey));
  const made = new Map<string, Promise<Shown>>();
  let serial = 100;

  const make = async (host: string, kind: CertificateKind, names: readonly string[]): Promise<Shown> => {
    const [notBefore, notAfter] = validity(kind, worldNow);
    const shared = {
      serialNumber: (serial++).toString(16).padStart(4, "0"),
      notBefore,
      notAfter,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(alternativeNames(host, kind, names)),
      ],
    };
    const subject = `CN=${host}`;
    if (kind === "self-signed") {
      const cert = await x509.X509CertificateGenerator.createSelfSigned({
        ...shared,
        name: subject,
        keys: leafKeys,
      });
      return { cert: cert.toString("pem"), key };
    }
    const issuer = kind === "untrusted" ? other : own;
    const cert = await x509.X509CertificateGenerator.create({
      ...shared,
      subject,
      issuer: issuer.certificate.subject,
      publicKey: leafKeys.publicKey,
      signingKey: issuer.keys.privateKey,
    });
    return { cert: cert.toString("pem"), key };
  };

  return {
    ca: own.certificate.toString("pem"),
    otherCa: other.certificate.toString("pem"),
    show(host, kind, names) {
      const id = [kind, host, ...names].join(" ");
      let found = made.get(id);
      if (found === undefined) {
        found = make(host, kind, names);
        made.set(id, found);
      }
      return found;
    },
  };
}

/** Two names beside the host's own: registry-blue.acme.example for alias.acme.example. */
function alternativeNames(
  host: string,
  kind: CertificateKind,
  names: readonly string[],
): x509.JsonGeneralNames {
  const parent = host.split(".").slice(1).join(".");
  const others = names.length > 0 ? names : [`registry-blue.${parent}`, `registry-green.${parent}`];
  const shown = kind === "wrong-name" ? others : [host];
  return shown.map((value) => ({ type: isIP(value) > 0 ? "ip" : "dns", value }));
}

function validity(kind: CertificateKind, worldNow: number): [Date, Date] {
  const early = Math.min(worldNow, Date.now());
  const late = Math.max(worldNow, Date.now());
  const day = (ms: number): Date => new Date(Math.floor(ms / dayMs) * dayMs);
  if (kind === "expired") return [day(early - 400 * dayMs), day(early - 30 * dayMs)];
  if (kind === "not-yet") return [day(late + 30 * dayMs), day(late + 400 * dayMs)];
  return [day(early - 400 * dayMs), day(late + 4000 * dayMs)];
}

async function authority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: `CN=${name}, O=pulldoctor simulated world`,
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2049-01-01T00:00:00Z"),
    signingAlgorithm: signing,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]);
}

function pem(label: string, der: ArrayBuffer): string {
  const body = Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}
