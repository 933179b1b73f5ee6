// Which registries the pods of a cluster pull from.

import { type Reference, tryParseReference } from "../model/reference.js";
import type { Api } from "./api.js";
import { placeOf } from "./gather-list.js";
import { readObject } from "./objects.js";
import { record } from "./objects-fields.js";
import { inParallel, orRefusal, readPages } from "./paging.js";
import { parseItem } from "./scan.js";

export interface RegistryInUse {
  /** `docker.io`; "" for images whose name cannot be parsed. */
  readonly registry: string;
  readonly pods: number;
  /** Distinct images. */
  readonly images: number;
  /** Some of these images, for asking the registry; [] where no name can be parsed. */
  readonly samples: readonly Reference[];
}

const mostSamples = 200;

/** Pods of these namespaces; `undefined` among them stands for all. A list that fails is left out. */
export async function registriesInUse(
  scopes: readonly (string | undefined)[],
  api: Api,
): Promise<{ readonly registries: readonly RegistryInUse[]; readonly podsLookedAt: number }> {
  const registryOf = new Map<string, Reference | undefined>();
  const podsOf = new Map<string, number>();
  let podsLookedAt = 0;
  const see = (bytes: Buffer): void => {
    podsLookedAt += 1;
    for (const registry of new Set(imagesOf(bytes).map((image) => lookUp(image, registryOf)?.registry ?? "")))
      podsOf.set(registry, (podsOf.get(registry) ?? 0) + 1);
  };
  await inParallel(scopes, async (namespace) => {
    await orRefusal(readPages(api, { path: placeOf("/api/v1", "pods", namespace), item: see }));
  });
  const images = [...registryOf.values()];
  const registries = [...podsOf].map(([registry, pods]) => {
    const own = images.filter((one) => (one?.registry ?? "") === registry);
    const samples = own.slice(0, mostSamples).flatMap((one) => one ?? []);
    return { registry, pods, images: own.length, samples };
  });
  registries.sort((a, b) => b.pods - a.pods || (a.registry < b.registry ? -1 : 1));
  return { registries, podsLookedAt };
}

function lookUp(image: string, known: Map<string, Reference | undefined>): Reference | undefined {
  if (known.has(image)) return known.get(image);
  const parsed = tryParseReference(image);
  const reference = parsed.ok ? parsed.reference : undefined;
  known.set(image, reference);
  return reference;
}

/** From the spec: the status may show what the runtime made of a name. */
function imagesOf(bytes: Buffer): readonly string[] {
  const pod = readObject({ ...record(parseItem(bytes)), kind: "Pod", apiVersion: "v1" });
  if (pod?.kind !== "Pod") return [];
  return [...pod.containers, ...pod.imageVolumes].map(({ image }) => image).filter((image) => image !== "");
}
