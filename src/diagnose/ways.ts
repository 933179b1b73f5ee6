// The way to registries asked from inside the cluster, by a pod of ours beside those that fail or on a node itself.

import type { Scene } from "../causes/define.js";
import type { ActingApi } from "../cluster/api.js";
import { type NoVisitor, type Visitor, type VisitorWish, withVisitor } from "../cluster/visitor.js";
import type { ClusterNode } from "../model/objects.js";
import type { WayProbe, WayStage } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import { askWay, type Run } from "../probes/inside/ask.js";
import { mirrorsOf } from "../probes/inside/mirrors.js";
import { withNodeRoots } from "../probes/inside/roots.js";
import { registryItself } from "../registry/where.js";
import { toolImage } from "./tool-image.js";

export type Vantage = { readonly is: "pod" } | { readonly is: "node"; readonly name: string };

export interface WaysWish {
  readonly vantage: Vantage;
  /** `--from-image`; absent: one that the node has. */
  readonly image?: string;
  /** Where a node's pod is made. */
  readonly namespace: string;
}

export interface WaysWorld {
  /** Must not end with `signal`: the pod is deleted afterwards. */
  readonly acting: ActingApi;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** One pod of ours and the registries that it is to ask. */
interface Visit {
  readonly wish: Omit<VisitorWish, "image" | "isOnNode">;
  readonly registries: readonly string[];
}

const mostPlaces = 2;
const mostRegistries = 6;

export async function askWays(
  pulls: readonly Pull[],
  scene: Scene,
  wish: WaysWish,
  world: WaysWorld,
): Promise<readonly WayProbe[]> {
  const found: WayProbe[] = [];
  for (const visit of visitsFor(pulls, wish))
    found.push(...(await goThere(visit, scene.snapshot.nodes, wish, world)));
  return found;
}

/** The way to these registries, whoever pulls from them: the first few of them. A pod goes where it finds programs to ask with. */
export function askRegistriesFrom(
  registries: readonly string[],
  nodes: readonly ClusterNode[],
  wish: WaysWish,
  world: WaysWorld,
): Promise<readonly WayProbe[]> {
  const { vantage, namespace, image } = wish;
  const equipped = nodes.find((node) => !node.isUnschedulable && toolImage(node) !== undefined)?.name;
  const node = vantage.is === "node" ? vantage.name : image === undefined ? equipped : undefined;
  const place = { namespace, as: vantage.is, ...(node === undefined ? {} : { node }) };
  return goThere({ wish: place, registries: registries.slice(0, mostRegistries) }, nodes, wish, world);
}

/** Beside the failing pods, node by node; or the one node that was named. */
function visitsFor(pulls: readonly Pull[], { vantage, namespace }: WaysWish): readonly Visit[] {
  const failing = pulls.filter(
    ({ state, reference, reason }) =>
      (state === "failing" || state === "slow") && reference !== undefined && reason !== "ErrImageNeverPull",
  );
  const groups = new Map<string, { readonly wish: Visit["wish"]; readonly registries: Set<string> }>();
  for (const { pod, reference } of failing) {
    const isNode = vantage.is === "node";
    const node = isNode ? vantage.name : pod.node;
    const place = isNode ? namespace : pod.namespace;
    const key = isNode ? vantage.name : `${node} ${place}`;
    const group = groups.get(key) ?? {
      wish: { namespace: place, as: vantage.is, ...(node === undefined ? {} : { node }) },
      registries: new Set<string>(),
    };
    if (reference !== undefined) group.registries.add(reference.registry);
    groups.set(key, group);
  }
  return [...groups.values()].slice(0, mostPlaces).map(({ wish, registries }) => ({
    wish,
    registries: [...registries].slice(0, mostRegistries),
  }));
}

async function goThere(
  { wish, registries }: Visit,
  nodes: readonly ClusterNode[],
  { image }: WaysWish,
  { acting, signal, progress }: WaysWorld,
): Promise<readonly WayProbe[]> {
  const { node, as } = wish;
  const place = as === "node" ? `node ${node}` : `a pod in ${wish.namespace}`;
  const nowhere = (why: string): readonly WayProbe[] =>
    registries.map((registry) => ({
      registry,
      from: place,
      is: as,
      stages: [],
      why,
      ...(node === undefined ? {} : { node }),
    }));
  const known = nodes.find(({ name }) => name === node);
  const tools = image === undefined ? toolImage(known) : undefined;
  const chosen = image ?? tools;
  if (chosen === undefined) return nowhere(noImage(known, node));
  progress(`asking from ${place}, with ${chosen}`);
  const visited = await withVisitor(
    { ...wish, image: chosen, isOnNode: tools !== undefined },
    acting,
    signal,
    (visitor) => askAll(visitor, registries, as, signal),
  );
  return isNowhere(visited) ? nowhere(visited.why) : visited;
}

const isNowhere = (visited: readonly WayProbe[] | NoVisitor): visited is NoVisitor => "why" in visited;

const noImage = (node: ClusterNode | undefined, name: string | undefined): string =>
  node === undefined
    ? `what ${name === undefined ? "its node" : `node ${name}`} has is not known; name an image with --from-image`
    : `node ${node.name} has no image that surely holds a shell; name one with --from-image`;

async function askAll(
  visitor: Visitor,
  registries: readonly string[],
  as: VisitorWish["as"],
  signal: AbortSignal,
): Promise<readonly WayProbe[]> {
  const where = visitor.node === undefined ? "" : ` on ${visitor.node}`;
  const from = as === "node" ? `node ${visitor.node}` : `pod/${visitor.name}${where}`;
  const found: WayProbe[] = [];
  const run: Run = (command) => visitor.run(command, AbortSignal.any([signal, AbortSignal.timeout(20_000)]));
  const asking = as === "node" ? await withNodeRoots(run) : run;
  for (const registry of registries) {
    const { url } = registryItself(registry, false);
    const isTls = url.protocol === "https:";
    const endpoint = { host: url.hostname, port: Number(url.port || (isTls ? 443 : 80)), isTls };
    const stages: readonly WayStage[] = [
      ...(as === "node" ? [await mirrorsOf(registry, run)] : []),
      ...(await askWay(endpoint, asking)),
    ];
    found.push({
      registry,
      from,
      is: as,
      stages,
      ...(visitor.node === undefined ? {} : { node: visitor.node }),
    });
  }
  return found;
}
