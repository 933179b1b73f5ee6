// What was chance in the recorded kubelet, read from its recording: when it looked at each pod, as its
// jitter, and how loaded its node was.

import { items, text } from "../../../src/sim/api/json.js";
import type { RhythmOptions } from "../../../src/sim/kubelet/rhythm.js";
import type { Recording } from "./recorded.js";

/** The seconds at which the real kubelet looked at each pod, as its jitter; and how loaded the node was. */
export function rhythmOf(recording: Recording): RhythmOptions {
  const zero = Date.parse(recording.started);
  const syncs = syncTimes(recording);
  const fraction = (seconds: number): number => (zero + Math.round(seconds * 1000)) % 1000;
  const late = [...syncs.values()].flat().filter((s) => s > 8);
  const ticks = late.map(fraction).sort((a, b) => a - b);
  const addressed = recording.pods.find(({ object }) => text(object, "status", "podIP") !== "");
  const twin = twins(recording);
  return {
    tickAtMs: ticks[Math.floor(ticks.length / 2)] ?? 500,
    relistAtMs: addressed === undefined ? 700 : fraction(addressed.s - 0.01),
    share(pod, now) {
      const seconds = (now - zero) / 1000;
      const next = syncs.get(twin(pod))?.find((s) => s - seconds >= 8.9 && s - seconds <= 16.3);
      // Nothing more is recorded: what came next came as late as may be, or after the end.
      if (next === undefined) return recording.recordedSeconds - seconds < 16.3 ? 0.999 : undefined;
      return Math.min(0.999, Math.max(0, (next - 0.5 - seconds - 10) / 5));
    },
    firstSyncDelayMs: (pod) => lateness(recording, twin(pod)) * 1000,
    sandboxDelayMs(pod) {
      const name = twin(pod);
      const made =
        (recording.pods.find(({ object }) => object.metadata.name === name)?.s ?? 0) +
        lateness(recording, name);
      const first = recording.events.find(
        ({ object }) =>
          text(object, "involvedObject", "name") === name &&
          text(object, "source", "component") === "kubelet",
      )?.s;
      return Math.max(0, ((first ?? made) - made - idleSeconds) * 1000);
    },
  };
}

/** From a pod's creation to the first word about its image, on an idle node. */
export const idleSeconds = 0.4;

/** Seconds from a pod's being bound to the first status that its kubelet wrote, beyond those of an idle node. */
function lateness(recording: Recording, name: string): number {
  const own = recording.pods.filter(({ object }) => object.metadata.name === name);
  const bound = own.find(({ object }) => text(object, "spec", "nodeName") !== "")?.s;
  const written = own.find(({ object }) => items(object, "status", "containerStatuses").length > 0)?.s;
  if (bound === undefined || written === undefined) return 0;
  return Math.max(0, written - bound - idleSeconds);
}

/** The recorded pod that a replayed one stands for: by name, or by order where names are made up. */
function twins(recording: Recording): (pod: string) => string {
  const stem = (name: string): string => name.replace(/-[a-z0-9]{5}$/, "").replace(/-[a-z0-9]{8,10}$/, "");
  const recorded = [...new Set(recording.pods.map(({ object }) => object.metadata.name))];
  const known = new Map<string, string>();
  return (pod) => {
    const name = pod.split("/")[1] ?? "";
    if (recorded.includes(name)) return name;
    const found =
      known.get(name) ??
      recorded.find((one) => stem(one) === stem(name) && ![...known.values()].includes(one)) ??
      name;
    known.set(name, found);
    return found;
  };
}

/** Bursts of what the kubelet said about a pod, by their first second. */
function syncTimes(recording: Recording): Map<string, number[]> {
  const times = new Map<string, number[]>();
  const note = (pod: string, s: number): void => {
    times.set(pod, [...(times.get(pod) ?? []), s]);
  };
  for (const { s, object } of recording.events) {
    if (text(object, "source", "component") === "kubelet") note(text(object, "involvedObject", "name"), s);
  }
  for (const { s, type, object } of recording.pods) if (type === "MODIFIED") note(object.metadata.name, s);
  const pods = new Set(recording.pods.map(({ object }) => object.metadata.name));
  const [only] = pods;
  if (only !== undefined && pods.size === 1)
    for (const attempt of recording.attempts ?? []) note(only, attempt);
  for (const [pod, all] of times) {
    const sorted = all.sort((a, b) => a - b);
    times.set(
      pod,
      sorted.filter((s, index) => index === 0 || s - (sorted[index - 1] ?? 0) > 0.6),
    );
  }
  return times;
}
