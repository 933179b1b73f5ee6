// Was the pull refused for who asks, rather than for what was asked? Shared by every cause
// about credentials.

import type { Evidence, Verdict } from "../model/evidence.js";
import type { Pull } from "../model/pull.js";
import { type RegistryFamily, registryFamily } from "../model/registry-family.js";
import { showsRepository } from "./asked.js";
import { confirmed, likely, type Scene } from "./define.js";

const refusals: ReadonlySet<string> = new Set([
  "credentials-missing",
  "credentials-rejected",
  "credentials-expired",
  "access-denied",
]);

/** True when the runtime's sentence itself names both: not there, or not allowed. */
export const saysBoth = (pull: Pull): boolean =>
  pull.said.some(({ evidence }) =>
    /does not exist or (may require|no pull access)|may require .?docker login/.test(
      (evidence.quote ?? "").replace(/\s+/g, " "),
    ),
  );

/** True when the registry refused to let the pull in, whatever the reason. */
export const isDenied = (pull: Pull): boolean =>
  refusals.has(pull.reading.cause) || (pull.reading.cause === "repository-not-found" && saysBoth(pull));

/** The broader cause of a refusal: what the message shows, else that credentials are missing. */
export const refusalOf = (pull: Pull): string =>
  refusals.has(pull.reading.cause) ? pull.reading.cause : "credentials-missing";

/** Registries with public images that answer a stranger alike for private and for missing ones. */
const answersAlike: ReadonlySet<RegistryFamily> = new Set([
  "docker-hub",
  "ghcr",
  "google",
  "quay",
  "gitlab",
  "harbor",
]);

/** True when the refusal may as well mean that the repository is not there. */
export function mayBeMissing(pull: Pull, scene: Scene): boolean {
  const { reference } = pull;
  if (reference === undefined) return true;
  const { registry, repository } = reference;
  if (showsRepository(pull, scene) !== undefined) return false;
  if (scene.knownRepositories.has(`${registry}/${repository}`)) return false;
  if (answersAlike.has(registryFamily(registry))) return true;
  // "no basic auth credentials" comes before the registry looks for anything; a token that was
  // granted and is not enough comes after.
  return saysBoth(pull) && !pull.said.some(({ evidence }) => evidence.quote?.includes("no basic auth"));
}

/** Confirmed, unless the registry's refusal may mean that there is no such repository. */
export function confirmedIfThere(pull: Pull, scene: Scene, first: Evidence, ...rest: Evidence[]): Verdict {
  return mayBeMissing(pull, scene)
    ? likely(`whether ${repositoryOf(pull)} exists`, first, ...rest)
    : confirmed(first, ...rest);
}

/** As `confirmedIfThere`, and only where every pull secret of the pod was read: one that was not may have been sent. */
export function confirmedIfAllRead(pull: Pull, scene: Scene, first: Evidence, ...rest: Evidence[]): Verdict {
  const { known, why } = scene.keyring(pull);
  return known
    ? confirmedIfThere(pull, scene, first, ...rest)
    : likely(why ?? "the pod's other pull secrets", first, ...rest);
}

const repositoryOf = ({ reference, image }: Pull): string =>
  reference === undefined ? image : `${reference.registry}/${reference.repository}`;
