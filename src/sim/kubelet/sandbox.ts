// A pod's sandbox: an address, and the pause image where the node does not have it.
// Semantics reference 6.8.

import { sleep } from "../clock.js";
import type { KubeletParts } from "./kubelet-parts.js";
import type { PodState } from "./pod-sync.js";

const sandboxMs = 90;

const sockets = {
  containerd: "/run/containerd/containerd.sock",
  "cri-o": "/var/run/crio/crio.sock",
  "cri-dockerd": "/run/cri-dockerd.sock",
} as const;

/** What every call to the runtime fails with while it is down. */
export function runtimeDown(parts: {
  readonly traits: { readonly minor: number };
  readonly runtime: { readonly name: keyof typeof sockets };
}): string {
  const colon = parts.traits.minor <= 27 ? "" : ":";
  return `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing${colon} dial unix ${sockets[parts.runtime.name]}: connect: no such file or directory"`;
}

/** undefined: the pod has its sandbox. */
export async function makeSandbox(state: PodState, parts: KubeletParts): Promise<string | undefined> {
  if (!parts.state.isRuntimeUp) return runtimeDown(parts);
  const { namespace, name } = state.pod.metadata;
  await sleep(parts.clock, sandboxMs + parts.rhythm.sandboxDelayMs(`${namespace}/${name}`));
  const pause = parts.config.pauseImage;
  if (pause !== undefined && parts.imageStore.find(pause) === undefined) {
    const outcome = await parts.pull(pause, undefined, state.gone.signal);
    if (!outcome.ok) {
      const quoted = JSON.stringify(pause);
      const isNew = parts.runtime.name === "containerd" && /^v?2\./.test(parts.runtime.version);
      const head = isNew
        ? `failed to start sandbox "${state.pod.metadata.uid.replaceAll("-", "")}": failed to get sandbox image ${quoted}: `
        : `failed to get sandbox image ${quoted}: `;
      return `rpc error: code = ${outcome.code} desc = ${head}failed to pull image ${quoted}: ${outcome.message}`;
    }
    parts.imageStore.add(pause, outcome, pause, undefined);
  }
  state.instances.sandbox = { ip: parts.podAddress(), startedAt: parts.clock.now() };
  state.changed("sandbox");
  return undefined;
}
