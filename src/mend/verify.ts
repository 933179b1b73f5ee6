// Does it pull now? Watches the pods that were stopped, or their successors, until they run and stay so.

import type { Api } from "../cluster/api.js";
import { record, text } from "../cluster/objects-fields.js";
import { readPages } from "../cluster/paging.js";
import { collectionPath } from "../cluster/resources.js";
import type { Stopped } from "../fixes/define.js";
import { ToolError } from "../model/errors.js";
import { isPassing, type Look, lookAt, refusedPods } from "./look.js";
import { type PodSight, readPods, UnreadPods } from "./sight.js";

export interface VerifyWorld {
  readonly api: Api;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds that only ever grow. */
  readonly elapsed: () => number;
  readonly progress: (text: string) => void;
}

export interface VerifyBounds {
  readonly timeoutMs: number;
  /** How long everything has to stay well. */
  readonly settleMs: number;
  readonly everyMs: number;
}

export type Verified =
  | {
      readonly is: "running";
      readonly ready: number;
      /** Absent: events could not be read. */
      readonly pulledEvents?: number;
      readonly worse: readonly string[];
    }
  | {
      readonly is: "crashes";
      readonly ready: number;
      readonly wanted: number;
      readonly how: string;
      readonly pod: string;
    }
  /** `isOther`: what holds it comes before any pull, or after it. */
  | {
      readonly is: "timeout";
      readonly ready: number;
      readonly wanted: number;
      readonly why: string;
      readonly isOther: boolean;
      /** Names of the pods of the present revision. */
      readonly pods: readonly string[];
    }
  /** Nothing can be waited for, such as a CronJob until its next run. `commands`: what would make it so. */
  | { readonly is: "unclear"; readonly why: string; readonly commands: readonly string[] };

/** `before`: how all pods of these namespaces were before the change. Throws what `api` throws. */
export async function verify(
  stopped: readonly Stopped[],
  before: readonly PodSight[],
  { timeoutMs, settleMs, everyMs }: VerifyBounds,
  world: VerifyWorld,
): Promise<Verified> {
  const { api, sleep, elapsed, progress } = world;
  const started = elapsed();
  const namespaces = [...new Set(stopped.map(({ namespace }) => namespace))];
  let wellSince: { readonly at: number; readonly key: string } | undefined;
  let crashSince: { readonly at: number } | undefined;
  for (;;) {
    const seen = await see(stopped, namespaces, api);
    if ("unread" in seen) {
      progress("the API server does not answer");
      if (elapsed() - started >= timeoutMs)
        return { is: "unclear", why: `the pods cannot be read: ${seen.unread}`, commands: [] };
      await sleep(everyMs);
      continue;
    }
    const { pods, looks } = seen;
    const nothing = looks.find((look) => look.nothing !== undefined)?.nothing;
    const mine = looks.flatMap((look) => look.pods);
    const old = looks.flatMap((look) => look.old);
    const wanted = looks.reduce((sum, look) => sum + look.wanted, 0);
    const ready = mine.filter((pod) => pod.isReady || pod.isDone).length;
    const isWell = looks.every(
      (look) =>
        look.isCurrent &&
        look.pods.length >= look.wanted &&
        [...look.pods, ...look.old].every((pod) => pod.isReady || pod.isDone),
    );
    progress(`${ready} of ${wanted} running`);
    if (nothing !== undefined && looks.every((look) => look.nothing !== undefined || look.wanted === 0))
      return { is: "unclear", ...nothing };
    const now = elapsed();
    if (isWell) {
      // Restarts belong to the picture: while they go up, nothing has settled.
      const key = mine
        .map(({ uid, restarts }) => `${uid} ${restarts}`)
        .sort()
        .join("\n");
      if (wellSince?.key !== key) wellSince = { at: now, key };
      if (now - wellSince.at >= settleMs) {
        if (nothing !== undefined) return { is: "unclear", ...nothing };
        const pulled = await pulledEvents(mine, namespaces, api);
        return {
          is: "running",
          ready,
          ...(pulled === undefined ? {} : { pulledEvents: pulled }),
          worse: worsened(before, pods, [...mine, ...old]),
        };
      }
    } else wellSince = undefined;
    const crashing = mine.find((pod) => pod.crashes !== undefined);
    const pullsAll = mine.length > 0 && mine.every((pod) => pod.waitsForImage === undefined);
    if (crashing !== undefined && pullsAll) {
      crashSince ??= { at: now };
      // A program may need another start, for a neighbour that comes up late.
      if (
        now - crashSince.at >= Math.max(settleMs, everyMs) &&
        (crashing.restarts > 0 || now - crashSince.at >= 3 * settleMs)
      )
        return { is: "crashes", ready, wanted, how: crashing.crashes ?? "", pod: crashing.name };
    } else crashSince = undefined;
    if (now - started >= timeoutMs) {
      const unmade = mine.length < wanted ? await quietly(() => refusedPods(stopped, api)) : undefined;
      const held = isWell ? wellForNow(settleMs) : heldBy(looks, unmade);
      return { is: "timeout", ready, wanted, ...held, pods: mine.map(({ name }) => name) };
    }
    await sleep(everyMs);
  }
}

interface Held {
  readonly why: string;
  readonly isOther: boolean;
}

const wellForNow = (settleMs: number): Held => ({
  why: `they are well, and have not stayed so for ${settleMs / 1_000}s yet`,
  isOther: false,
});

/** What keeps it from running: the pull first, then what comes before and after it. */
function heldBy(looks: readonly Look[], unmade: string | undefined): Held {
  const mine = looks.flatMap((look) => look.pods);
  const old = looks.flatMap((look) => look.old);
  const waiting = mine.find((pod) => pod.waitsForImage !== undefined);
  if (waiting !== undefined)
    return { why: `${waiting.name} waits with ${waiting.waitsForImage}`, isOther: false };
  const unplaced = mine.find((pod) => pod.unschedulable !== undefined);
  if (unplaced !== undefined)
    return { why: `${unplaced.name} has no node: ${unplaced.unschedulable}`, isOther: true };
  const trouble = looks.find((look) => look.trouble !== undefined)?.trouble ?? unmade;
  if (trouble !== undefined) return { why: `no new pod could be made: ${trouble}`, isOther: true };
  const crashing = mine.find((pod) => pod.crashes !== undefined);
  if (crashing !== undefined) return { why: `${crashing.name} crashes: ${crashing.crashes}`, isOther: true };
  if (mine.length === 0 && old.length > 0)
    return { why: `none of the new pods is there yet, ${old.length} of the old ones are`, isOther: false };
  const unready = mine.find((pod) => !pod.isReady && !pod.isDone);
  if (unready === undefined && old.length > 0)
    return {
      why: `the rollout is not finished: ${old.length} of the old pods are still there`,
      isOther: false,
    };
  return { why: "the pods are not ready", isOther: false };
}

/** One reading of everything; `unread` where that may pass by itself. Throws `UnreadPods` for a refusal that stays. */
async function see(
  stopped: readonly Stopped[],
  namespaces: readonly string[],
  api: Api,
): Promise<
  { readonly pods: readonly PodSight[]; readonly looks: readonly Look[] } | { readonly unread: string }
> {
  try {
    const pods = await readPods(api, namespaces);
    const looks: Look[] = [];
    for (const one of stopped) looks.push(await lookAt(one, pods, api));
    return { pods, looks };
  } catch (error) {
    if (error instanceof UnreadPods && isPassing(error.status)) return { unread: error.message };
    if (error instanceof ToolError && !isFinal(error)) return { unread: `${error.what}: ${error.why}` };
    throw error;
  }
}

/** Nothing that waiting mends. */
const isFinal = ({ code }: ToolError): boolean => /^(login|interrupted)/.test(code);

/** For what is only said beside the answer. */
async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ToolError && !isFinal(error)) return undefined;
    throw error;
  }
}

/** Pods that were ready and are not any more, other than those that were to change. */
function worsened(
  before: readonly PodSight[],
  now: readonly PodSight[],
  mine: readonly PodSight[],
): readonly string[] {
  const own = new Set(mine.map(({ uid }) => uid));
  const was = new Map(before.map((pod) => [pod.uid, pod]));
  return now
    .filter((pod) => {
      const earlier = was.get(pod.uid);
      return !own.has(pod.uid) && earlier?.isReady === true && !pod.isReady && !pod.isGoing && !pod.isDone;
    })
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

/** Of how many of these pods an event says that their image was pulled, or was there; undefined: not readable. */
function pulledEvents(
  pods: readonly PodSight[],
  namespaces: readonly string[],
  api: Api,
): Promise<number | undefined> {
  const uids = new Set(pods.map(({ uid }) => uid));
  const pulled = new Set<string>();
  return quietly(async () => {
    for (const namespace of namespaces) {
      const answer = await readPages(api, {
        path: collectionPath("Event", namespace),
        query: { fieldSelector: "reason=Pulled" },
        item: (bytes) => {
          const uid = text(record(record(JSON.parse(bytes.toString("utf8"))).involvedObject).uid);
          if (uid !== undefined && uids.has(uid)) pulled.add(uid);
        },
      });
      if (!answer.ok) return undefined;
    }
    return pulled.size;
  });
}
