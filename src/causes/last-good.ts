// The revision of a workload whose image is known to have been pulled: what to go back to.

import type { Workload } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import type { Remedy } from "../model/report.js";
import { imageAnswer } from "./asked.js";
import type { Scene } from "./define.js";
import { kubectl, reverted, stuckPod, targetOf, withTarget } from "./target.js";

export interface LastGood {
  readonly image: string;
  readonly revision?: number;
}

/** The image of the same container in the newest revision whose image a pod was seen to run. */
export function lastGood(pull: Pull, workload: Workload, scene: Scene): LastGood | undefined {
  const ran = new Set(scene.working.map((working) => working.pull.image));
  for (const revision of scene.revisions(workload)) {
    const image = revision.containers.find((container) => container.name === pull.containerName)?.image;
    if (image === undefined || image === pull.image) continue;
    // A revision with ready pods, or one whose image runs somewhere, is known to have worked.
    if ((revision.readyReplicas ?? 0) > 0 || ran.has(image)) {
      return { image, ...(revision.revision === undefined ? {} : { revision: revision.revision }) };
    }
  }
  return undefined;
}

const rollable: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** Back to the last revision that worked; [] where none is known. */
export function rollBack(pull: Pull, scene: Scene): readonly Remedy[] {
  const { workload } = pull;
  const target = targetOf(pull);
  const good = workload === undefined ? undefined : lastGood(pull, workload, scene);
  // What the registry does not have any more cannot be gone back to.
  const now = good === undefined ? undefined : imageAnswer(good.image, scene);
  if (now === "no") return [];
  if (good?.revision === undefined || !rollable.has(target.kind) || target.name !== workload?.name) return [];
  return [
    {
      fix: "roll-back",
      what: `go back to revision ${good.revision} of ${target.text}, which had ${good.image} and ran${now === "there" ? ", and is still there" : ""}${reverted(pull)}`,
      with: { revision: String(good.revision), image: good.image, ...withTarget(pull, target) },
      effect: "restarts-pods",
      commands: [
        `${kubectl(pull)} rollout undo ${target.text} --to-revision=${good.revision}`,
        ...stuckPod(pull, target),
      ],
    },
  ];
}
