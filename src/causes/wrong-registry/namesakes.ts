// The same image at another registry that the cluster pulls from: known by an image in use there, or by having asked.

import type { ImageProbe } from "../../model/probe.js";
import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import { registryFamily } from "../../model/registry-family.js";
import type { Scene } from "../define.js";

export interface Namesake {
  readonly image: string;
  readonly registry: string;
}

const mostRegistries = 3;

/**
 * Where the same repository and tag may be; at most three. A name is told only to registries that may be meant by it: any in
 * use when it has no registry of its own, else other accounts and regions of one product, and registries whose images in the
 * cluster begin alike. A private name is nobody else's business, and whoever registers it elsewhere must not be offered.
 */
export function namesakesOf(pull: Pull, scene: Scene): readonly Namesake[] {
  const { reference } = pull;
  if (reference === undefined || reference.digest !== undefined) return [];
  const { registry, repository, tag = "latest" } = reference;
  const isFilledIn = registry === "docker.io";
  const name = isFilledIn ? repository.replace(/^library\//, "") : repository;
  const owner = name.includes("/") ? name.slice(0, name.indexOf("/") + 1) : undefined;
  const hosts = new Set<string>();
  for (const { pull: good } of scene.working) {
    const other = good.reference;
    if (other === undefined || other.registry === registry) continue;
    const isAlike = owner !== undefined && other.repository.startsWith(owner);
    const isPrivate = other.registry !== "docker.io";
    if (isAlike || (isPrivate && (isFilledIn || isSameProduct(other.registry, registry))))
      hosts.add(other.registry);
  }
  return [...hosts]
    .sort()
    .slice(0, mostRegistries)
    .map((host) => ({ image: `${host}/${name}:${tag}`, registry: host }));
}

/** Another account or region of Amazon ECR, another instance of Artifact Registry or of Azure's registry. */
function isSameProduct(one: string, other: string): boolean {
  const family = registryFamily(one);
  return (family === "ecr" || family === "google" || family === "acr") && family === registryFamily(other);
}

/** One of them that was asked for and is there. */
export function namesakeThere(
  pull: Pull,
  scene: Scene,
): (Namesake & { readonly probe: ImageProbe }) | undefined {
  for (const namesake of namesakesOf(pull, scene)) {
    const parsed = tryParseReference(namesake.image);
    if (!parsed.ok) continue;
    const { registry, repository, tag } = parsed.reference;
    const probe = scene.probes?.images.find(
      (one) =>
        one.registry === registry &&
        one.repository === repository &&
        one.reference === tag &&
        one.answer.is === "there",
    );
    if (probe !== undefined) return { ...namesake, probe };
  }
  return undefined;
}
