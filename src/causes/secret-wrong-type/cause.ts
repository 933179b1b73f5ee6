// The pod names a Secret of a type or with a key that the kubelet ignores.

import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { createSecret } from "../commands.js";
import { defineCause, type Scene } from "../define.js";
import { confirmedIfAllRead, isDenied } from "../denied.js";
import { podShows, secretShows } from "../seen.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";

function ignored(pull: Pull, scene: Scene): PullSecret | undefined {
  if (!isDenied(pull) || scene.keyring(pull).credentials.length > 0) return undefined;
  return scene
    .keyring(pull)
    .named.map(({ secret }) => secret)
    .find((secret) => secret?.trouble?.is === "wrong-type" || secret?.trouble?.is === "wrong-key");
}

export default defineCause({
  id: "secret-wrong-type",
  title: "pull secret has a type that the kubelet ignores",
  summary:
    "The pod names a secret whose type or key is not that of a pull secret. The kubelet passes over it without a word and pulls anonymously.",
  area: "auth",
  parent: "secret-malformed",
  looksLike: [{ by: "kubectl", text: "regcred   Opaque   2" }],
  toldApart: [
    { from: "secret-malformed", how: "there type and key are right and the content cannot be read" },
    { from: "secret-wrong-host", how: "there the secret is read and is for another registry" },
  ],
  mend: [
    'make it anew with the right type, since a Secret\'s type cannot be changed: `kubectl -n <namespace> delete secret <name>`, then `kubectl -n <namespace> create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "see type and keys: `kubectl -n <namespace> describe secret <name>`; the type has to be kubernetes.io/dockerconfigjson and the key .dockerconfigjson",
  ],
  prevent: [
    "create pull secrets with kubectl's `create secret docker-registry`, never with `create secret generic`",
  ],
  fixes: ["repair-pull-secret"],
  read: ["https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets"],

  judge(pull, scene) {
    const secret = ignored(pull, scene);
    if (secret?.trouble === undefined) return undefined;
    return confirmedIfAllRead(
      pull,
      scene,
      secretShows(
        secret,
        scene,
        `type ${secret.type}, keys ${secret.dataKeys.join(", ")}: ${secret.trouble.why}`,
      ),
      podShows(pull, scene, `names ${pull.pod.pullSecrets.join(", ")}`),
    );
  },

  tell(pull, scene) {
    const secret = ignored(pull, scene);
    return `Secret ${secret?.name} has type ${secret?.type} with the keys ${secret?.dataKeys.join(", ")}. The kubelet reads kubernetes.io/dockerconfigjson with .dockerconfigjson (or kubernetes.io/dockercfg with .dockercfg) and ignores this one, so the pull was anonymous.`;
  },

  remedies(pull, scene) {
    const secret = ignored(pull, scene);
    if (secret === undefined) return [];
    return [
      secret.dataKeys.includes(".dockerconfigjson")
        ? retype(pull, secret)
        : createSecret(pull, { name: secret.name, replaces: true }),
    ];
  },
});

/** The content is right where it has the right key: it is kept, and no password is needed. */
function retype(pull: Pull, secret: PullSecret): Remedy {
  const type = "kubernetes.io/dockerconfigjson";
  const drop =
    "del(.metadata.uid, .metadata.resourceVersion, .metadata.creationTimestamp, .metadata.managedFields)";
  return {
    fix: "repair-pull-secret",
    what: `make secret ${secret.name} anew with the same content and type ${type}`,
    with: { secret: secret.name, type, namespace: pull.pod.namespace },
    effect: "writes-secret",
    commands: [
      `${kubectl(pull)} get secret ${word(secret.name)} -o json | jq ${word(`.type = "${type}" | ${drop}`)} | ${kubectl(pull)} replace --force -f -`,
    ],
  };
}
