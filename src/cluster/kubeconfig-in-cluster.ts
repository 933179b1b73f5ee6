// Inside a pod the service account is the login: address from the environment, token from a file.
// Follows rest/config.go InClusterConfig of client-go 1.32.

import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { ClusterChoice, ClusterWorld } from "./client-world.js";
import type { Access } from "./kubeconfig.js";

const mounted = "/var/run/secrets/kubernetes.io/serviceaccount";

/** `undefined` when this is no pod, or one whose token is not mounted. */
export async function inClusterAccess(
  choice: ClusterChoice,
  world: ClusterWorld,
): Promise<Access | undefined> {
  const host = world.env.KUBERNETES_SERVICE_HOST ?? "";
  const port = world.env.KUBERNETES_SERVICE_PORT ?? "";
  if (host === "" || port === "") return undefined;
  const folder = world.serviceAccountFolder ?? mounted;
  const tokenPath = join(folder, "token");
  if ((await readIfThere(tokenPath)) === undefined) return undefined;
  const namespace = (await readIfThere(join(folder, "namespace")))?.trim();
  return {
    namespace: choice.namespace ?? (namespace === undefined || namespace === "" ? "default" : namespace),
    cluster: {
      name: "in-cluster",
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      ca: { is: "file", path: join(folder, "ca.crt") },
      isInsecure: false,
      isUncompressed: false,
    },
    user: { name: "the pod's service account", tokenPath },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // Not a pod with a mounted token; the caller says so when nothing else is found.
    return undefined;
  }
}
