// The pod names a pull secret that is not there.

import { distance } from "fastest-levenshtein";
import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { attachToServiceAccount, attachToWorkload, createSecret } from "../commands.js";
import { type Cause, defineCause, type Scene } from "../define.js";
import { registryOf } from "../seen.js";
import { kubectl, ownsItsList } from "../target.js";
import { word } from "../word.js";
import { judgeSecretMissing, namesSaid } from "./judge.js";

function missingNames(pull: Pull, scene: Scene): readonly string[] {
  if (pull.pod.notShown?.includes("pullSecrets")) return namesSaid(pull, scene);
  return scene.keyring(pull).named.flatMap(({ name, secret }) => (secret === undefined ? [name] : []));
}

/** A secret of the namespace for this registry; one with almost the same name before any other. */
function usable(pull: Pull, scene: Scene): PullSecret | undefined {
  const missing = missingNames(pull, scene);
  const candidates = scene
    .secretsIn(pull.pod.namespace)
    .items.filter(
      (secret) => !pull.pod.pullSecrets.includes(secret.name) && scene.opens(secret, pull).length > 0,
    );
  return candidates.find(({ name }) => missing.some((other) => distance(name, other) <= 2)) ?? candidates[0];
}

const cause: Cause = defineCause({
  id: "secret-missing",
  title: "pull secret does not exist",
  summary:
    "The pod names a pull secret that is not in its namespace. The kubelet goes on without it, so the pull is anonymous.",
  area: "auth",
  stage: "credentials",
  looksLike: [
    {
      by: "kubelet",
      text: "Unable to retrieve some image pull secrets (…); attempting to pull the image may not succeed.",
    },
    {
      by: "kubelet",
      text: 'Unable to retrieve pull secret …/… for …/… due to secret "…" not found.  The image pull may not succeed.',
    },
  ],
  toldApart: [
    { from: "secret-in-other-namespace", how: "there a secret of that name exists, in another namespace" },
    { from: "secret-not-attached", how: "there the secret exists and the pod names none" },
    { from: "secret-malformed", how: "there it exists and cannot be decoded" },
  ],
  mend: [
    "compare the names: `kubectl -n <namespace> get secrets` and `kubectl -n <namespace> get pod <pod> -o jsonpath='{.spec.imagePullSecrets[*].name}'`",
    'make it: `kubectl -n <namespace> create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "a pod that waits takes the secret at its next try, without being made anew",
    "a missing name among several does no harm where another secret is for the registry",
  ],
  prevent: [
    "create the secret before what uses it: same chart, same folder, an earlier sync wave",
    "check in CI that every named pull secret exists in the namespace",
  ],
  fixes: ["create-pull-secret", "attach-to-service-account", "attach-to-workload"],
  read: ["https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"],

  judge: judgeSecretMissing,

  tell(pull, scene) {
    const missing = missingNames(pull, scene);
    const near = usable(pull, scene);
    const which =
      missing.length === 0 ? "A pull secret that the pod names" : `Pull secret ${missing.join(", ")}`;
    const where = pull.pod.namespace === "" ? "" : ` in namespace ${pull.pod.namespace}`;
    const instead =
      near === undefined ? "" : ` Secret ${near.name}, which is there, is for ${registryOf(pull)}.`;
    if (pull.pod.name === "") return `${which} could not be fetched; the pull went on without it.`;
    return `${which} did not exist${where}; the kubelet went on without it.${instead}`;
  },

  remedies(pull, scene) {
    const near = usable(pull, scene);
    if (near !== undefined)
      return ownsItsList(pull)
        ? [attachToWorkload(pull, near.name)]
        : [attachToServiceAccount(pull, near.name), attachToWorkload(pull, near.name)];
    const name = missingNames(pull, scene)[0];
    return name === undefined ? [] : [createSecret(pull, { name })];
  },

  settle: (pull) => pull.pod.pullSecrets.map((name) => `${kubectl(pull)} get secret ${word(name)}`),
});

export default cause;
