// The pod's pull secret has the right type and holds nothing that could be sent.

import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { createSecret } from "../commands.js";
import { defineCause, type Scene } from "../define.js";
import { confirmedIfAllRead, isDenied } from "../denied.js";
import { podShows, secretShows } from "../seen.js";

/** A named secret without entries, or whose matching entry has neither user nor password. */
function hollow(pull: Pull, scene: Scene): PullSecret | undefined {
  if (!isDenied(pull)) return undefined;
  const keyring = scene.keyring(pull);
  const sendsSomething = keyring.credentials.some((one) => one.username !== "" || !one.password.isEmpty);
  if (sendsSomething) return undefined;
  const matching = new Set(keyring.credentials.map((one) => one.secretName));
  return keyring.named
    .map(({ secret }) => secret)
    .find((secret) => secret !== undefined && (secret.trouble?.is === "empty" || matching.has(secret.name)));
}

export default defineCause({
  id: "secret-empty",
  title: "pull secret holds no credentials",
  summary:
    "The pod names a pull secret of the right type in which the kubelet finds nothing to send: no registries, or an entry without user and password.",
  area: "auth",
  parent: "secret-malformed",
  looksLike: [{ by: "kubectl", text: '{"auths":{}}' }],
  toldApart: [
    { from: "secret-malformed", how: "there the content cannot be decoded and the kubelet says so" },
    { from: "secret-wrong-host", how: "there it holds entries, for another registry" },
  ],
  mend: [
    'make the secret anew with user and password: `kubectl -n <namespace> delete secret <name>`, then `kubectl -n <namespace> create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "see what each registry's entry has: `kubectl -n <namespace> get secret <name> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | map_values(keys)'`",
    "a config.json copied from a laptop often holds credsStore, credHelpers or identitytoken instead of credentials: the kubelet uses none of these",
  ],
  prevent: ["do not build pull secrets from a laptop's ~/.docker/config.json that uses a credential store"],
  fixes: ["repair-pull-secret"],
  read: ["https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"],

  judge(pull, scene) {
    const secret = hollow(pull, scene);
    if (secret === undefined) return undefined;
    const why =
      secret.trouble?.why ??
      secret.notes.find((note) => note.is === "no-usable-field")?.text ??
      "no user and no password";
    return confirmedIfAllRead(
      pull,
      scene,
      secretShows(secret, scene, why),
      podShows(pull, scene, `names ${pull.pod.pullSecrets.join(", ")}`),
    );
  },

  tell(pull, scene) {
    const secret = hollow(pull, scene);
    const why = secret?.trouble?.why ?? secret?.notes.find((note) => note.is === "no-usable-field")?.text;
    return `Secret ${secret?.name} in ${pull.pod.namespace} has the right type and nothing in it for the kubelet to send${why === undefined ? "" : `: ${why}`}. The pull was anonymous.`;
  },

  remedies(pull, scene) {
    const secret = hollow(pull, scene);
    return secret === undefined ? [] : [createSecret(pull, { name: secret.name, replaces: true })];
  },
});
