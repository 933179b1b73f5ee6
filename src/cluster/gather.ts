// Reads from a live cluster what a diagnosis needs, with few questions: pods and warnings first,
// the rest only around pods whose image may be at fault.

import type { KubeEvent, Pod, Workload } from "../model/objects.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Api } from "./api.js";
import { nothingAround, readAround } from "./gather-around.js";
import { uniqueEvents } from "./gather-events.js";
import { UnreadList } from "./gather-list.js";
import { readStartFailures } from "./gather-logs.js";
import { readScopes } from "./gather-scopes.js";
import { comparable, gonePods, silentPods, suspectsAmong } from "./gather-suspects.js";
import { checkNamespace, type NamedTarget, readTargetPods, readTargetWorkloads } from "./gather-targets.js";
import { tellSilent, tellUnread } from "./gather-unread.js";

export interface GatherRequest {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** Label selector of pods. */
  readonly selector?: string;
  /** What the user named, in `namespace`. What is not there is not in the snapshot. */
  readonly targets?: readonly NamedTarget[];
}

export interface GatherWorld {
  readonly now: () => Date;
  /** One line on what is being read. */
  readonly progress?: (text: string) => void;
}

/**
 * Gathers a snapshot. What may not be read is in `unread`, with the API's own words. Throws ToolError:
 * `cluster-forbidden` when neither pods nor events may be read, `namespace-not-found`, and those of
 * `api` and of reading lists.
 */
export async function gatherCluster(request: GatherRequest, api: Api, world: GatherWorld): Promise<Snapshot> {
  const { namespace, selector, targets = [] } = request;
  const progress = world.progress ?? (() => {});
  const unread = new UnreadList();
  const podNames = new Set(targets.filter(({ kind }) => kind === "Pod").map(({ name }) => name));

  const seen = await readScopes({ ...request, podNames }, api, progress);
  const { scopes } = seen;
  const isWhole = seen.narrowed === undefined && scopes.every(({ pods }) => pods.ok);
  const looked = scopes.reduce((sum, { sieve }) => sum + sieve.count, 0);
  if (namespace !== undefined && isWhole && looked === 0) await checkNamespace(namespace, api);
  const lone = namespace === undefined || isWhole ? [] : await readTargetPods(targets, namespace, api);
  const named = namespace === undefined ? [] : await readTargetWorkloads(targets, namespace, api, unread);

  const at = world.now();
  const pods = withLone(
    scopes.flatMap(({ sieve }) => sieve.matter),
    lone,
  );
  const warnings = uniqueEvents(scopes.flatMap((scope) => scope.warnings.events));
  const messages = await readStartFailures(pods, api, unread);
  const crashed = new Set(messages.map(({ pod }) => `${pod?.namespace}/${pod?.name}`));
  const suspects = [
    ...suspectsAmong(pods, warnings, at),
    ...pods.filter((pod) => crashed.has(`${pod.namespace}/${pod.name}`)),
  ];
  tellUnread(seen, namespace, pods, unread);

  const around =
    suspects.length === 0 ? nothingAround : await readAround(suspects, namespace, api, unread, progress);
  const events = uniqueEvents([...warnings, ...around.events]);
  tellSilent(silentPods(suspects, events), seen, unread);

  // A selector leaves pods out, and so does a list that was refused: of those no event is evidence.
  const seenUids = new Set(scopes.flatMap(({ sieve }) => [...sieve.seenUids]));
  const podUids = new Set(pods.map(({ uid }) => uid));
  const readWhole = new Set(scopes.flatMap((scope) => (scope.pods.ok ? [scope.namespace] : [])));
  const wasRead = (of: string): boolean => readWhole.has(undefined) || readWhole.has(of);
  const isKnown = ({ about }: KubeEvent): boolean =>
    selector === undefined || seenUids.has(about.uid) || podUids.has(about.uid);

  return {
    from: `the API server of ${api.name}`,
    cluster: api.name,
    at,
    isLive: true,
    pods: [
      ...pods,
      ...comparable(
        scopes.flatMap(({ sieve }) => sieve.samples),
        suspects,
      ),
    ],
    earlier:
      selector === undefined
        ? gonePods(
            events.filter((event) => wasRead(event.namespace)),
            new Set([...seenUids, ...podUids]),
          )
        : [],
    events: events.filter(isKnown),
    secrets: around.secrets,
    serviceAccounts: around.serviceAccounts,
    nodes: around.nodes,
    workloads: uniqueWorkloads([...named, ...around.workloads]),
    messages,
    complete: [
      ...(selector === undefined
        ? [...readWhole].map((of) => ({
            what: "pods" as const,
            ...(of === undefined ? {} : { namespace: of }),
          }))
        : []),
      ...around.complete,
    ],
    unread: unread.entries,
    origin: new Map(),
    questions: api.asked,
    podsLookedAt: looked + lone.length,
    workloadsLookedAt: scopes.reduce((sum, { sieve }) => sum + sieve.workloads, 0),
  };
}

function withLone(listed: readonly Pod[], lone: readonly Pod[]): readonly Pod[] {
  const known = new Set(listed.map(({ uid }) => uid));
  return [...listed, ...lone.filter(({ uid }) => !known.has(uid))];
}

function uniqueWorkloads(workloads: readonly Workload[]): readonly Workload[] {
  const found = new Map(workloads.map((one) => [`${one.kind} ${one.namespace}/${one.name}`, one]));
  return [...found.values()];
}
