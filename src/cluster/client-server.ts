// The address of a kubeconfig's cluster and how its connection is secured.

import { ToolError } from "../model/errors.js";
import { readMaterial } from "./client-login.js";
import type { Tls } from "./client-transport.js";
import type { ExecClusterInfo } from "./exec-plugin.js";
import type { Access } from "./kubeconfig.js";
import { given } from "./kubeconfig-fields.js";

/** Throws ToolError `kubeconfig-invalid`. */
export function serverOf({ cluster }: Access): URL {
  const hasTls = cluster.ca !== undefined || cluster.isInsecure;
  const text = /^https?:\/\//i.test(cluster.server)
    ? cluster.server
    : `${hasTls ? "https" : "http"}://${cluster.server}`;
  if (URL.canParse(text)) return new URL(text);
  throw new ToolError("kubeconfig-invalid", {
    what: `cluster "${cluster.name}" has a server that is no address`,
    why: `it is ${cluster.server.slice(0, 200)}`,
    do: "write it as https://HOST:PORT",
  });
}

/** Throws ToolError `kubeconfig-invalid`, `kubeconfig-file-missing`. */
export async function tlsOf({ cluster }: Access): Promise<Tls> {
  if (cluster.isInsecure && cluster.ca !== undefined) {
    throw new ToolError("kubeconfig-invalid", {
      what: `cluster "${cluster.name}" both names a CA and skips verification`,
      why: "kubectl takes only one of certificate-authority and insecure-skip-tls-verify",
      do: "remove insecure-skip-tls-verify from the entry",
    });
  }
  const ca = cluster.ca === undefined ? undefined : await readMaterial(cluster.ca, "certificate authority");
  return {
    ...given("ca", ca?.reveal()),
    ...given("servername", cluster.tlsServerName),
    isInsecure: cluster.isInsecure,
  };
}

/** What a login plugin may be told of the cluster. */
export function pluginInfo({ cluster }: Access, server: URL, security: Tls): ExecClusterInfo {
  return {
    server: server.href.replace(/\/$/, ""),
    isInsecure: cluster.isInsecure,
    ...given("caPem", security.ca),
    ...given("tlsServerName", cluster.tlsServerName),
    ...given("proxyUrl", cluster.proxyUrl),
    ...given("config", cluster.execConfig),
  };
}
