// The containers of a pod as log, exec and attach name them.

import { badRequest } from "../errors.js";
import { items, type Json, type KubeObject, text } from "../json.js";

const KINDS = [
  ["containers", "containerStatuses"],
  ["initContainers", "initContainerStatuses"],
  ["ephemeralContainers", "ephemeralContainerStatuses"],
] as const;

/** The one asked for, or the only one. Throws ApiError 400. */
export function pickContainer(pod: KubeObject, asked: string): string {
  const { name } = pod.metadata;
  const named = (key: string) => items(pod, "spec", key).map((one) => text(one, "name"));
  if (asked !== "") {
    if (KINDS.some(([key]) => named(key).includes(asked))) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, ...more] = named("containers");
  if (only === undefined) throw badRequest(`a container name must be specified for pod ${name}`);
  if (more.length === 0) return only;
  const inits = named("initContainers");
  const choice = `choose one of: [${[only, ...more].join(" ")}]`;
  const also = inits.length === 0 ? "" : ` or one of the init containers: [${inits.join(" ")}]`;
  throw badRequest(`a container name must be specified for pod ${name}, ${choice}${also}`);
}

/** undefined before the kubelet has reported it. */
export function containerStatus(pod: KubeObject, container: string): Json | undefined {
  for (const [, key] of KINDS) {
    const found = items(pod, "status", key).find((one) => one.name === container);
    if (found !== undefined) return found;
  }
  return undefined;
}
