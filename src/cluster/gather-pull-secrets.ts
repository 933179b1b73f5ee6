// Reads what tells of pull secrets: the secrets themselves, the ServiceAccounts and pods that name them, and the controllers
// of those pods. Of pods that are alike one is kept.

import type { Pod, PullSecret, Workload, WorkloadKind } from "../model/objects.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Api } from "./api.js";
import type { GatherWorld } from "./gather.js";
import { placeOf, readKind, readNamed, UnreadList } from "./gather-list.js";
import { checkNamespace } from "./gather-targets.js";
import { readObject } from "./objects.js";
import { record } from "./objects-fields.js";
import { inParallel, orRefusal, readPages } from "./paging.js";
import { parseItem } from "./scan.js";

/** Names asked for one by one: those of another type than pull secrets have. */
const maxNamed = 64;

const controllers: readonly (readonly [WorkloadKind, string, string])[] = [
  ["Deployment", "/apis/apps/v1", "deployments"],
  ["ReplicaSet", "/apis/apps/v1", "replicasets"],
  ["StatefulSet", "/apis/apps/v1", "statefulsets"],
  ["DaemonSet", "/apis/apps/v1", "daemonsets"],
  ["CronJob", "/apis/batch/v1", "cronjobs"],
];

const types = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"] as const;

export interface SecretsGathered {
  /** Pods that are alike are in it once. */
  readonly snapshot: Snapshot;
  /** How many pods each of them stands for. */
  readonly standsFor: ReadonlyMap<Pod, number>;
}

/** `namespace` absent: all. Throws what `api` throws, and `namespace-not-found`; what may not be read is in `unread`. */
export async function gatherPullSecrets(
  namespace: string | undefined,
  api: Api,
  { now, progress = () => {} }: GatherWorld,
): Promise<SecretsGathered> {
  const unread = new UnreadList();
  progress("reading pull secrets, service accounts, pods and controllers");
  const tell = (what: "serviceaccounts" | "workloads", why: string): void =>
    unread.add(what, why, { namespace, isMinor: true });
  const [pods, secrets, accounts, ...workloads] = await Promise.all([
    readPods(api, namespace, unread),
    readSecrets(api, namespace, unread),
    readKind(api, "ServiceAccount", { path: placeOf("/api/v1", "serviceaccounts", namespace) }),
    ...controllers.map(async ([kind, group, resource]) => {
      const { objects, answer } = await readKind(api, kind, { path: placeOf(group, resource, namespace) });
      if (!answer.ok) tell("workloads", answer.why);
      return objects as readonly Workload[];
    }),
  ]);
  if (!accounts.answer.ok) tell("serviceaccounts", accounts.answer.why);
  const found = [pods.size, secrets.found.length, accounts.objects.length, workloads.flat().length];
  if (namespace !== undefined && found.every((count) => count === 0)) await checkNamespace(namespace, api);
  const named = [
    ...[...pods.keys()].flatMap((pod) => pod.pullSecrets.map((name) => ({ namespace: pod.namespace, name }))),
    ...accounts.objects.flatMap((one) => one.pullSecrets.map((name) => ({ namespace: one.namespace, name }))),
  ];
  const others = secrets.isWhole ? await readOthers(api, named, secrets.found, unread) : [];
  const kept = [...pods.keys()];
  const at = now();
  return {
    standsFor: pods,
    snapshot: {
      from: `the API server of ${api.name}`,
      cluster: api.name,
      at,
      isLive: true,
      pods: kept,
      earlier: [],
      events: [],
      secrets: [...secrets.found, ...others],
      serviceAccounts: accounts.objects,
      nodes: [],
      workloads: workloads.flat(),
      messages: [],
      complete: secrets.isWhole
        ? [{ what: "secrets", ...(namespace === undefined ? {} : { namespace }) }]
        : [],
      unread: unread.entries,
      origin: new Map(),
      questions: api.asked,
      podsLookedAt: [...pods.values()].reduce((sum, count) => sum + count, 0),
      workloadsLookedAt: 0,
    },
  };
}

async function readPods(
  api: Api,
  namespace: string | undefined,
  unread: UnreadList,
): Promise<ReadonlyMap<Pod, number>> {
  const kept = new Map<string, { readonly pod: Pod; count: number }>();
  const answer = await orRefusal(
    readPages(api, {
      path: placeOf("/api/v1", "pods", namespace),
      restart: () => kept.clear(),
      item: (bytes) => {
        const pod = readObject({ ...record(parseItem(bytes)), kind: "Pod", apiVersion: "v1" });
        if (pod?.kind !== "Pod" || pod.phase === "Succeeded" || pod.phase === "Failed") return;
        const key = likeness(pod);
        const known = kept.get(key);
        if (known === undefined) kept.set(key, { pod, count: 1 });
        else known.count += 1;
      },
    }),
  );
  if (!answer.ok) unread.add("pods", answer.why, { namespace, isMinor: false });
  return new Map([...kept.values()].map(({ pod, count }) => [pod, count]));
}

/** Pods of one owner that would be pulled alike. */
function likeness({ namespace, owners, name, serviceAccount, pullSecrets, containers, phase }: Pod): string {
  const [owner] = owners;
  const images = containers.map(({ image, pullPolicy, state }) => [image, pullPolicy, state?.is]);
  return JSON.stringify([namespace, owner?.uid ?? name, serviceAccount, pullSecrets, phase, images]);
}

async function readSecrets(
  api: Api,
  namespace: string | undefined,
  unread: UnreadList,
): Promise<{ readonly found: readonly PullSecret[]; readonly isWhole: boolean }> {
  const found: PullSecret[] = [];
  for (const type of types) {
    const { objects, answer } = await readKind(api, "Secret", {
      path: placeOf("/api/v1", "secrets", namespace),
      query: { fieldSelector: `type=${type}` },
    });
    found.push(...objects);
    if (answer.ok) continue;
    unread.add("secrets", answer.why, { namespace, isMinor: false });
    return { found, isWhole: false };
  }
  return { found, isWhole: true };
}

/** Secrets that are named as pull secrets and are of another type. */
async function readOthers(
  api: Api,
  named: readonly { readonly namespace: string; readonly name: string }[],
  found: readonly PullSecret[],
  unread: UnreadList,
): Promise<readonly PullSecret[]> {
  const known = new Set(found.map(({ namespace, name }) => `${namespace}/${name}`));
  const open = [...new Set(named.map(({ namespace, name }) => `${namespace}/${name}`))].filter(
    (key) => !known.has(key) && !key.endsWith("/"),
  );
  const others: PullSecret[] = [];
  await inParallel(open.slice(0, maxNamed), async (key) => {
    const [at = "", name = ""] = key.split("/");
    const answer = await readNamed(
      api,
      "Secret",
      `${placeOf("/api/v1", "secrets", at)}/${encodeURIComponent(name)}`,
    );
    if (answer.ok) others.push(answer.object);
    else if (answer.status !== 404) unread.add("secrets", answer.why, { namespace: at, isMinor: true });
  });
  for (const key of open.slice(maxNamed)) {
    const why = `more than ${maxNamed} names that are no pull secrets`;
    unread.add("secrets", why, { namespace: key.split("/")[0], isMinor: true });
  }
  return others;
}
