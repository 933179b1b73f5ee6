// The API server's certificate authority: its serving certificate and the client certificates that
// name a user and groups. Kept as PEM, so that a world started again is trusted by old kubeconfigs.

import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { Secret } from "../../../model/secret.js";

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: Secret;
}

export interface Authority {
  /** The CA itself: what a kubeconfig trusts, and what `loadAuthority` takes back. */
  readonly ca: KeyPair;
  /** A serving certificate for 127.0.0.1, ::1 and localhost. */
  server(): Promise<KeyPair>;
  /** A client certificate: the user is its common name, the groups its organisations. */
  client(user: string, groups: readonly string[]): Promise<KeyPair>;
}

export async function makeAuthority(): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=kubernetes, O=pulldoctor simulated cluster",
    ...validity(),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const ca = { certificate: certificate.toString("pem"), key: new Secret(await keyPem(keys.privateKey)) };
  return authorityOf(ca, certificate, keys.privateKey);
}

/** Throws when the PEM is none. */
export async function loadAuthority(ca: KeyPair): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto);
  const der = x509.PemConverter.decodeFirst(ca.key.reveal());
  const key = await webcrypto.subtle.importKey("pkcs8", der, signing, true, ["sign"]);
  return authorityOf(ca, new x509.X509Certificate(ca.certificate), key);
}

function authorityOf(ca: KeyPair, issuer: x509.X509Certificate, signingKey: webcrypto.CryptoKey): Authority {
  const issue = async (subject: x509.JsonName, extensions: readonly x509.Extension[]): Promise<KeyPair> => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject,
      issuer: issuer.subject,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: signing,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), ...extensions],
    });
    return { certificate: certificate.toString("pem"), key: new Secret(await keyPem(keys.privateKey)) };
  };
  return {
    ca,
    server: () =>
      issue(
        [{ CN: ["kube-apiserver"] }],
        [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([
            { type: "ip", value: "127.0.0.1" },
            { type: "ip", value: "::1" },
            { type: "dns", value: "localhost" },
          ]),
        ],
      ),
    client: (user, groups) =>
      issue(
        [...groups.map((group) => ({ O: [group] })), { CN: [user] }],
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
      ),
  };
}

/** By the machine's clock, because TLS clients live by it. */
function validity(): { notBefore: Date; notAfter: Date } {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return { notBefore: new Date(today - DAY_MS), notAfter: new Date(today + 3650 * DAY_MS) };
}

function serialNumber(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString("hex")}`;
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]);
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}
