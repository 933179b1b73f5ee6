// All that stands around pods whose image may be at fault: how their pulls went, credentials,
// nodes, controllers.

import type { KubeEvent, Pod } from "../model/objects.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Api } from "./api.js";
import { readAccounts } from "./gather-accounts.js";
import { readPodEvents, readPullEvents } from "./gather-events.js";
import type { UnreadList } from "./gather-list.js";
import { readNodes } from "./gather-nodes.js";
import { readSecrets } from "./gather-secrets.js";
import { readWorkloads } from "./gather-workloads.js";
import { inParallel } from "./paging.js";

/** Failing pods in more namespaces than this: pull events are read from all at once. */
const maxEventNamespaces = 4;
const pullEventPages = 8;
/** Failing pods whose events are asked for one by one when the list of all is too long. */
const maxEventPods = 12;

export type Around = Pick<
  Snapshot,
  "events" | "secrets" | "serviceAccounts" | "nodes" | "workloads" | "complete"
>;

export const nothingAround: Around = {
  events: [],
  secrets: [],
  serviceAccounts: [],
  nodes: [],
  workloads: [],
  complete: [],
};

/** `namespace`: the one asked about, absent for all. Nothing of this waits for another. */
export async function readAround(
  suspects: readonly Pod[],
  namespace: string | undefined,
  api: Api,
  unread: UnreadList,
  progress: (text: string) => void,
): Promise<Around> {
  progress(
    `reading what concerns ${suspects.length} pods: events, secrets, service accounts, nodes, controllers`,
  );
  const named = new Map<string, Set<string>>();
  for (const pod of suspects) {
    const names = named.get(pod.namespace) ?? new Set<string>();
    for (const name of pod.pullSecrets) names.add(name);
    named.set(pod.namespace, names);
  }
  const [events, secrets, serviceAccounts, nodes, workloads] = await Promise.all([
    readPulls(suspects, namespace, api, unread),
    readSecrets(api, named, namespace, unread),
    readAccounts(api, suspects, namespace, unread),
    readNodes(api, suspects, unread),
    readWorkloads(api, suspects, unread),
  ]);
  return {
    events,
    secrets: secrets.secrets,
    serviceAccounts,
    nodes: nodes.nodes,
    workloads,
    complete: [
      ...secrets.complete.map((at) => ({ what: "secrets" as const, namespace: at })),
      ...(nodes.isWhole ? [{ what: "nodes" as const }] : []),
    ],
  };
}

/** When pulls began and ended, of these pods and of those around them. */
async function readPulls(
  suspects: readonly Pod[],
  asked: string | undefined,
  api: Api,
  unread: UnreadList,
): Promise<readonly KubeEvent[]> {
  const namespaces = [...new Set(suspects.map((pod) => pod.namespace))];
  const scopes = asked === undefined && namespaces.length > maxEventNamespaces ? [undefined] : namespaces;
  const events: KubeEvent[] = [];
  await inParallel(scopes, async (scope) => {
    const read = await readPullEvents(api, scope, pullEventPages);
    events.push(...read.events);
    // The refusal of events is told with the warnings.
    if (read.isWhole || read.refusal !== undefined) return;
    const here = suspects.filter((pod) => scope === undefined || pod.namespace === scope);
    if (here.length > maxEventPods) {
      const why = `the first ${read.events.length} about pulls were read, and there are more`;
      return unread.add("events", why, { namespace: scope, isMinor: true });
    }
    await inParallel(here, async (pod) => {
      events.push(...(await readPodEvents(api, pod)).events);
    });
  });
  return events;
}
