// Have the credentials in the secret ended? Told by their own date where they carry one, else by
// their kind and age: an ECR login lives 12 hours, and a Secret does not renew itself.

import type { Verdict } from "../../model/evidence.js";
import type { PullSecret } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { confirmed, likely, type Scene } from "../define.js";
import { isDenied } from "../denied.js";
import { secretShows } from "../seen.js";
import { lifetimeOf } from "./lifetimes.js";

const hourMs = 3_600_000;

/** A secret that is sent and whose credentials have ended, or are of a kind that cannot live so long. */
export interface Ended {
  readonly secret: PullSecret;
  readonly shows: string;
  /** Absent: only kind and age say so. */
  readonly at?: Date;
}

export function endedSecret(pull: Pull, scene: Scene): Ended | undefined {
  if (!isDenied(pull) || pull.reading.credentials === "none") return undefined;
  const failedAt = pull.lastFailureAt ?? pull.since ?? scene.now;
  const { credentials, named } = scene.keyring(pull);
  for (const { secret } of named) {
    const credential = credentials.find((one) => one.secretName === secret?.name);
    if (secret === undefined || credential === undefined) continue;
    const at = secret.notes.find((note) => note.is === "expires" && note.key === credential.key)?.at;
    if (at !== undefined) {
      if (at > failedAt) continue;
      return { secret, at, shows: `its credentials ended ${at.toISOString()}` };
    }
    const written = secret.writtenAt ?? secret.createdAt;
    if (written === undefined) continue;
    const ageHours = Math.floor((failedAt.getTime() - written.getTime()) / hourMs);
    const how = secret.writtenAt === undefined ? "made" : "last written";
    const made = `the secret was ${how} ${ageHours} h before the failure`;
    const lifetime = lifetimeOf(credential.username);
    if (lifetime !== undefined && ageHours >= lifetime.atMostHours) {
      const { what, atMostHours } = lifetime;
      return {
        secret,
        shows: `user ${credential.username} means ${what}, which lives at most ${atMostHours} h; ${made}`,
      };
    }
    // A job's token ends with its job, and no job runs longer than a day.
    const kind = secret.notes.find((note) => note.is === "short-lived-kind" && note.key === credential.key);
    if (lifetime === undefined && kind !== undefined && ageHours >= 24)
      return { secret, shows: `${kind.text}; ${made}` };
  }
  return undefined;
}

export function judgeCredentialsExpired(pull: Pull, scene: Scene): Verdict | undefined {
  const ended = endedSecret(pull, scene);
  if (ended === undefined) return undefined;
  const seen = secretShows(ended.secret, scene, ended.shows);
  // The kubelet tries every login that fits: what is told may be about another one.
  const isOnly = scene.keyring(pull).credentials.every(({ secretName }) => secretName === ended.secret.name);
  if (!isOnly) return likely("whether the pod's other login for this registry is refused too", seen);
  if (ended.at !== undefined) return confirmed(seen);
  return likely(
    ended.secret.writtenAt === undefined
      ? "when the secret's data was last written"
      : "whether the registry still takes what the secret holds",
    seen,
  );
}
