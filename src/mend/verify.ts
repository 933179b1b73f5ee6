// Does it pull now? Watches the pods that were stopped, or their successors, until they run and stay so.

import type { Api } from "../cluster/api.js";
import { type Json, number, record, records, text, textMap } from "../cluster/objects-fields.js";
import { orRefusal, readOne, readPages } from "../cluster/paging.js";
import { collectionPath, objectPath, refOf } from "../cluster/resources.js";
import { selects } from "../cluster/selector.js";
import type { Stopped } from "../fixes/define.js";

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

export interface PodSight {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly isReady: boolean;
  readonly isGoing: boolean;
  readonly isDone: boolean;
  readonly restarts: number;
  /** A container waits for its image: its reason. */
  readonly waitsForImage?: string;
  /** A container was pulled and ended badly: `exit 1`, `OOMKilled`. */
  readonly crashes?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owners: readonly string[];
}

export type Verified =
  | {
      readonly is: "running";
      readonly ready: number;
      readonly pulledEvents: number;
      readonly worse: readonly string[];
    }
  | {
      readonly is: "crashes";
      readonly ready: number;
      readonly wanted: number;
      readonly how: string;
      readonly pod: string;
    }
  | { readonly is: "timeout"; readonly ready: number; readonly wanted: number; readonly why: string }
  /** Nothing can be waited for, such as a CronJob until its next run. */
  | { readonly is: "unclear"; readonly why: string };

const pullReasons =
  /^(ErrImagePull|ImagePullBackOff|ImageInspectError|ErrImageNeverPull|InvalidImageName|RegistryUnavailable|SignatureValidationFailed)$/;

export function podSight(pod: Json): PodSight {
  const metadata = record(pod.metadata);
  const status = record(pod.status);
  const containers = [...records(status.initContainerStatuses), ...records(status.containerStatuses)];
  const reasons = containers.map((one) => text(record(record(one.state).waiting).reason) ?? "");
  const waits = reasons.find((reason) => pullReasons.test(reason));
  const crashed = containers.find(
    (one, at) =>
      /^(CrashLoopBackOff|RunContainerError|CreateContainerError)$/.test(reasons[at] ?? "") ||
      endedBadly(one),
  );
  const ready = records(status.conditions).find(({ type }) => type === "Ready");
  return {
    namespace: text(metadata.namespace) ?? "",
    name: text(metadata.name) ?? "",
    uid: text(metadata.uid) ?? "",
    isReady: ready?.status === "True" && status.phase === "Running",
    isGoing: metadata.deletionTimestamp !== undefined,
    isDone: status.phase === "Succeeded",
    restarts: containers.reduce((sum, one) => sum + (number(one.restartCount) ?? 0), 0),
    ...(waits === undefined ? {} : { waitsForImage: waits }),
    ...(crashed === undefined ? {} : { crashes: ending(crashed) }),
    labels: textMap(metadata.labels),
    owners: records(metadata.ownerReferences).map(({ uid }) => String(uid)),
  };
}

const endedBadly = (container: Json): boolean =>
  (number(record(record(container.state).terminated).exitCode) ?? 0) !== 0;

function ending(container: Json): string {
  const end = [record(container.state).terminated, record(container.lastState).terminated]
    .map(record)
    .find(({ exitCode }) => exitCode !== undefined);
  const waiting = text(record(record(container.state).waiting).reason);
  if (end === undefined) return waiting ?? "it ends";
  const reason = text(end.reason);
  return reason === undefined || reason === "Error"
    ? `exit ${number(end.exitCode)}`
    : `${reason}, exit ${number(end.exitCode)}`;
}

/** Throws what `api` throws, and ToolErrors of lists that cannot be read become `unclear`. */
export async function readPods(api: Api, namespaces: readonly string[]): Promise<readonly PodSight[]> {
  const sights: PodSight[] = [];
  for (const namespace of namespaces) {
    const answer = await readPages(api, {
      path: collectionPath("Pod", namespace),
      item: (bytes) => sights.push(podSight(record(JSON.parse(bytes.toString("utf8"))))),
    });
    if (!answer.ok) throw new UnreadPods(answer.why);
  }
  return sights;
}

export class UnreadPods extends Error {}

/** What one look at one stopped thing says. */
interface Look {
  readonly wanted: number;
  readonly pods: readonly PodSight[];
  readonly isCurrent: boolean;
  /** Why it makes no pods, in the API server's words. */
  readonly trouble?: string;
  readonly unclear?: string;
}

async function lookAt(stopped: Stopped, pods: readonly PodSight[], api: Api): Promise<Look> {
  const ref = refOf(stopped.kind, stopped.namespace, stopped.name);
  const here = pods.filter((pod) => pod.namespace === stopped.namespace && !pod.isGoing);
  if (stopped.kind === "Pod") {
    const found = here.filter(({ name }) => name === stopped.name);
    return { wanted: 1, pods: found, isCurrent: true };
  }
  if (ref === undefined || stopped.kind === "CronJob") {
    const why = stopped.kind === "CronJob" ? "the next run shows it" : `a ${stopped.kind} cannot be watched`;
    return { wanted: 0, pods: [], isCurrent: true, unclear: `${stopped.kind} ${stopped.name}: ${why}` };
  }
  const answer = await orRefusal(readOne(api, objectPath(ref)));
  if (!answer.ok) return { wanted: 0, pods: [], isCurrent: true, unclear: answer.why };
  const object = record(answer.value);
  const [spec, status] = [record(object.spec), record(object.status)];
  if (number(spec.replicas) === 0) {
    const why = `${stopped.kind} ${stopped.name} asks for no pods: it is scaled to 0`;
    return { wanted: 0, pods: [], isCurrent: true, unclear: why };
  }
  const own = here.filter((pod) => selects(record(spec.selector), pod.labels));
  const wanted =
    stopped.kind === "DaemonSet"
      ? (number(status.desiredNumberScheduled) ?? own.length)
      : stopped.kind === "Job"
        ? Math.min(number(spec.completions) ?? 1, number(spec.parallelism) ?? 1)
        : (number(spec.replicas) ?? 1);
  const seen = number(status.observedGeneration);
  const isCurrent = seen === undefined || seen >= (number(record(object.metadata).generation) ?? 0);
  const updated = number(status.updatedReplicas) ?? number(status.updatedNumberScheduled);
  const isRolledOut =
    stopped.kind === "Job" ||
    stopped.kind === "ReplicaSet" ||
    stopped.kind === "ReplicationController" ||
    (updated ?? 0) >= wanted;
  const failure = records(status.conditions).find(
    ({ type, status: is }) => type === "ReplicaFailure" && is === "True",
  );
  const trouble = text(failure?.message);
  return {
    wanted,
    pods: own,
    isCurrent: isCurrent && isRolledOut,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

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
    const pods = await readPods(api, namespaces);
    const looks: Look[] = [];
    for (const one of stopped) looks.push(await lookAt(one, pods, api));
    const unclear = looks.find((look) => look.unclear !== undefined)?.unclear;
    const mine = looks.flatMap((look) => look.pods);
    const wanted = looks.reduce((sum, look) => sum + look.wanted, 0);
    const ready = mine.filter((pod) => pod.isReady || pod.isDone).length;
    const isWell = looks.every(
      (look) =>
        look.isCurrent &&
        look.pods.length >= look.wanted &&
        look.pods.every((pod) => pod.isReady || pod.isDone),
    );
    progress(`${ready} of ${wanted} running`);
    if (unclear !== undefined && looks.every((look) => look.unclear !== undefined || look.wanted === 0))
      return { is: "unclear", why: unclear };
    const now = elapsed();
    if (isWell) {
      // Restarts belong to the picture: while they go up, nothing has settled.
      const key = mine
        .map(({ uid, restarts }) => `${uid} ${restarts}`)
        .sort()
        .join("\n");
      if (wellSince?.key !== key) wellSince = { at: now, key };
      if (now - wellSince.at >= settleMs) {
        if (unclear !== undefined) return { is: "unclear", why: unclear };
        return {
          is: "running",
          ready,
          pulledEvents: await pulledEvents(mine, namespaces, api),
          worse: worsened(before, pods, mine),
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
      const waiting = mine.find((pod) => pod.waitsForImage !== undefined);
      const trouble = looks.find((look) => look.trouble !== undefined)?.trouble;
      const why =
        waiting !== undefined
          ? `${waiting.name} waits with ${waiting.waitsForImage}`
          : (trouble ??
            (crashing === undefined
              ? isWell
                ? `they are well, and have not stayed so for ${settleMs / 1_000}s yet`
                : "the pods are not ready"
              : `${crashing.name} crashes: ${crashing.crashes}`));
      return { is: "timeout", ready, wanted, why };
    }
    await sleep(everyMs);
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

/** Of how many of these pods an event says that their image was pulled, or was there. */
async function pulledEvents(
  pods: readonly PodSight[],
  namespaces: readonly string[],
  api: Api,
): Promise<number> {
  const uids = new Set(pods.map(({ uid }) => uid));
  const pulled = new Set<string>();
  for (const namespace of namespaces) {
    await readPages(api, {
      path: collectionPath("Event", namespace),
      query: { fieldSelector: "reason=Pulled" },
      item: (bytes) => {
        const uid = text(record(record(JSON.parse(bytes.toString("utf8"))).involvedObject).uid);
        if (uid !== undefined && uids.has(uid)) pulled.add(uid);
      },
    });
  }
  return pulled.size;
}
