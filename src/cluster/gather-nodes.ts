// The nodes of a cluster: where failing pods are, and where the same images work.

import type { ClusterNode, Pod } from "../model/objects.js";
import type { Api } from "./api.js";
import { readKind, readNamed, type UnreadList } from "./gather-list.js";
import { inParallel } from "./paging.js";

/** Nodes are large: each lists its images. */
const nodePages = 2;
/** Nodes of failing pods asked for one by one when the list is longer than that. */
const maxSingle = 12;

/** Nodes of the cluster, or, of a very large one, the first thousand and those of these pods. */
export async function readNodes(
  api: Api,
  pods: readonly Pod[],
  unread: UnreadList,
): Promise<{ readonly nodes: readonly ClusterNode[]; readonly isWhole: boolean }> {
  const { objects, answer } = await readKind(api, "Node", { path: "/api/v1/nodes", maxPages: nodePages });
  if (answer.ok && answer.isWhole) return { nodes: objects, isWhole: true };
  const nodes = [...objects];
  const known = new Set(nodes.map(({ name }) => name));
  const open = [...new Set(pods.flatMap(({ node }) => node ?? []))].filter((name) => !known.has(name));
  let why = answer.ok ? undefined : answer.why;
  await inParallel(answer.ok ? open.slice(0, maxSingle) : [], async (name) => {
    const one = await readNamed(api, "Node", `/api/v1/nodes/${encodeURIComponent(name)}`);
    if (one.ok) nodes.push(one.object);
    else if (one.status !== 404) why = one.why;
  });
  if (why !== undefined) unread.add("nodes", why, { isMinor: true });
  return { nodes, isWhole: false };
}
