// Back to a revision whose image is known to have been pulled.

import { type Json, number, record, records, text, textMap } from "../../cluster/objects-fields.js";
import { defineFix, type PlanWorld, type Stopped } from "../define.js";
import { copyRights, podRights, templateRights } from "../rights.js";
import { changeTemplates, mapContainers, notPossible, podSpecOf, readStopped, subject } from "../template.js";

const kept: Readonly<Record<string, string>> = {
  Deployment: "ReplicaSet",
  StatefulSet: "ControllerRevision",
  DaemonSet: "ControllerRevision",
};

export default defineFix({
  id: "roll-back",
  title: "go back to the last revision that pulled",
  effect: "restarts-pods",
  needs: { revision: "the number of the revision" },
  rights: [
    ...templateRights,
    ...podRights,
    ...copyRights,
    { group: "apps", resource: "replicasets", verbs: ["list"] },
    { group: "apps", resource: "controllerrevisions", verbs: ["list"] },
  ],
  async plan(asked, world) {
    const wanted = Number(asked.values.revision);
    const specs = new Map<string, Json>();
    const images = new Set<string>();
    for (const stopped of asked.stopped) {
      const spec = await specOf(stopped, wanted, world);
      specs.set(subject(stopped), spec);
      mapContainers(spec, (container) => {
        images.add(String(container.image));
        return container;
      });
    }
    const wrong = new Set([asked.finding.image, ...asked.finding.images]);
    if ([...images].some((image) => wrong.has(image)))
      throw notPossible(
        `revision ${wanted} has the same image`,
        "going back to it would change nothing",
        "diagnose again",
      );
    const { changes, notes } = await changeTemplates(
      asked,
      world,
      (spec, stopped) => specs.get(subject(stopped)) ?? spec,
    );
    const more = `everything in the pod template goes back to revision ${wanted}, as with kubectl rollout undo`;
    return { changes, notes: [...notes, more], images: [...images].map((image) => ({ image })) };
  },
});

/** The pod spec of a revision that the controller keeps. */
async function specOf(stopped: Stopped, wanted: number, world: PlanWorld): Promise<Json> {
  const kind = kept[stopped.kind];
  if (kind === undefined)
    throw notPossible(
      `${subject(stopped)} keeps no revisions`,
      `a ${stopped.kind} has none`,
      "use --image instead",
    );
  const { object } = await readStopped(stopped, world);
  const { uid } = record(object.metadata);
  const own = (await world.list(kind, stopped.namespace)).filter((one) =>
    records(record(one.metadata).ownerReferences).some((owner) => owner.uid === uid),
  );
  const found = own.find((one) => revisionOf(one) === wanted);
  if (found === undefined) {
    throw notPossible(
      `${subject(stopped)} has no revision ${wanted} any more`,
      `it keeps ${own.map(revisionOf).sort().join(", ") || "none"}`,
      "diagnose again",
    );
  }
  // A ControllerRevision holds a patch of the template, whole; a ReplicaSet the template itself.
  const template = kind === "ReplicaSet" ? found : record(found.data);
  const spec = podSpecOf({ ...template, kind: stopped.kind });
  const { $patch: _patch, ...plain } = spec;
  return plain;
}

const revisionOf = (object: Json): number | undefined =>
  number(object.revision) ??
  numberOf(textMap(record(object.metadata).annotations)["deployment.kubernetes.io/revision"]);

const numberOf = (value: string | undefined): number | undefined =>
  text(value) === undefined ? undefined : Number(value);
