// What the user named on the command line, read on its own: a list may be forbidden where single
// objects are not, and a controller without pods appears in no list of pods.

import { ToolError } from "../model/errors.js";
import type { Pod, Workload } from "../model/objects.js";
import type { Api } from "./api.js";
import { placeOf, readNamed, type UnreadList } from "./gather-list.js";
import { isWorkloadKind, readWorkload } from "./gather-workloads.js";
import { inParallel, orRefusal, readOne } from "./paging.js";

export interface NamedTarget {
  /** The kind, such as `Deployment`. */
  readonly kind: string;
  readonly name: string;
}

/** Named pods one by one, for those who may get pods and not list them. */
export async function readTargetPods(
  targets: readonly NamedTarget[],
  namespace: string,
  api: Api,
): Promise<readonly Pod[]> {
  const found: Pod[] = [];
  for (const { name } of targets.filter(({ kind }) => kind === "Pod")) {
    const path = `${placeOf("/api/v1", "pods", namespace)}/${encodeURIComponent(name)}`;
    const answer = await readNamed(api, "Pod", path);
    if (answer.ok) found.push(answer.object);
  }
  return found;
}

/** Named controllers. One that is not there is left out; one that may not be read is said. */
export async function readTargetWorkloads(
  targets: readonly NamedTarget[],
  namespace: string,
  api: Api,
  unread: UnreadList,
): Promise<readonly Workload[]> {
  const found: Workload[] = [];
  await inParallel(targets, async ({ kind, name }) => {
    if (!isWorkloadKind(kind)) return;
    const answer = await readWorkload(api, kind, namespace, name);
    if (answer.ok) found.push(answer.object);
    // Whether it exists stays open then, and so whether a pod of it is missing.
    else if (answer.status !== 404) unread.add("workloads", answer.why, { namespace, isMinor: false });
  });
  return found;
}

/** A namespace that does not exist is listed as an empty one. Throws ToolError `namespace-not-found`. */
export async function checkNamespace(namespace: string, api: Api): Promise<void> {
  const answer = await orRefusal(readOne(api, `/api/v1/namespaces/${encodeURIComponent(namespace)}`));
  if (answer.ok || answer.status !== 404) return;
  throw new ToolError("namespace-not-found", {
    what: `there is no namespace ${namespace} in ${api.name}`,
    why: answer.why,
    do: "name another one with -n; kubectl get namespaces shows all",
  });
}
