// One pod's story, container by container and image by image: which pulls began, failed,
// succeeded or never ended, told from its status, its events and what was seen of it earlier.

import type { Evidence } from "../model/evidence.js";
import type { Container, ContainerKind, KubeEvent, Pod } from "../model/objects.js";
import { tryParseReference } from "../model/reference.js";
import type { LooseMessage, Snapshot } from "../model/snapshot.js";

/** Words about one image of one container, not yet read. */
export interface Words {
  readonly text: string;
  readonly waitingReason?: string;
  readonly evidence: Evidence;
}

export interface Episode {
  readonly pod: Pod;
  readonly container?: Container;
  readonly containerName: string;
  readonly containerKind: ContainerKind | "image-volume" | "sandbox";
  readonly image: string;
  /** False for an image that the container had before it was changed. */
  readonly isCurrent: boolean;
  readonly words: Words[];
  failures: number;
  firstFailureAt?: Date;
  lastFailureAt?: Date;
  pullingAt?: Date;
  pulledAt?: Date;
  successes: number;
}

const quotedImage = /\bimage (?:tag )?"((?:[^"\\]|\\.){1,600})"/;
const containerOfField = /^spec\.(containers|initContainers|ephemeralContainers)\{([^}]+)\}/;

/** Reasons that the kubelet shows while an image cannot be had. */
export const pullReasons: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** The episodes of one pod, from its present state and its events. */
export function episodesOf(
  pod: Pod,
  events: readonly KubeEvent[],
  logs: readonly LooseMessage[],
  snapshot: Snapshot,
): Episode[] {
  const episodes = new Map<string, Episode>();
  const open = (
    name: string,
    kind: Episode["containerKind"],
    image: string,
    container?: Container,
  ): Episode => {
    const key = `${kind} ${name} ${image}`;
    const known = episodes.get(key);
    if (known) return known;
    const isCurrent = container === undefined || container.image === image;
    const made: Episode = {
      pod,
      containerName: name,
      containerKind: kind,
      image,
      isCurrent,
      words: [],
      failures: 0,
      successes: 0,
      ...(container === undefined ? {} : { container }),
    };
    episodes.set(key, made);
    return made;
  };

  for (const container of pod.containers) {
    const episode = open(container.name, container.kind, container.image, container);
    addStatusWords(episode, container, snapshot);
  }
  for (const volume of pod.imageVolumes) open(volume.name, "image-volume", volume.image);

  const byTime = [...events].sort((a, b) => timeOf(a) - timeOf(b));
  for (const event of byTime) {
    for (const episode of subjectsOf(event, pod, open, episodes)) addEvent(episode, event, snapshot);
  }
  for (const log of logs) addLog(episodes, log, snapshot);
  return [...episodes.values()];
}

function addStatusWords(episode: Episode, container: Container, snapshot: Snapshot): void {
  for (const state of [container.state, container.lastState]) {
    if (state === undefined || state.is === "running") continue;
    const text =
      state.message ?? (state.is === "waiting" && !pullReasons.has(state.reason) ? undefined : state.reason);
    if (text === undefined || text === "" || isAboutAnother(text, container.image)) continue;
    const isWaiting = state.is === "waiting";
    episode.words.push({
      text,
      ...(isWaiting ? { waitingReason: state.reason } : {}),
      evidence: {
        source: "status",
        where: `pod/${container === undefined ? "" : episode.pod.name}, container ${container.name}`,
        shows: isWaiting ? `waiting: ${state.reason}` : `ended: ${state.reason}, exit code ${state.exitCode}`,
        quote: text,
        from: snapshot.origin.get(episode.pod) ?? snapshot.from,
      },
    });
  }
}

/** The status lags: just after an image was corrected it still tells of the one before. */
function isAboutAnother(text: string, image: string): boolean {
  const quoted = quotedImage.exec(text)?.[1];
  if (quoted === undefined || quoted === image) return false;
  const [told, own] = [tryParseReference(quoted), tryParseReference(image)];
  return told.ok && own.ok && told.reference.full !== own.reference.full;
}

/** Which container and image an event speaks of: by field path, else by the image it quotes. */
function subjectsOf(
  event: KubeEvent,
  pod: Pod,
  open: (name: string, kind: Episode["containerKind"], image: string, container?: Container) => Episode,
  episodes: ReadonlyMap<string, Episode>,
): readonly Episode[] {
  const quoted = quotedImage.exec(event.message)?.[1];
  if (event.reason === "FailedCreatePodSandBox") {
    return [open("pod sandbox", "sandbox", quoted ?? "", undefined)];
  }
  const field = containerOfField.exec(event.about.fieldPath ?? "")?.[2];
  if (field !== undefined) {
    const container = pod.containers.find((candidate) => candidate.name === field);
    return [open(field, container?.kind ?? "container", quoted ?? container?.image ?? "", container)];
  }
  if (quoted === undefined) return [];
  const same = [...episodes.values()].filter((episode) => episode.image === quoted);
  if (same.length > 0) return same;
  const only = pod.containers.length === 1 ? pod.containers[0] : undefined;
  return [open(only?.name ?? "", only?.kind ?? "container", quoted, only)];
}

function addEvent(episode: Episode, event: KubeEvent, snapshot: Snapshot): void {
  const { reason, message } = event;
  const at = event.lastAt ?? event.firstAt;
  if (reason === "Pulling") {
    if (at) episode.pullingAt = later(episode.pullingAt, at);
    return;
  }
  if (reason === "Pulled") {
    if (at) episode.pulledAt = later(episode.pulledAt, at);
    // "already present" is no answer of the registry.
    if (message.startsWith("Successfully pulled")) episode.successes += event.count;
    else episode.successes += 0;
    return;
  }
  if (!failureReasons.has(reason)) return;
  const isBare = reason === "BackOff" || /^Error: [A-Za-z]+$/.test(message);
  const isAttempt = reason !== "BackOff" && !isBare;
  if (reason === "BackOff" && !message.startsWith("Back-off pulling")) return;
  if (isAttempt) {
    episode.failures += event.count;
    const first = event.firstAt ?? at;
    if (first) episode.firstFailureAt = earlier(episode.firstFailureAt, first);
    if (at) episode.lastFailureAt = later(episode.lastFailureAt, at);
  }
  episode.words.push({
    text: message,
    evidence: {
      source: "event",
      where: `pod/${event.about.name}`,
      shows: reason,
      quote: message,
      from: snapshot.origin.get(event) ?? snapshot.from,
      count: event.count,
      ...(event.firstAt ? { firstAt: event.firstAt } : {}),
      ...(event.lastAt ? { lastAt: event.lastAt } : {}),
    },
  });
}

const failureReasons: ReadonlySet<string> = new Set([
  "Failed",
  "BackOff",
  "InspectFailed",
  "ErrImageNeverPull",
  "FailedCreatePodSandBox",
]);

function addLog(episodes: ReadonlyMap<string, Episode>, log: LooseMessage, snapshot: Snapshot): void {
  for (const episode of episodes.values()) {
    const isAbout = log.image === undefined ? log.text.includes(episode.image) : log.image === episode.image;
    if (episode.image === "" || !isAbout) continue;
    episode.words.push({
      text: log.text,
      evidence: {
        source: "log",
        where: log.where,
        shows: "a line about this image",
        quote: log.text,
        from: snapshot.origin.get(log) ?? snapshot.from,
        ...(log.at ? { lastAt: log.at } : {}),
      },
    });
    return;
  }
}

const timeOf = (event: KubeEvent): number => (event.lastAt ?? event.firstAt)?.getTime() ?? 0;
const later = (a: Date | undefined, b: Date): Date => (a === undefined || b > a ? b : a);
const earlier = (a: Date | undefined, b: Date): Date => (a === undefined || b < a ? b : a);
