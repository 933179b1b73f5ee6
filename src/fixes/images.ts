// Gives containers that name the image of a finding another one.

import type { Json } from "../cluster/objects-fields.js";
import type { Asked, Plan, PlanWorld } from "./define.js";
import { changeTemplates, mapContainers, notPossible } from "./template.js";

/** `image` for every container that names one of the finding's images now; `only` is the container's name. */
export async function changeImage(
  asked: Asked,
  world: PlanWorld,
  { image, only }: { readonly image: string; readonly only?: string | undefined },
): Promise<Plan> {
  const { finding } = asked;
  const wrong = new Set([finding.image, ...finding.images]);
  if (wrong.size > 1) {
    throw notPossible(
      `${wrong.size} images have this one reason`,
      "one image cannot stand for all of them",
      "name one workload: fix TYPE/NAME",
    );
  }
  const change = (container: Json): Json =>
    wrong.has(String(container.image)) && (only === undefined || container.name === only)
      ? { ...container, image }
      : container;
  const { changes, notes } = await changeTemplates(asked, world, (spec) => mapContainers(spec, change));
  return { changes, notes, images: [{ image }] };
}
