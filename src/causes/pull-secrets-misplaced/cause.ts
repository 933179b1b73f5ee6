// The manifest has imagePullSecrets beside the pod template, where the API server drops it.

import { attachToWorkload } from "../commands.js";
import { defineCause } from "../define.js";
import { confirmedIfThere, isDenied, refusalOf } from "../denied.js";
import { unnamedOpener } from "../opener.js";
import { podShows } from "../seen.js";

export default defineCause({
  id: "pull-secrets-misplaced",
  title: "imagePullSecrets stands beside the pod template",
  summary:
    "The manifest names a pull secret outside the pod template. The API server drops the unknown field, so the pods get no pull secret.",
  area: "auth",
  parent: refusalOf,
  looksLike: [{ by: "kubectl", text: 'Warning: unknown field "spec.imagePullSecrets"' }],
  toldApart: [
    { from: "secret-not-attached", how: "there the manifest names no pull secret anywhere" },
    { from: "secret-missing", how: "there the pod names a secret that does not exist" },
  ],
  mend: [
    "move `imagePullSecrets` under `spec.template.spec`, beside `containers`; in a CronJob under `spec.jobTemplate.spec.template.spec`",
    "then apply the manifest again: `kubectl -n <namespace> apply -f <manifest>`",
  ],
  prevent: ["apply with `--validate=strict`: an unknown field then fails instead of being dropped"],
  fixes: ["attach-to-workload"],
  read: ["https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/"],

  judge(pull, scene) {
    const where = pull.workload?.misplacedPullSecrets;
    if (where === undefined || pull.workload === undefined || !isDenied(pull)) return undefined;
    if (pull.pod.pullSecrets.length > 0) return undefined;
    return confirmedIfThere(
      pull,
      scene,
      {
        source: "workload",
        where: `${pull.workload.kind.toLowerCase()}/${pull.workload.name} in ${pull.workload.namespace}`,
        shows: `has imagePullSecrets at ${where}, which is no field of the API`,
        from: scene.from(pull.workload),
      },
      podShows(pull, scene, "names no pull secret"),
    );
  },

  tell: (pull) =>
    `The manifest of ${pull.workload?.kind} ${pull.workload?.name} has imagePullSecrets at ${pull.workload?.misplacedPullSecrets}. The API server drops it there with the warning: unknown field. Its place is spec.template.spec.imagePullSecrets.`,

  remedies: (pull, scene) => [
    attachToWorkload(pull, unnamedOpener(pull, scene)?.name ?? "<name of the pull secret>"),
  ],
});
