// The ServiceAccount got its pull secret after the pod was made; the names are copied once only.

import { restartPods } from "../commands.js";
import { defineCause, likely } from "../define.js";
import { confirmedIfThere } from "../denied.js";
import { unnamedOpener } from "../opener.js";
import { accountShows, podShows, registryOf, secretShows } from "../seen.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";

export default defineCause({
  id: "pod-predates-secret",
  title: "pod is older than its ServiceAccount's pull secret",
  summary:
    "The ServiceAccount names a secret for this registry, the pod does not. A ServiceAccount's pull secrets are copied into a pod when the pod is made, and never later.",
  area: "auth",
  parent: "secret-not-attached",
  looksLike: [{ by: "kubectl", text: "serviceaccount/default: Image pull secrets: regcred; pod: none" }],
  toldApart: [
    { from: "secret-not-attached", how: "there the ServiceAccount does not name the secret either" },
    { from: "credentials-missing", how: "there no secret is for this registry" },
    { from: "stuck-after-fix", how: "there the image was corrected and the pod keeps the old one" },
  ],
  mend: [
    "make the pods anew: `kubectl -n <namespace> rollout restart deployment/<name>`; a pod without a controller must be deleted and created",
    "a pod template that lists its own pull secrets gets none of the ServiceAccount's: add the secret there",
  ],
  prevent: ["set a ServiceAccount's pull secrets before its first pod is made"],
  fixes: ["restart-pods"],
  read: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account",
  ],

  judge(pull, scene) {
    const secret = unnamedOpener(pull, scene);
    const account = scene.serviceAccount(pull.pod.namespace, pull.pod.serviceAccount);
    if (secret === undefined || account === undefined || !account.pullSecrets.includes(secret.name))
      return undefined;
    if (pull.pod.pullSecrets.length > 0) return undefined;
    const { createdAt } = pull.pod;
    const { pullSecretsSetAt: setAt } = account;
    const none = podShows(
      pull,
      scene,
      `names no pull secret${createdAt ? `; made ${createdAt.toISOString()}` : ""}`,
    );
    const named = accountShows(
      account,
      scene,
      `names ${secret.name}${setAt ? `, set ${setAt.toISOString()}` : ""}`,
    );
    const there = secretShows(secret, scene, "is for this registry");
    // Admission copies the names into every new pod without pull secrets of its own; one that has
    // none under an account that has some was made before, or past admission.
    return setAt !== undefined && createdAt !== undefined && createdAt < setAt
      ? confirmedIfThere(pull, scene, none, named, there)
      : likely("when the ServiceAccount was changed", none, named, there);
  },

  tell(pull, scene) {
    const secret = unnamedOpener(pull, scene);
    return `ServiceAccount ${pull.pod.serviceAccount} names secret ${secret?.name} for ${registryOf(pull)}; this pod has no pull secret, so it was made before. It will never get one; a new pod will.`;
  },

  remedies: (pull) => [restartPods(pull)],

  settle: (pull) => [
    `${kubectl(pull)} get serviceaccount ${word(pull.pod.serviceAccount)} -o yaml --show-managed-fields`,
  ],
});
