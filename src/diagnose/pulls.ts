// From a snapshot to the pulls that failed, hang or have recovered; and to those that work,
// which is what the others are compared with.

import type { ClusterNode, Pod } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import type { Reading } from "../model/reading.js";
import { tryParseReference } from "../model/reference.js";
import type { EarlierPod, LooseMessage, Snapshot } from "../model/snapshot.js";
import { type Episode, episodesOf, pullReasons } from "./episodes.js";
import { topWorkload, type WorkloadIndex } from "./owners.js";
import { PodEvents } from "./pod-events.js";
import { isTurnedAway, stateOf, type Told } from "./pull-state.js";
import { type ReadMessage, readWords } from "./said.js";

export interface Working {
  readonly pull: Pull;
  readonly at?: Date;
}

export interface FoundPulls {
  readonly pulls: readonly Pull[];
  readonly working: readonly Working[];
}

export const saysNothing: Reading = { cause: "unknown", verdict: "unknown", also: [], layers: [] };

/** A kubelet repeats itself at least every 5 minutes while a pod waits: a pod known by events alone is gone after three of them. */
const silentAfterMs = 15 * 60_000;

/** One pod as it was seen; `goneAt` is set when it no longer exists. */
interface Sight {
  readonly pod: Pod;
  readonly earlier: readonly Pod[];
  readonly goneAt?: Date;
}

export function findPulls(snapshot: Snapshot, workloads: WorkloadIndex, read: ReadMessage): FoundPulls {
  const pulls: Pull[] = [];
  const working: Working[] = [];
  const events = new PodEvents(snapshot.events);
  const logs = logsByPod(snapshot.messages);
  const nodes = new Map(snapshot.nodes.map((node) => [node.name, node]));

  for (const { pod, earlier, goneAt } of sights(snapshot, events)) {
    const episodes = episodesOf(pod, events.of(pod), logs.get(nameKey(pod)) ?? [], snapshot);
    const workload = topWorkload(pod, workloads);
    for (const episode of withEarlierImages(episodes, pod, earlier, snapshot)) {
      const said = readWords(episode, read);
      const told = stateOf(episode, said, goneAt, snapshot.at);
      const pull = pullOf(episode, told, said, {
        ...(workload ? { workload } : {}),
        ...nodeOf(pod, nodes),
      });
      const at = episode.pulledAt ? { at: episode.pulledAt } : {};
      if (told.state === "works") working.push({ pull, ...at });
      else pulls.push(pull);
      // A pull that failed and then worked is both: an ended trouble and a proof that it can work.
      if (told.state === "ended" && episode.isCurrent && episode.pulledAt) working.push({ pull, ...at });
    }
  }
  return { pulls: pulls.filter(isAboutAPull), working };
}

/** Every pod once: those that are there, those seen earlier, those of which only events are left. */
function* sights(snapshot: Snapshot, events: PodEvents): Generator<Sight> {
  const earlierByPod = groupBy(snapshot.earlier, ({ pod }) => podKey(pod));
  const present = new Set(snapshot.pods.map(podKey));
  const gone: Pod[] = [];
  for (const pod of snapshot.pods) {
    const earlier = earlierByPod.get(podKey(pod)) ?? [];
    yield { pod, earlier: earlier.map((seen) => seen.pod) };
  }
  for (const [key, seen] of earlierByPod) {
    const last = lastSight(seen);
    if (present.has(key) || last === undefined) continue;
    gone.push(last.pod);
    yield {
      pod: last.pod,
      earlier: seen.map((one) => one.pod),
      goneAt: last.pod.deletedAt ?? last.at,
    };
  }
  const readAt = wholeListsReadAt(snapshot);
  for (const { pod, lastAt } of events.strangers([...snapshot.pods, ...gone])) {
    const isGone =
      lastAt !== undefined &&
      (snapshot.at.getTime() - lastAt.getTime() > silentAfterMs || lastAt.getTime() < readAt(pod.namespace));
    yield { pod, earlier: [], ...(isGone ? { goneAt: lastAt } : {}) };
  }
}

/**
 * When a namespace's pods were read at the earliest, in ms: a whole list that has a newer pod than this was read after it.
 * A pod that is not in it had gone by then. 0: not told.
 */
function wholeListsReadAt({ complete, pods }: Snapshot): (namespace: string) => number {
  const lists = complete.filter(({ what }) => what === "pods");
  const isOfAll = lists.some(({ namespace }) => namespace === undefined);
  const newest = new Map<string | undefined, number>();
  for (const { namespace, createdAt } of pods) {
    const of = isOfAll ? undefined : namespace;
    newest.set(of, Math.max(newest.get(of) ?? 0, createdAt?.getTime() ?? 0));
  }
  return (namespace) =>
    isOfAll
      ? (newest.get(undefined) ?? 0)
      : lists.some((list) => list.namespace === namespace)
        ? (newest.get(namespace) ?? 0)
        : 0;
}

function pullOf(
  episode: Episode,
  told: Told,
  said: Pull["said"],
  around: Pick<Pull, "workload" | "node">,
): Pull {
  const parsed = tryParseReference(episode.image);
  return {
    pod: episode.pod,
    containerName: episode.containerName,
    containerKind: episode.containerKind,
    image: episode.image,
    state: told.state === "works" ? "ended" : told.state,
    reason: shownReason(episode),
    said,
    reading: said[0]?.reading ?? saysNothing,
    ...around,
    ...(episode.container ? { container: episode.container } : {}),
    ...(parsed.ok ? { reference: parsed.reference } : { referenceError: parsed.why }),
    ...(episode.failures > 0 ? { attempts: episode.failures } : {}),
    ...(episode.lastFailureAt ? { lastFailureAt: episode.lastFailureAt } : {}),
    ...(told.since ? { since: told.since } : {}),
    ...(told.endedAt ? { endedAt: told.endedAt } : {}),
  };
}

function nodeOf(pod: Pod, nodes: ReadonlyMap<string, ClusterNode>): Pick<Pull, "node"> {
  const node = pod.node === undefined ? undefined : nodes.get(pod.node);
  return node === undefined ? {} : { node };
}

function logsByPod(messages: readonly LooseMessage[]): ReadonlyMap<string, readonly LooseMessage[]> {
  const named = messages.flatMap((message) =>
    message.pod === undefined ? [] : [{ message, pod: message.pod }],
  );
  const groups = groupBy(named, ({ pod }) => nameKey(pod));
  return new Map([...groups].map(([key, group]) => [key, group.map(({ message }) => message)]));
}

/** Images that a container had before someone corrected it, with what was said of them then. */
function withEarlierImages(
  episodes: Episode[],
  pod: Pod,
  earlier: readonly Pod[],
  snapshot: Snapshot,
): Episode[] {
  for (const seen of earlier) {
    if (seen === pod) continue;
    for (const past of episodesOf(seen, [], [], snapshot)) {
      const known = episodes.find(
        (episode) => episode.containerName === past.containerName && episode.image === past.image,
      );
      if (known === undefined) episodes.push({ ...past, pod, isCurrent: false });
      else known.words.push(...past.words);
    }
  }
  return episodes;
}

const shownReason = (episode: Episode): string => {
  const state = episode.container?.state;
  if (state?.is === "waiting" || state?.is === "terminated") return state.reason;
  if (state?.is === "running") return "Running";
  return episode.pod.reason ?? episode.pod.phase;
};

/** Words that turn out to be about volumes, probes or crashes are none of our business. */
const isAboutAPull = (pull: Pull): boolean =>
  pull.state === "slow" ||
  (pull.state === "ended" && pull.pod.deletedAt !== undefined) ||
  isTurnedAway(pull.pod) ||
  pullReasons.has(pull.reason) ||
  pull.said.some(({ reading }) => reading.cause !== "not-image-pull");

const lastSight = (sights: readonly EarlierPod[]): EarlierPod | undefined =>
  sights.reduce<EarlierPod | undefined>(
    (last, seen) => (last === undefined || seen.at >= last.at ? seen : last),
    undefined,
  );

const nameKey = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;
const podKey = (pod: Pod): string => `${nameKey(pod)}/${pod.uid}`;

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
