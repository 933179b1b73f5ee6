// A connection to the API server of the kubeconfig's choice, ready to be asked.

import type { ActingApi, Api, WritingApi } from "./api.js";
import type { ClusterChoice, ClusterWorld } from "./client-world.js";
import { chooseAccess } from "./kubeconfig.js";

/**
 * Connects as kubectl would, and asks `/version` once, so that a dead server, a certificate that is
 * not trusted and a login that is not accepted are named before anything else is done.
 *
 * Throws ToolError: those of the kubeconfig (`kubeconfig-missing`, `context-missing`, ...), of the
 * login (`login-plugin-missing`, `login-failed`, `login-expired`, ...), `cluster-unreachable`,
 * `cluster-untrusted`, `cluster-unreadable`, `interrupted`.
 */
export async function openCluster(choice: ClusterChoice, world: ClusterWorld): Promise<Api> {
  return (await openWriter(choice, world)).api;
}

/** The same connection for commands that change something. Throws what `openCluster` throws. */
export async function openWriter(choice: ClusterChoice, world: ClusterWorld): Promise<WritingApi> {
  return openActor(choice, world);
}

/** The same for commands that also run something in a pod. Throws what `openCluster` throws. */
export async function openActor(choice: ClusterChoice, world: ClusterWorld): Promise<ActingApi> {
  const access = await chooseAccess(choice, world);
  // undici and what stands on it load only when a cluster is asked.
  const [{ openSession }, { greet }] = await Promise.all([
    import("./client-session.js"),
    import("./client-greet.js"),
  ]);
  const session = await openSession(access, world);
  try {
    await greet(session.api, access, session.asked);
  } catch (error) {
    await session.api.close();
    throw error;
  }
  return { api: session.api, write: session.write, exec: session.exec };
}
