// Turned away because the node's disk is full: the image has no place to go. (A pod that used up its own
// ephemeral storage is evicted in other words, and is no image's matter.)

import type { Verdict } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { likely, type Scene } from "../define.js";
import { podShows } from "../seen.js";

export function judgeDiskFull(pull: Pull, scene: Scene): Verdict | undefined {
  const { pod, node } = pull;
  if (pod.reason !== "Evicted" || !/DiskPressure/.test(pod.message ?? "")) return undefined;
  const evicted = podShows(pull, scene, `turned away: ${(pod.message ?? "").trim()}`);
  const pressure = node?.conditions.find(
    (condition) => condition.type === "DiskPressure" && condition.status === "True",
  );
  return node === undefined || pressure === undefined
    ? likely("the node's image file system now", evicted)
    : likely("whether images fill it or something else", evicted, {
        source: "node",
        where: `node ${node.name}`,
        shows: `DiskPressure: ${pressure.message ?? pressure.reason ?? "True"}`,
        from: scene.from(node),
      });
}
