// Makes pods anew: those that are older than what they need, or that wait on an old revision. Also to try now instead of
// after the back-off.

import { refOf } from "../../cluster/resources.js";
import { podsAnew } from "../attach.js";
import { type Change, defineFix } from "../define.js";
import { podRights, remakeRights } from "../rights.js";
import { notPossible, readStopped } from "../template.js";

export default defineFix({
  id: "restart-pods",
  title: "make pods anew",
  effect: "deletes-pods",
  needs: {},
  takes: { job: "a Job to make again", namespace: "the namespace of that Job" },
  rights: [...podRights, { group: "batch", resource: "jobs", verbs: ["get", "delete"] }, ...remakeRights],
  async plan(asked, world) {
    const { job, namespace } = asked.values;
    if (job !== undefined && namespace !== undefined) {
      const ref = refOf("Job", namespace, job);
      const before = ref === undefined ? undefined : await world.read(ref);
      if (ref === undefined || before === undefined)
        throw notPossible(`Job ${namespace}/${job} is gone`, "it was to be deleted", "diagnose again");
      const change = {
        is: "delete",
        ref,
        before: { apiVersion: "batch/v1", kind: "Job", ...before },
      } as const;
      return { changes: [change], images: [], notes: ["its CronJob makes the next one at its next time"] };
    }
    const changes: Change[] = [];
    for (const stopped of asked.stopped) {
      const { object } = await readStopped(stopped, world);
      changes.push(...(await podsAnew(asked, stopped, object, world)));
    }
    if (changes.length === 0)
      throw notPossible(
        "the pods that waited are gone",
        "their controller has made others",
        "diagnose again",
      );
    return { changes, images: [], notes: [] };
  },
});
