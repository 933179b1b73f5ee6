// Keeps pods on nodes of an architecture for which the image exists, or has them use a tag that exists for theirs.

import { type Asked, defineFix, type Plan, type PlanWorld } from "../define.js";
import { remakeRights, templateRights } from "../rights.js";
import { changeTemplates, containersOf, notPossible, podSpecOf, readStopped, subject } from "../template.js";
import { keptTo } from "./node-affinity.js";

export default defineFix({
  id: "set-platform",
  title: "run where the image fits",
  effect: "restarts-pods",
  needs: { architecture: "the architecture to run on, such as arm64; several with commas" },
  rights: [...templateRights, ...remakeRights],
  async plan(asked, world) {
    const architectures = architecturesOf(asked);
    const { changes, notes } = await changeTemplates(asked, world, (spec, stopped) => {
      const kept = keptTo(spec, architectures);
      if (kept !== undefined) return kept;
      throw notPossible(
        `${subject(stopped)} is kept on other nodes than ${architectures.join(" and ")} ones`,
        "its nodeSelector or node affinity says so",
        "use an image for those nodes: fix --tag TAG asks the registry whether it fits",
      );
    });
    return {
      changes,
      notes: [...notes, `the pods then need room on ${architectures.join(" or ")} nodes`],
      images: await imagesOf(asked, world, architectures),
    };
  },
});

function architecturesOf({ values }: Asked): readonly string[] {
  const names = (values.architecture ?? "").split(",").map((name) => name.trim());
  const odd = names.find((name) => !/^[a-z0-9]+$/.test(name));
  if (odd === undefined) return [...new Set(names)];
  throw notPossible(
    `"${odd}" is no architecture`,
    "nodes carry names such as amd64, arm64, s390x in their label kubernetes.io/arch",
    "kubectl get nodes -L kubernetes.io/arch shows them",
  );
}

/** Whatever else these pods run has to exist for the architecture as well. */
async function imagesOf(
  { stopped }: Asked,
  world: PlanWorld,
  architectures: readonly string[],
): Promise<Plan["images"]> {
  const images = new Set<string>();
  for (const one of stopped) {
    const { object } = await readStopped(one, world);
    for (const { image } of containersOf(podSpecOf(object))) images.add(String(image));
  }
  return [...images].map((image) => ({ image, architectures }));
}
