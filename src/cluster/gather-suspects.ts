// Which of the pods may have trouble with an image, and which healthy ones they can be compared
// with. Judging comes later; this only decides what else is worth asking the API server for.

import { podKnownBy } from "../model/known-pod.js";
import type { Container, KubeEvent, Pod } from "../model/objects.js";
import { tryParseReference } from "../model/reference.js";
import type { EarlierPod } from "../model/snapshot.js";
import { tellsOfFailure } from "./gather-events.js";

/** A container that is being made for longer than this may wait for its image. */
const quietMs = 60_000;

const pullReasons =
  /^(ErrImage|ImagePull|ErrImageNeverPull|InvalidImageName|ImageInspect|RegistryUnavailable|SignatureValidation)/;
const makingReasons = /^(ContainerCreating|Create|Run|PreCreate|PreStart|PostStart|$)/;

/** Pods whose image may be at fault, by their status or by what events say of them. */
export function suspectsAmong(pods: readonly Pod[], events: readonly KubeEvent[], now: Date): readonly Pod[] {
  const told = new Set(events.filter(tellsOfFailure).map((event) => event.about.uid));
  return pods.filter((pod) => told.has(pod.uid) || isSuspect(pod, now));
}

function isSuspect(pod: Pod, now: Date): boolean {
  if (pod.phase === "Failed" && pod.reason === "Evicted") return /DiskPressure/.test(pod.message ?? "");
  const begin = pod.startedAt ?? pod.createdAt;
  const isLong = begin === undefined || now.getTime() - begin.getTime() > quietMs;
  const { containers } = pod;
  const isBound = pod.node !== undefined && pod.phase === "Pending";
  if (isBound && containers.every(({ state }) => state === undefined)) return isLong;
  // While an init container runs, the others wait for it; while none does, one waits for its image.
  const isInitHeld =
    isBound && !containers.some(({ kind, state }) => kind !== "container" && state?.is === "running");
  return containers.some((container) => isSuspectContainer(container, isLong, isInitHeld));
}

function isSuspectContainer({ state, lastState }: Container, isLong: boolean, isInitHeld: boolean): boolean {
  if (state?.is === "waiting") {
    if (pullReasons.test(state.reason)) return true;
    if (state.reason === "PodInitializing") return isInitHeld && isLong;
    if (makingReasons.test(state.reason)) return isLong || state.message !== undefined;
  }
  // An image of another architecture is pulled, and does not start.
  return [state, lastState].some(
    (one) => one !== undefined && one.is !== "running" && /exec format/.test(one.message ?? ""),
  );
}

/** True while a pod shows no reason that could stand in for the events about it. */
export function needsEvents(pod: Pod): boolean {
  const { containers } = pod;
  return (
    pod.node !== undefined &&
    pod.phase === "Pending" &&
    !containers.some(({ state }) => state?.is === "waiting" && pullReasons.test(state.reason))
  );
}

/**
 * Of the healthy pods a few with the same image, of the same owner, with the same name in another
 * repository, and from the same registry. A sidecar's image, which all pods share, brings no more.
 */
export function comparable(samples: readonly Pod[], suspects: readonly Pod[]): readonly Pod[] {
  const left = new Map<string, number>(
    suspects.flatMap((pod) => tiesOf(pod).map(([kind, tie]) => [`${kind} ${tie}`, limits[kind]])),
  );
  return samples.filter((pod) => {
    const ties = tiesOf(pod).map(([kind, tie]) => `${kind} ${tie}`);
    if (!ties.some((tie) => (left.get(tie) ?? 0) > 0)) return false;
    for (const tie of ties) left.set(tie, (left.get(tie) ?? 0) - 1);
    return true;
  });
}

/** Healthy pods kept for each thing that they have in common with one that fails. */
const limits = { image: 8, owner: 4, name: 4, registry: 40 } as const;

function tiesOf(pod: Pod): readonly (readonly [keyof typeof limits, string])[] {
  const images = imagesOf(pod);
  const places = images.map(placeIn);
  return [
    ...pod.owners.filter(({ uid }) => uid !== "").map(({ uid }) => ["owner", uid] as const),
    ...images.map((image) => ["image", image] as const),
    ...places.map(({ name }) => ["name", name] as const),
    ...places.map(({ registry }) => ["registry", registry] as const),
  ];
}

const imagesOf = (pod: Pod): readonly string[] => [
  ...pod.containers.map(({ image }) => image),
  ...pod.imageVolumes.map(({ image }) => image),
];

/** The registry and the last part of the repository: `checkout` of `registry.example.com/shop/checkout:v1`. */
function placeIn(image: string): { readonly registry: string; readonly name: string } {
  const parsed = tryParseReference(image);
  if (!parsed.ok) return { registry: "", name: image };
  const { registry, repository } = parsed.reference;
  return { registry, name: repository.slice(repository.lastIndexOf("/") + 1) };
}

/** Pods that wait for an image without a reason in their status, and of which no event is left. */
export function silentPods(suspects: readonly Pod[], events: readonly KubeEvent[]): readonly Pod[] {
  const told = new Set(events.filter(tellsOfFailure).map((event) => event.about.uid));
  return suspects.filter(
    (pod) =>
      !told.has(pod.uid) &&
      pod.containers.some(
        ({ state }) =>
          state?.is === "waiting" &&
          /^(ErrImagePull|ImagePullBackOff)$/.test(state.reason) &&
          /^(Back-off pulling image "[^"]*")?$/.test(state.message ?? ""),
      ),
  );
}

/** Pods that failed and are no longer there, as far as their events show them. */
export function gonePods(events: readonly KubeEvent[], seen: ReadonlySet<string>): readonly EarlierPod[] {
  const gone = new Map<string, EarlierPod>();
  for (const event of events) {
    const { uid } = event.about;
    if (uid === "" || seen.has(uid) || !tellsOfFailure(event)) continue;
    const at = event.lastAt ?? event.firstAt;
    const known = gone.get(uid);
    if (at === undefined || (known !== undefined && known.at >= at)) continue;
    gone.set(uid, { at, isGone: true, pod: known?.pod ?? podKnownBy(event.about, event.node) });
  }
  return [...gone.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}
