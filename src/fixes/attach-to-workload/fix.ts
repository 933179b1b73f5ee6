// Names a pull secret in a pod template.

import { refOf } from "../../cluster/resources.js";
import { attachToTemplates } from "../attach.js";
import { defineFix, type ImageToCheck, type PlanWorld, type Stopped } from "../define.js";
import { remakeRights, templateRights } from "../rights.js";

export default defineFix({
  id: "attach-to-workload",
  title: "name a pull secret in a pod template",
  effect: "restarts-pods",
  needs: { secret: "the pull secret to name" },
  rights: [...templateRights, { group: "", resource: "secrets", verbs: ["get"] }, ...remakeRights],
  async plan(asked, world) {
    const secret = asked.values.secret ?? "";
    const { changes, notes } = await attachToTemplates(asked, world, secret);
    return { changes, notes, images: [await checkWith(asked.finding.image, asked.stopped, secret, world)] };
  },
});

/** The image, asked for with what the secret holds now. */
export async function checkWith(
  image: string,
  stopped: readonly Stopped[],
  secret: string,
  world: PlanWorld,
): Promise<ImageToCheck> {
  const namespaces = [...new Set(stopped.map(({ namespace }) => namespace))];
  const found = await Promise.all(
    namespaces.map((namespace) => {
      const ref = refOf("Secret", namespace, secret);
      return ref === undefined ? undefined : world.read(ref);
    }),
  );
  const secrets = found.flatMap((one) =>
    one === undefined ? [] : [{ apiVersion: "v1", kind: "Secret", ...one }],
  );
  return { image, secrets };
}
