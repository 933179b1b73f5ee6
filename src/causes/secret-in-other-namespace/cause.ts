// A secret for this registry exists, in a namespace where this pod cannot use it.

import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { secretAnswer } from "../asked.js";
import { copySecret } from "../commands.js";
import { type Cause, confirmed, defineCause, likely, type Scene, unknown } from "../define.js";
import { confirmedIfThere, isDenied, mayBeMissing, refusalOf } from "../denied.js";
import { isStatic, unnamedOpener } from "../opener.js";
import { podShows, registryOf, secretShows } from "../seen.js";
import { kubectl } from "../target.js";

interface Elsewhere {
  readonly secret: PullSecret;
  /** The pod names a secret of this very name, and its own namespace has none. */
  readonly isNamed: boolean;
}

function openerElsewhere(pull: Pull, scene: Scene): Elsewhere | undefined {
  if (!isDenied(pull) && pull.reading.cause !== "secret-missing") return undefined;
  if (pull.pod.notShown?.includes("pullSecrets") || isStatic(pull)) return undefined;
  const { credentials, named } = scene.keyring(pull);
  if (credentials.length > 0 || unnamedOpener(pull, scene) !== undefined) return undefined;
  if (named.some(({ secret }) => secret !== undefined)) return undefined;
  // A secret that could not be read may be the right one.
  if (named.some(({ isMissing }) => !isMissing) || !scene.secretsIn(pull.pod.namespace).known)
    return undefined;
  const elsewhere = scene.allSecrets.items.filter(
    (secret) => secret.namespace !== pull.pod.namespace && scene.opens(secret, pull).length > 0,
  );
  const opening = elsewhere.find((secret) => secretAnswer(secret, pull, scene)?.answer.is === "there");
  const same = opening ?? elsewhere.find((secret) => named.some(({ name }) => name === secret.name));
  const secret = same ?? elsewhere[0];
  const isNamed = named.some(({ name }) => name === secret?.name);
  return secret === undefined ? undefined : { secret, isNamed };
}

const cause: Cause = defineCause({
  id: "secret-in-other-namespace",
  title: "pull secret is in another namespace",
  summary:
    "A secret for this registry exists in another namespace. A pod can use only secrets of its own namespace.",
  area: "auth",
  parent: (pull) => (pull.pod.pullSecrets.length > 0 ? "secret-missing" : refusalOf(pull)),
  looksLike: [
    {
      by: "kubelet",
      text: "Unable to retrieve some image pull secrets (…); attempting to pull the image may not succeed.",
    },
  ],
  toldApart: [
    { from: "secret-missing", how: "there no namespace that can be read holds a secret for this registry" },
    { from: "secret-not-attached", how: "there the secret is in the pod's namespace and is not named" },
  ],
  mend: [
    "copy the secret into the pod's namespace and name it there; the contents go from one kubectl to the other: `kubectl -n <from> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | kubectl -n <namespace> create secret generic <name> --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=/dev/stdin`",
    "for many namespaces, let a controller copy it, such as External Secrets",
  ],
  prevent: ["create pull secrets with the namespace itself"],
  fixes: ["create-pull-secret", "attach-to-service-account"],
  read: [
    "https://kubernetes.io/docs/concepts/configuration/secret/",
    "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
  ],

  judge(pull, scene) {
    const found = openerElsewhere(pull, scene);
    if (found === undefined) return undefined;
    const { secret, isNamed } = found;
    const names = pull.pod.pullSecrets;
    const pod = podShows(
      pull,
      scene,
      names.length === 0
        ? "names no pull secret"
        : `names ${names.join(", ")}, which ${pull.pod.namespace} does not have`,
    );
    const there = secretShows(secret, scene, `is for ${registryOf(pull)}, in namespace ${secret.namespace}`);
    const opened = secretAnswer(secret, pull, scene);
    if (opened?.answer.is === "there") return confirmed(pod, there, opened.evidence);
    if (opened?.answer.is === "no") return undefined;
    if (isNamed) return confirmedIfThere(pull, scene, pod, there);
    const missing = `whether ${registryOf(pull)} accepts what secret ${secret.name} of ${secret.namespace} holds`;
    // With a public registry, a login found somewhere in the cluster says nothing about this image.
    return mayBeMissing(pull, scene) ? unknown(missing) : likely(missing, pod, there);
  },

  tell(pull, scene) {
    const secret = openerElsewhere(pull, scene)?.secret;
    return `Secret ${secret?.name} for ${registryOf(pull)} is in namespace ${secret?.namespace}; the pod is in ${pull.pod.namespace} and can use only secrets there.`;
  },

  remedies(pull, scene) {
    const secret = openerElsewhere(pull, scene)?.secret;
    return secret === undefined ? [] : [copySecret(pull, secret.namespace, secret.name)];
  },

  settle: (pull) => [`${kubectl(pull)} get secrets --field-selector type=kubernetes.io/dockerconfigjson`],
});

export default cause;
