// Bytes to the API server and back: TLS settings, proxy, keep-alive and limits, by undici.

import tls from "node:tls";
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from "undici";
import { ToolError } from "../model/errors.js";
import type { Certificate } from "./client-login.js";
import type { ClusterProxy } from "./client-proxy.js";
import { connectBySocks } from "./client-socks.js";
import { given } from "./kubeconfig-fields.js";

/** How the connection is secured; the same for the whole session but for the certificate. */
export interface Tls {
  readonly ca?: string;
  readonly servername?: string;
  readonly isInsecure: boolean;
}

export const limits = {
  connectMs: 10_000,
  /** Until the first byte of an answer: a large list on a slow server takes its time. */
  headersMs: 60_000,
  /** Between two pieces of a body. */
  idleMs: 60_000,
  headerBytes: 64 * 1024,
  connections: 16,
} as const;

/** Throws ToolError `kubeconfig-invalid` when a certificate or key cannot be used. */
export async function openDispatcher(
  security: Tls,
  certificate: Certificate | undefined,
  proxy: ClusterProxy | undefined,
): Promise<Dispatcher> {
  const secure = {
    ...given("ca", security.ca ?? systemRoots()),
    ...given("servername", security.servername),
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key.reveal() }),
    rejectUnauthorized: !security.isInsecure,
  };
  checkMaterial(secure);
  const shared = {
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    maxHeaderSize: limits.headerBytes,
    connections: limits.connections,
  };
  const connect = { ...secure, timeout: limits.connectMs };
  if (proxy === undefined) return new Agent({ ...shared, connect });
  if (!proxy.url.protocol.startsWith("socks")) {
    const { url } = proxy;
    const login =
      url.username === ""
        ? undefined
        : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
    return new ProxyAgent({
      ...shared,
      uri: url.origin,
      ...given("token", login),
      requestTls: connect,
      proxyTls: { timeout: limits.connectMs },
    });
  }
  return new Agent({ ...shared, connect: socksConnector(buildConnector(connect), proxy.url) });
}

function socksConnector(secure: buildConnector.connector, proxy: URL): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === "https:" ? 443 : 80));
    connectBySocks(proxy, options.hostname, port, limits.connectMs).then(
      (socket) => {
        if (options.protocol === "https:") secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/** Says now, in our words, what would otherwise fail on each connection. */
function checkMaterial(secure: tls.SecureContextOptions): void {
  try {
    tls.createSecureContext(secure);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    const isPair = /KEY_VALUES_MISMATCH/.test(code);
    throw new ToolError("kubeconfig-invalid", {
      what: "the certificates of the kubeconfig cannot be used",
      why: isPair
        ? "the client key does not belong to the client certificate"
        : `OpenSSL says ${code || "no"}`,
      do: "write the kubeconfig anew, or correct certificate-authority, client-certificate and client-key",
      cause: code,
    });
  }
}

// Node before 22.15 cannot tell what the system trusts; then its own list is used.
function systemRoots(): string[] | undefined {
  const listed: unknown = Reflect.get(tls, "getCACertificates");
  if (typeof listed !== "function") return undefined;
  const both: unknown[] = [listed("default"), listed("system")].flat();
  return both.filter((pem): pem is string => typeof pem === "string");
}
