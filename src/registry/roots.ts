// Whom this machine trusts: the bundle that Go's programs read, so that a company's own CA counts here as it does for
// kubectl and skopeo. Node's own list is used where there is none.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { ToolError } from "../model/errors.js";
import type { Environment } from "../model/proxy-env.js";

/** Where the systems keep their bundles; the first that is there counts. crypto/x509/root_linux.go. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * PEM texts of the roots: SSL_CERT_FILE and SSL_CERT_DIR where they are set, else the system's bundle, else Node's list;
 * `extra` always. Throws ToolError `ca-unreadable` for SSL_CERT_FILE.
 */
export function trustedRoots(env: Environment, extra: readonly string[] = []): readonly string[] {
  const file = env.SSL_CERT_FILE ?? "";
  const folder = env.SSL_CERT_DIR ?? "";
  const named = [
    ...(file === "" ? [] : [readNamed(file)]),
    ...folder.split(":").flatMap((one) => (one === "" ? [] : readFolder(one))),
  ];
  const roots = named.length > 0 || file !== "" ? named : systemRoots();
  return [...roots, ...extra];
}

function systemRoots(): readonly string[] {
  for (const path of bundles) {
    try {
      return [readFileSync(path, "utf8")];
    } catch {
      // Another system's place.
    }
  }
  return tls.rootCertificates;
}

function readNamed(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ToolError("ca-unreadable", {
      what: `the certificates of ${path} cannot be read`,
      why: `SSL_CERT_FILE names it: ${String(cause instanceof Error ? Reflect.get(cause, "code") : cause)}`,
      do: "correct SSL_CERT_FILE, or unset it",
      cause,
    });
  }
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(pem|crt|0)$/.test(name))
      .map((name) => readFileSync(join(folder, name), "utf8"));
  } catch {
    return [];
  }
}
