// Evidence about the objects behind a pull, each with its papers: what, where, from which source.

import type { Evidence } from "../model/evidence.js";
import type { PullSecret, ServiceAccount } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import type { Scene } from "./define.js";

/** What the pod itself shows about its pull secrets. */
export function podShows(pull: Pull, scene: Scene, shows: string): Evidence {
  return {
    source: "pod",
    where: `pod/${pull.pod.name} in ${pull.pod.namespace}`,
    shows,
    from: scene.from(pull.pod),
  };
}

/** What a Secret shows. Values never travel here: `shows` is written from names and types. */
export function secretShows(secret: PullSecret, scene: Scene, shows: string): Evidence {
  return {
    source: "secret",
    where: `secret/${secret.name} in ${secret.namespace}`,
    shows,
    from: scene.from(secret),
  };
}

export function accountShows(account: ServiceAccount, scene: Scene, shows: string): Evidence {
  return {
    source: "service-account",
    where: `serviceaccount/${account.name} in ${account.namespace}`,
    shows,
    from: scene.from(account),
  };
}

/** The registry keys of a secret, for sentences: `registry.example.com, https://index.docker.io/v1/`. */
export const keysOf = (secret: PullSecret): string => {
  const keys = secret.entries.map((entry) => entry.key);
  const shown = keys.slice(0, 3).join(", ");
  return keys.length > 3 ? `${shown} and ${keys.length - 3} more` : shown;
};

/** The host that a credential would have to be for. */
export const registryOf = (pull: Pull): string =>
  pull.reference?.registry ?? pull.reading.registry ?? "the registry";
