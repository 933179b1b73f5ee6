// The right secret is in the namespace, and neither the pod nor its ServiceAccount names it.

import { secretAnswer } from "../asked.js";
import { attachToServiceAccount, attachToWorkload } from "../commands.js";
import { type Cause, confirmed, defineCause, likely } from "../define.js";
import { mayBeMissing, refusalOf } from "../denied.js";
import { unnamedOpener } from "../opener.js";
import { accountShows, keysOf, podShows, registryOf, secretShows } from "../seen.js";
import { kubectl, ownsItsList } from "../target.js";
import { word } from "../word.js";

const cause: Cause = defineCause({
  id: "secret-not-attached",
  title: "pull secret exists but nothing names it",
  summary:
    "A secret for this registry is in the namespace. Neither the pod nor its ServiceAccount names it, so the kubelet does not use it.",
  area: "auth",
  parent: refusalOf,
  looksLike: [
    { by: "containerd", text: "… failed with status code [manifests …]: 401 Unauthorized" },
    { by: "kubectl", text: "Image pull secrets:  <none>" },
  ],
  toldApart: [
    { from: "credentials-missing", how: "there no secret of the namespace is for this registry" },
    { from: "secret-missing", how: "there the pod names a secret that is not there" },
    {
      from: "pod-predates-secret",
      how: "there the ServiceAccount names the secret, and the pod is older than that",
    },
    { from: "secret-in-other-namespace", how: "there the secret lies in another namespace" },
  ],
  mend: [
    "name the secret in the pod template: `spec.template.spec.imagePullSecrets`",
    'or name it in the ServiceAccount, for all its new pods: `kubectl -n <namespace> patch serviceaccount default -p \'{"imagePullSecrets": [{"name": "regcred"}]}\'`; the patch replaces the list, and pods that exist must be made anew',
    "see who names it: `kubectl -n <namespace> describe serviceaccount default`",
    "a pod template with pull secrets of its own gets none of the ServiceAccount's",
  ],
  prevent: ["attach pull secrets to the ServiceAccount, in one place for all its pods"],
  fixes: ["attach-to-service-account", "attach-to-workload"],
  read: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account",
  ],

  judge(pull, scene) {
    const secret = unnamedOpener(pull, scene);
    // A name that leads nowhere explains more: see secret-missing, which offers this secret. One that was not read may
    // have been for this registry, and then the pull was not anonymous.
    const { known, named } = scene.keyring(pull);
    if (secret === undefined || !known || named.some((one) => one.secret === undefined)) return undefined;
    const account = scene.serviceAccount(pull.pod.namespace, pull.pod.serviceAccount);
    if (account?.pullSecrets.includes(secret.name)) return undefined;
    const names = pull.pod.pullSecrets;
    const unnamed = podShows(
      pull,
      scene,
      `names ${names.length === 0 ? "no pull secret" : names.join(", ")}`,
    );
    const there = secretShows(secret, scene, `holds credentials for ${keysOf(secret)}`);
    const opened = secretAnswer(secret, pull, scene);
    if (opened?.answer.is === "there") return confirmed(unnamed, there, opened.evidence);
    if (account === undefined || pull.reading.status === 403 || mayBeMissing(pull, scene))
      return likely(`whether ${registryOf(pull)} accepts what secret ${secret.name} holds`, unnamed, there);
    const list = account.pullSecrets;
    return confirmed(
      unnamed,
      accountShows(account, scene, `names ${list.length === 0 ? "no pull secret" : list.join(", ")}`),
      there,
    );
  },

  tell(pull, scene) {
    const secret = unnamedOpener(pull, scene);
    const isOpened = secret === undefined ? undefined : secretAnswer(secret, pull, scene)?.answer.is;
    const accepted =
      isOpened === "there"
        ? `It opens this image, asked from ${scene.probes?.from}.`
        : "Whether the registry accepts it was not asked.";
    return `Secret ${secret?.name} in ${pull.pod.namespace} is for ${registryOf(pull)}. Neither the pod nor its ServiceAccount ${pull.pod.serviceAccount} names it, so the pull was anonymous. ${accepted}`;
  },

  remedies(pull, scene) {
    const secret = unnamedOpener(pull, scene);
    if (secret === undefined) return [];
    const toWorkload = attachToWorkload(pull, secret.name);
    return ownsItsList(pull) ? [toWorkload] : [attachToServiceAccount(pull, secret.name), toWorkload];
  },

  settle: (pull) => [
    `${kubectl(pull)} get serviceaccount ${word(pull.pod.serviceAccount || "default")} -o jsonpath='{.imagePullSecrets[*].name}'`,
  ],
});

export default cause;
