// Can the kubelet decode the pod's pull secrets? One that it cannot spoils the whole set.

import type { Verdict } from "../../model/evidence.js";
import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { confirmed, likely, type Scene } from "../define.js";
import { isDenied } from "../denied.js";
import { podShows, secretShows } from "../seen.js";

/** The first secret of the pod that cannot be decoded now. */
export function brokenSecret(pull: Pull, scene: Scene): PullSecret | undefined {
  if (pull.reading.cause !== "secret-malformed" && !isDenied(pull)) return undefined;
  return scene
    .keyring(pull)
    .named.flatMap(({ secret }) => (secret?.trouble?.is === "malformed" ? [secret] : []))[0];
}

export function judgeSecretMalformed(pull: Pull, scene: Scene): Verdict | undefined {
  const broken = brokenSecret(pull, scene);
  if (broken?.trouble === undefined) return undefined;
  const seen = secretShows(broken, scene, `the kubelet cannot decode it: ${broken.trouble.why}`);
  const named = podShows(pull, scene, `names ${pull.pod.pullSecrets.join(", ")}`);
  // A kubelet that meets such a secret says so and asks no registry; an answer of the registry
  // means that the secret was another one then.
  return pull.reading.cause === "secret-malformed"
    ? confirmed(seen, named)
    : likely("what the secret held when the registry answered", seen, named);
}
