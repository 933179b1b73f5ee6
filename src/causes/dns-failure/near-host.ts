// Is a registry in use, or one that everybody knows, one slip away from the host that was not found?

import { distance } from "fastest-levenshtein";
import type { Pull } from "../../model/pull.js";
import type { Scene } from "../define.js";

const wellKnown: readonly string[] = [
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "mcr.microsoft.com",
  "public.ecr.aws",
  "quay.io",
  "registry.access.redhat.com",
  "registry.gitlab.com",
  "registry.k8s.io",
  "registry.redhat.io",
];

export interface NearHost {
  readonly host: string;
  readonly why: string;
}

/** `undefined`: the host that was not found is not the image's own, or nothing known is near it. */
export function nearHost(pull: Pull, scene: Scene): NearHost | undefined {
  const asked = pull.reference?.registry;
  if (asked === undefined || (pull.reading.host ?? asked).replace(/:\d+$/, "") !== asked.replace(/:\d+$/, ""))
    return undefined;
  const used = new Set([...scene.knownRepositories].map((name) => name.slice(0, name.indexOf("/"))));
  if (used.has(asked)) return undefined;
  const here = [...used].find((host) => isSlip(asked, host));
  if (here !== undefined) return { host: here, why: "from which this cluster has pulled" };
  const known = wellKnown.find((host) => isSlip(asked, host));
  return known === undefined ? undefined : { host: known, why: "a public registry" };
}

/** One letter too many, too few or another; digits tell hosts apart on purpose. */
const isSlip = (asked: string, known: string): boolean =>
  distance(asked, known) === 1 && asked.replace(/\D/g, "") === known.replace(/\D/g, "");
