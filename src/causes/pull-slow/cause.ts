// Nothing has failed yet: a pull that is long, queued behind another, or met with silence.

import type { Pull } from "../../model/pull.js";
import { defineCause, likely, type Scene, unknown } from "../define.js";

const seconds = 1000;

/** How long earlier pulls of the same image took, from their Pulled events; the longest. */
function earlierTook(pull: Pull, scene: Scene): { ms: number; text: string } | undefined {
  let longest: { ms: number; text: string } | undefined;
  for (const event of scene.snapshot.events) {
    if (event.reason !== "Pulled" || !event.message.includes(`"${pull.image}"`)) continue;
    const match = / in ((?:\d+h)?(?:\d+m(?!s))?(?:[\d.]+(?:s|ms|µs|us))?)/.exec(event.message);
    const ms = match?.[1] === undefined ? undefined : durationMs(match[1]);
    if (match?.[1] !== undefined && ms !== undefined && ms > (longest?.ms ?? 0))
      longest = { ms, text: match[1] };
  }
  return longest;
}

/** Milliseconds of a Go duration such as `1m2.345s`. */
function durationMs(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = {
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
    us: 0.001,
    µs: 0.001,
  };
  let total = 0;
  let found = false;
  for (const [, value, unit] of text.matchAll(/([\d.]+)(h|ms|m|s|us|µs)/g)) {
    total += Number(value) * (units[unit ?? ""] ?? 0);
    found = true;
  }
  return found && Number.isFinite(total) ? total : undefined;
}

/** Another pull on the same node that began before and has not ended: the queue, when pulls are serial. */
const before = (pull: Pull, scene: Scene): Pull | undefined =>
  scene.pulls.find(
    (other) =>
      other !== pull &&
      other.state === "slow" &&
      other.pod.node !== undefined &&
      other.pod.node === pull.pod.node &&
      other.since !== undefined &&
      pull.since !== undefined &&
      other.since < pull.since,
  );

const waitedMs = (pull: Pull, scene: Scene): number =>
  scene.now.getTime() - (pull.since ?? scene.now).getTime();

export default defineCause({
  id: "pull-slow",
  title: "pull is taking long",
  summary: "The kubelet has asked for the image and reports neither success nor failure yet.",
  area: "time",
  stage: "blob",
  looksLike: [{ by: "kubelet", text: 'Pulling image "…", and nothing after it' }],
  toldApart: [
    { from: "connection-timeout", how: "there the runtime gives up and says so" },
    { from: "registry-unavailable", how: "there the registry answers with an error" },
  ],
  mend: [
    "see what the node downloads: `crictl images` and the growth of /var/lib/containerd on it",
    "let the kubelet pull in parallel: `serializeImagePulls: false` with `maxParallelImagePulls`",
    "make the image smaller: a multi-stage build leaves the build tools out",
  ],
  prevent: ["small images, a registry close to the nodes, big images pulled ahead by a DaemonSet"],
  fixes: ["tell"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#serial-and-parallel-image-pulls"],

  judge(pull, scene) {
    if (pull.state !== "slow" || pull.since === undefined) return undefined;
    const waited = Math.round(waitedMs(pull, scene) / seconds);
    const began = {
      source: "event" as const,
      where: `pod/${pull.pod.name}`,
      shows: `Pulling since ${waited} s, with no end yet`,
      from: scene.from(pull.pod),
      firstAt: pull.since,
    };
    const queue = before(pull, scene);
    if (queue !== undefined) {
      return likely("whether this kubelet pulls one image at a time", began, {
        source: "event",
        where: `pod/${queue.pod.name}`,
        shows: `an earlier pull on ${queue.pod.node} has not ended either`,
        from: scene.from(queue.pod),
      });
    }
    const usual = earlierTook(pull, scene);
    if (usual !== undefined && waited * seconds < usual.ms * 2) {
      return likely("the bytes that have arrived", began, {
        source: "event",
        where: "earlier pulls of this image",
        shows: `took up to ${usual.text}`,
        from: scene.snapshot.from,
      });
    }
    return unknown("a large image and a silent registry look the same until one of them ends");
  },

  tell(pull, scene) {
    const queue = before(pull, scene);
    const waited = Math.round(waitedMs(pull, scene) / seconds);
    if (queue !== undefined)
      return `The pull has waited ${waited} s. Pod ${queue.pod.name} on the same node began to pull ${queue.image} before it; a kubelet with serializeImagePulls takes one at a time.`;
    const usual = earlierTook(pull, scene);
    return `The pull has run ${waited} s${usual === undefined ? "" : `; earlier pulls of this image took up to ${usual.text}`}. Nothing has failed.`;
  },

  settle: (pull) =>
    pull.pod.name === ""
      ? []
      : [
          `kubectl -n ${pull.pod.namespace} get events --field-selector involvedObject.name=${pull.pod.name} -w`,
        ],
});
