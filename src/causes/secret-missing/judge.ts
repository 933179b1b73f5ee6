// Is a pull secret that the pod names missing? Only a list that was read to the end, or the
// kubelet's own words, can say so; "could not read" is not "missing".

import type { Evidence, Verdict } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { confirmed, likely, type Scene } from "../define.js";
import { confirmedIfThere, isDenied } from "../denied.js";
import { podShows, registryOf, secretShows } from "../seen.js";

export function judgeSecretMissing(pull: Pull, scene: Scene): Verdict | undefined {
  if (!isDenied(pull)) return undefined;
  const keyring = scene.keyring(pull);
  if (keyring.credentials.length > 0 && !cameLate(pull, scene)) return undefined;
  const named = podShows(pull, scene, `names pull secret ${pull.pod.pullSecrets.join(", ")}`);

  const late = cameLate(pull, scene);
  if (late !== undefined) return confirmed(late, named);

  if (pull.pod.notShown?.includes("pullSecrets")) {
    const told = kubeletSays(pull, undefined, scene);
    return told === undefined ? undefined : likely(`the pod's other pull secrets`, told);
  }
  const missing = keyring.named.filter(({ secret }) => secret === undefined).map(({ name }) => name);
  if (missing.length === 0) return undefined;
  const said = kubeletSays(pull, missing, scene);
  if (said !== undefined) {
    // One that could not be read and that the kubelet does not miss may have been sent.
    const unread = keyring.named.filter(
      ({ name, secret, isMissing }) =>
        secret === undefined && !isMissing && !speaksOf(said.quote ?? "", name),
    );
    return unread.length > 0
      ? likely(`the pull secret ${unread.map(({ name }) => name).join(", ")}`, said, named)
      : confirmedIfThere(pull, scene, said, named);
  }
  const gone = keyring.named.filter(({ isMissing }) => isMissing).map(({ name }) => name);
  if (gone.length === 0) return undefined;
  const list: Evidence = {
    source: "secret",
    where: `secrets in ${pull.pod.namespace}`,
    shows: `${gone.join(", ")} is not among them`,
    from: scene.snapshot.from,
  };
  if (!keyring.known) return likely(`the other pull secrets of the pod for ${registryOf(pull)}`, list, named);
  return confirmedIfThere(pull, scene, list, named);
}

/** A named secret made only after the pull had failed: it was missing then. */
function cameLate(pull: Pull, scene: Scene): Evidence | undefined {
  if (pull.since === undefined) return undefined;
  for (const { secret } of scene.keyring(pull).named) {
    // A secret that was deleted and made again would look the same, hence the second source.
    if (secret?.createdAt === undefined || secret.createdAt <= pull.since) continue;
    if (pull.endedAt === undefined && secret.createdAt <= (pull.lastFailureAt ?? pull.since)) continue;
    return secretShows(
      secret,
      scene,
      `made ${secret.createdAt.toISOString()}, after the first failure at ${pull.since.toISOString()}`,
    );
  }
  return undefined;
}

/** The names in `Unable to retrieve some image pull secrets (a, b); …`, of the event about this pod. */
export function namesSaid(pull: Pull, scene: Scene): readonly string[] {
  return namesIn(kubeletSays(pull, undefined, scene)?.quote ?? "");
}

const namesIn = (words: string): readonly string[] => /\(([^()]+)\)/.exec(words)?.[1]?.split(", ") ?? [];

const speaksOf = (words: string, secret: string): boolean =>
  namesIn(words).includes(secret) || words.includes(`secret "${secret}" not found`);

/** `missing` undefined: whatever secret it names. The event of newer kubelets and the log line of older ones name the secret that is not there. */
function kubeletSays(pull: Pull, missing: readonly string[] | undefined, scene: Scene): Evidence | undefined {
  const { namespace, name, uid } = pull.pod;
  for (const event of scene.snapshot.events) {
    if (
      event.reason !== "FailedToRetrieveImagePullSecret" ||
      event.about.name !== name ||
      event.about.namespace !== namespace ||
      (event.about.uid !== undefined && event.about.uid !== uid)
    )
      continue;
    if (missing?.some((secret) => speaksOf(event.message, secret)) === false) continue;
    return {
      source: "event",
      where: `pod/${name}`,
      shows: "the kubelet could not get the secret",
      quote: event.message,
      from: scene.from(event),
      count: event.count,
      ...(event.lastAt ? { lastAt: event.lastAt } : {}),
    };
  }
  for (const message of scene.snapshot.messages) {
    const isThis = missing?.some(
      (secret) =>
        message.text.includes(`${namespace}/${secret}`) &&
        message.text.includes(`secret "${secret}" not found`),
    );
    if (isThis !== true) continue;
    return {
      source: "log",
      where: message.where,
      shows: "the kubelet looked for the secret and found none",
      quote: message.text,
      from: scene.from(message),
    };
  }
  return undefined;
}
