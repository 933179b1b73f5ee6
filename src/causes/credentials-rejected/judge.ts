// Were credentials sent and refused? The pod's keyring says that they were sent, the registry's
// 401 that they were refused; a stray space or line end in them is often why.

import type { Verdict } from "../../model/evidence.js";
import type { PullSecret, SecretNote } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { confirmed, likely, type Scene } from "../define.js";
import { isDenied, saysBoth } from "../denied.js";
import { registryOf, secretShows } from "../seen.js";

/** The first named secret that is sent, the user it is sent as, and what is odd about its value. */
export interface Sent {
  readonly secret: PullSecret;
  readonly username: string;
  readonly oddity?: SecretNote;
}

export function sentSecret(pull: Pull, scene: Scene): Sent | undefined {
  const { credentials, named } = scene.keyring(pull);
  for (const { secret } of named) {
    const credential = credentials.find((one) => one.secretName === secret?.name);
    if (secret === undefined || credential === undefined) continue;
    const oddity = secret.notes.find((one) => one.is === "whitespace" && one.key === credential.key);
    return { secret, username: credential.username, ...(oddity ? { oddity } : {}) };
  }
  return undefined;
}

export function judgeCredentialsRejected(pull: Pull, scene: Scene): Verdict | undefined {
  if (!isDenied(pull) || saysBoth(pull)) return undefined;
  const { reading } = pull;
  if (reading.status !== 401 && reading.cause !== "credentials-rejected") return undefined;
  if (reading.credentials === "none") return undefined;
  // Harbor answers a signed-in stranger with 401 as well; see diagnose/narrow.ts.
  if (scene.family(pull) === "harbor" && reading.stage === "manifest") return undefined;
  const sent = sentSecret(pull, scene);
  if (sent === undefined) return undefined;
  const { secret, username, oddity } = sent;
  const seen = secretShows(
    secret,
    scene,
    `${username === "" ? "an empty user name" : `user ${username}`} is sent to ${registryOf(pull)}`,
  );
  if (oddity !== undefined)
    return likely(
      "whether the registry takes them without it",
      secretShows(secret, scene, oddity.text),
      seen,
    );
  const said = pull.said[0]?.evidence;
  return reading.cause === "credentials-rejected" && reading.verdict === "confirmed" && said !== undefined
    ? confirmed(said, seen)
    : likely("whether the registry still knows this user and password", seen);
}
