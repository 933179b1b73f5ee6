// From gathered objects to a review of pull secrets, with or without trying them.

import type { Pod } from "../../model/objects.js";
import type { SecretReview } from "../../model/secret-review.js";
import type { Snapshot } from "../../model/snapshot.js";
import { sceneOf } from "../diagnose.js";
import type { ProbingWorld } from "../probing.js";
import { reviewSecrets } from "./review.js";
import { templatePulls } from "./templates.js";
import { trialsFor, tryAll } from "./trials.js";

/** `standsFor`: pods that each pod of the snapshot stands for; absent ones stand for themselves. `world` absent: nothing is tried. */
export async function reviewPullSecrets(
  snapshot: Snapshot,
  standsFor: ReadonlyMap<Pod, number>,
  world: ProbingWorld | undefined,
): Promise<SecretReview> {
  const { found, scene } = sceneOf(snapshot);
  const ofPods = [...found.pulls, ...found.working.map(({ pull }) => pull)];
  const pulls = [...ofPods, ...templatePulls(ofPods, scene)];
  const probes = world === undefined ? undefined : await tryAll(trialsFor(pulls, scene), world);
  return reviewSecrets({ scene, pulls, standsFor }, probes);
}
