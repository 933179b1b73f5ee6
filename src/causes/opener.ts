// A secret that would open the image and that nothing names: better than any secret to be made.

import type { PullSecret } from "../model/objects.js";
import type { ImageProbe } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import { secretAnswer } from "./asked.js";
import type { Scene } from "./define.js";
import { isDenied } from "./denied.js";

/** A static pod mirrors a file on its node: nothing in the API can give it a secret. */
export const isStatic = (pull: Pull): boolean => pull.pod.owners.some(({ kind }) => kind === "Node");

/** A secret of the pod's namespace that holds credentials for the image and that the pod does not name. */
export function unnamedOpener(pull: Pull, scene: Scene): PullSecret | undefined {
  if (!isDenied(pull) || pull.pod.notShown?.includes("pullSecrets") || isStatic(pull)) return undefined;
  if (scene.keyring(pull).credentials.length > 0) return undefined;
  const { namespace, pullSecrets } = pull.pod;
  const fitting = scene
    .secretsIn(namespace)
    .items.filter((secret) => !pullSecrets.includes(secret.name) && scene.opens(secret, pull).length > 0);
  const answered = fitting.map((secret) => ({
    secret,
    answer: secretAnswer(secret, pull, scene)?.answer.is,
  }));
  // The registry's word decides where it was asked: one that it refuses would open nothing.
  return (answered.find(({ answer }) => answer === "there") ?? answered.find(({ answer }) => answer !== "no"))
    ?.secret;
}

/** A secret of the namespace that the registry was seen to take for this image, and that the pod does not name. */
export function openingSecret(
  pull: Pull,
  scene: Scene,
): { readonly secret: PullSecret; readonly probe: ImageProbe } | undefined {
  for (const secret of scene.secretsIn(pull.pod.namespace).items) {
    if (pull.pod.pullSecrets.includes(secret.name)) continue;
    const probe = secretAnswer(secret, pull, scene);
    if (probe?.answer.is === "there") return { secret, probe };
  }
  return undefined;
}
