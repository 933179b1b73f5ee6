// The pod's pull secret can be read, and none of its registry keys matches the image.

import { explainMatch } from "../../model/keyring.js";
import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { attachToServiceAccount, attachToWorkload, createSecret } from "../commands.js";
import { confirmed, defineCause, likely, type Scene, unknown } from "../define.js";
import { isDenied, mayBeMissing, refusalOf } from "../denied.js";
import { unnamedOpener } from "../opener.js";
import { keysOf, podShows, registryOf, secretShows } from "../seen.js";
import { kubectl, ownsItsList } from "../target.js";
import { word } from "../word.js";
import { isMeantFor } from "./meant.js";

/** The named secrets that hold entries, when not one of them matches the image; those meant for it first. */
function strangers(pull: Pull, scene: Scene): readonly PullSecret[] {
  if (!isDenied(pull)) return [];
  const keyring = scene.keyring(pull);
  if (!keyring.known || keyring.credentials.length > 0) return [];
  if (keyring.named.some(({ isMissing }) => isMissing)) return [];
  const held = keyring.named.flatMap(({ secret }) =>
    secret !== undefined && secret.entries.length > 0 ? [secret] : [],
  );
  return [...held].sort((a, b) => Number(isMeant(b, pull)) - Number(isMeant(a, pull)));
}

const isMeant = (secret: PullSecret, pull: Pull): boolean =>
  secret.entries.some(({ key }) => isMeantFor(key, registryOf(pull)));

/** Does the secret open another image of this pod? Then it is there for that one. */
const servesAnother = (secret: PullSecret, pull: Pull, scene: Scene): boolean =>
  [...scene.pulls, ...scene.working.map((good) => good.pull)].some(
    (other) => other.pod === pull.pod && other.image !== pull.image && scene.opens(secret, other).length > 0,
  );

export default defineCause({
  id: "secret-wrong-host",
  title: "pull secret is for another registry",
  summary:
    "The pod names a pull secret that can be read, but none of its registry keys matches the image, so the kubelet sends nothing of it.",
  area: "auth",
  parent: refusalOf,
  looksLike: [{ by: "containerd", text: "… failed with status code [manifests …]: 401 Unauthorized" }],
  toldApart: [
    { from: "credentials-rejected", how: "there the key matches and the registry refuses what is sent" },
    { from: "secret-empty", how: "there the secret holds no entry at all" },
    { from: "secret-not-attached", how: "there another secret of the namespace does match" },
  ],
  mend: [
    "write the registry's host as the key, as in the image: same host, same port, no tag; for Docker Hub `https://index.docker.io/v1/`",
    "`https://index.docker.io/v1` without the last slash, `registry-1.docker.io` and `hub.docker.com` do not match Docker Hub images",
    "`*` in a host stands for one label only; a port has to be written on both sides or on neither, 443 as well",
    'make the secret anew: `kubectl -n <namespace> delete secret <name>`, then `kubectl -n <namespace> create secret docker-registry <name> --docker-server=<registry> --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`',
    "when the secret is right and the image's name is not, correct the name",
  ],
  prevent: ["take --docker-server from the image's name, not from the registry's web address"],
  fixes: ["repair-pull-secret", "attach-to-service-account", "attach-to-workload"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#config-json"],

  judge(pull, scene) {
    const [first, ...others] = strangers(pull, scene);
    if (first === undefined) return undefined;
    const evidence = [
      secretShows(first, scene, `is for ${keysOf(first)}; the image is at ${registryOf(pull)}`),
      ...others.map((secret) => secretShows(secret, scene, `is for ${keysOf(secret)}`)),
      podShows(pull, scene, `names ${pull.pod.pullSecrets.join(", ")}; nothing in it is sent for this image`),
    ] as const;
    const missing = `whether ${pull.image} is there for who may see it`;
    if (isMeant(first, pull))
      return mayBeMissing(pull, scene) ? likely(missing, ...evidence) : confirmed(...evidence);
    // A secret for an unrelated host may well be there for something else: it explains the refusal
    // only where it is of no other use and nothing better is at hand.
    if (unnamedOpener(pull, scene) !== undefined || servesAnother(first, pull, scene)) return undefined;
    if (mayBeMissing(pull, scene)) return unknown(`the pod's pull secret is for ${keysOf(first)}`);
    const account = scene.serviceAccount(pull.pod.namespace, pull.pod.serviceAccount);
    const isInjected = account === undefined || account.pullSecrets.includes(first.name);
    return isInjected
      ? likely(`whether a secret for ${registryOf(pull)} was meant`, ...evidence)
      : confirmed(...evidence);
  },

  tell(pull, scene) {
    const secret = strangers(pull, scene)[0];
    const why = explainMatch(secret?.entries[0]?.key ?? "", pull.image);
    const because = why === undefined ? "" : ` (${why})`;
    return `Secret ${secret?.name} is for ${secret === undefined ? "" : keysOf(secret)}${because}. For ${registryOf(pull)} the kubelet finds no credentials and asks anonymously.`;
  },

  remedies(pull, scene) {
    const opener = unnamedOpener(pull, scene);
    if (opener !== undefined)
      return [
        ownsItsList(pull) ? attachToWorkload(pull, opener.name) : attachToServiceAccount(pull, opener.name),
      ];
    const secret = strangers(pull, scene)[0];
    return secret === undefined ? [] : [createSecret(pull, { name: secret.name, replaces: true })];
  },

  settle: (pull) =>
    pull.pod.pullSecrets.map(
      (name) =>
        `${kubectl(pull)} get secret ${word(name)} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq '.auths | keys'`,
    ),
});
