// The image was corrected in the controller, and this pod keeps the old one.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { deletePod } from "../commands.js";
import { confirmed, defineCause } from "../define.js";
import { saidCause } from "../said.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";

/** Controllers that leave a pod alone which never became ready, whatever their template says now. */
function keepsPods({ workload }: Pull): boolean {
  if (workload === undefined) return false;
  if (workload.updateStrategy === "OnDelete") return true;
  return ["StatefulSet", "CronJob", "Job"].includes(workload.kind);
}

/** The image that the controller would give now, when it differs from the pod's. */
function correctedImage(pull: Pull): string | undefined {
  const { workload, containerName, image } = pull;
  if (workload === undefined || pull.state !== "failing" || !keepsPods(pull)) return undefined;
  const now = workload.containers.find((container) => container.name === containerName)?.image;
  return now === undefined || now === image ? undefined : now;
}

/** The Job that a CronJob made: it keeps its own template and would make the same pod again. */
const jobOf = (pull: Pull): string | undefined =>
  pull.workload?.kind === "CronJob" ? pull.pod.owners.find(({ kind }) => kind === "Job")?.name : undefined;

export default defineCause({
  id: "stuck-after-fix",
  title: "image was corrected, the old pod remains",
  summary:
    "The controller's template names another image by now. It does not replace a pod that never became ready, so the old image is tried on and on.",
  area: "time",
  parent: saidCause,
  looksLike: [
    {
      by: "kubectl",
      text: "StatefulSet: currentRevision and updateRevision differ, pod 0 in ImagePullBackOff",
    },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the template still names the missing tag" },
    { from: "pod-predates-secret", how: "there the ServiceAccount was corrected, not the image" },
  ],
  mend: [
    "delete the pod; its StatefulSet makes a new one from the corrected template: `kubectl -n <namespace> delete pod <pod>`",
    "a Job's template cannot be changed: delete the Job, `kubectl -n <namespace> delete job <name>`, and create it anew",
    "a StatefulSet whose update is held back by `partition` gives the old template again: lower the partition first",
  ],
  prevent: [
    "for StatefulSets, `podManagementPolicy: Parallel` where the order does not matter, or a look at stuck pods after each correction",
  ],
  fixes: ["restart-pods"],
  read: [
    "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback",
    "https://github.com/kubernetes/kubernetes/issues/67250",
  ],

  judge(pull, scene) {
    const now = correctedImage(pull);
    if (now === undefined || pull.workload === undefined) return undefined;
    return confirmed({
      source: "workload",
      where: `${pull.workload.kind.toLowerCase()}/${pull.workload.name} in ${pull.workload.namespace}`,
      shows: `its template has ${now}; the pod has ${pull.image}`,
      from: scene.from(pull.workload),
    });
  },

  tell: (pull) =>
    `${pull.workload?.kind} ${pull.workload?.name} names ${correctedImage(pull)} by now; pod ${pull.pod.name} was made before and keeps ${pull.image}. Nothing replaces the pod until it is deleted.`,

  remedies(pull): readonly Remedy[] {
    const job = jobOf(pull);
    if (job === undefined) return [deletePod(pull)];
    const cronJob = pull.workload?.name ?? "<cronjob>";
    return [
      {
        fix: "restart-pods",
        what: `delete Job ${job}, which keeps the old image; the next run of CronJob ${cronJob} has the new one`,
        with: { job, cronJob, namespace: pull.pod.namespace },
        effect: "deletes-pods",
        commands: [`${kubectl(pull)} delete job ${word(job)}`],
      },
    ];
  },
});
