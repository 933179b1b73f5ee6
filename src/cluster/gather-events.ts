// Events about pulls, of whichever API group may be read: both show the same store.

import type { KubeEvent, Pod } from "../model/objects.js";
import type { Api } from "./api.js";
import { placeOf, readKind } from "./gather-list.js";
import { present } from "./objects-fields.js";
import type { Refusal } from "./paging.js";

/**
 * Frequent warnings that say nothing about images; the server leaves them out. A crash is a Warning
 * `BackOff`, an image's back-off is a Normal one (pkg/kubelet/images/image_manager.go, all versions).
 */
const otherWarnings = [
  "BackOff",
  "Unhealthy",
  "FailedScheduling",
  "FailedMount",
  "FailedAttachVolume",
  "ProbeWarning",
  "DNSConfigForming",
];
/** So that of the normal ones Pulling, Pulled and BackOff are left. */
const otherNormal = [
  "Scheduled",
  "Created",
  "Started",
  "Killing",
  "SuccessfulAttachVolume",
  "SandboxChanged",
  "TaintManagerEviction",
];

/** Reasons of events that tell of an image that could not be had. */
export const failureReasons: ReadonlySet<string> = new Set([
  "Failed",
  "BackOff",
  "InspectFailed",
  "ErrImageNeverPull",
  "FailedCreatePodSandBox",
  "FailedToRetrieveImagePullSecret",
]);

/** Whether an event is about a pull that failed; a crash has the reason BackOff too. */
export function tellsOfFailure(event: KubeEvent): boolean {
  if (event.about.kind !== "Pod" || !failureReasons.has(event.reason)) return false;
  return event.reason !== "BackOff" || event.message.startsWith("Back-off pulling");
}

export interface EventsRead {
  readonly events: readonly KubeEvent[];
  /** False when there are more. */
  readonly isWhole: boolean;
  /** Why they did not come. */
  readonly refusal?: Refusal;
}

/** Warnings about pods that may concern an image. */
export function readWarnings(api: Api, namespace: string | undefined): Promise<EventsRead> {
  return readEither(api, namespace, () => [
    "type=Warning",
    ...otherWarnings.map((reason) => `reason!=${reason}`),
  ]);
}

/** Pulls that began, succeeded or are backed off; at most `maxPages` of them. */
export function readPullEvents(
  api: Api,
  namespace: string | undefined,
  maxPages: number,
): Promise<EventsRead> {
  const selector = ["type=Normal", ...otherNormal.map((reason) => `reason!=${reason}`)];
  return readEither(api, namespace, () => selector, maxPages);
}

/** All events about one pod. */
export function readPodEvents(api: Api, { namespace, uid }: Pod): Promise<EventsRead> {
  return readEither(api, namespace, (about) => [`${about}.uid=${uid}`]);
}

/** `selector` is given the field that names what an event is about: each API group has its own. */
async function readEither(
  api: Api,
  namespace: string | undefined,
  selector: (about: string) => readonly string[],
  maxPages?: number,
): Promise<EventsRead> {
  const read = async (group: string, about: string): Promise<EventsRead> => {
    const { objects, answer } = await readKind(api, "Event", {
      path: placeOf(group, "events", namespace),
      query: { fieldSelector: [`${about}.kind=Pod`, ...selector(about)].join(",") },
      ...present({ maxPages }),
    });
    if (answer.ok) return { events: objects, isWhole: answer.isWhole };
    return { events: objects, isWhole: false, refusal: answer };
  };
  const core = await read("/api/v1", "involvedObject");
  if (core.refusal?.status !== 403 && core.refusal?.status !== 404) return core;
  const newer = await read("/apis/events.k8s.io/v1", "regarding");
  return newer.refusal === undefined ? newer : core;
}

/** The same event may come with the warnings and with a pod's own. */
export function uniqueEvents(events: readonly KubeEvent[]): readonly KubeEvent[] {
  const found = new Map(
    events.map((event) => {
      const { about, reason, message, firstAt, lastAt } = event;
      const key = [about.uid, about.fieldPath, reason, firstAt?.getTime(), lastAt?.getTime(), message].join(
        "\n",
      );
      return [key, event];
    }),
  );
  return [...found.values()];
}
