// The dialects by their names in world files.

import type { DialectName } from "../config.js";
import { acr } from "./acr.js";
import { artifactory } from "./artifactory.js";
import type { Dialect } from "./dialect.js";
import { dockerHub } from "./docker-hub.js";
import { ecr } from "./ecr.js";
import { ecrPublic } from "./ecr-public.js";
import { gar } from "./gar.js";
import { bearer, htpasswd, plain } from "./generic.js";
import { ghcr } from "./ghcr.js";
import { gitlab } from "./gitlab.js";
import { harbor } from "./harbor.js";
import { nexus } from "./nexus.js";
import { quay } from "./quay.js";

export const dialectByName: Readonly<Record<DialectName, Dialect>> = {
  plain,
  htpasswd,
  bearer,
  "docker-hub": dockerHub,
  ecr,
  "ecr-public": ecrPublic,
  ghcr,
  gar,
  acr,
  quay,
  harbor,
  gitlab,
  nexus,
  artifactory,
};

/** What a host of that name is in real life, when a world file does not say. */
export function dialectOfHost(host: string): DialectName {
  const name = host.split(":")[0] ?? host;
  if (name === "docker.io") return "docker-hub";
  if (/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/.test(name)) return "ecr";
  if (name === "public.ecr.aws") return "ecr-public";
  if (name === "ghcr.io") return "ghcr";
  if (name === "gcr.io" || name.endsWith(".gcr.io") || name.endsWith("-docker.pkg.dev")) return "gar";
  if (name.endsWith(".azurecr.io")) return "acr";
  if (name === "quay.io") return "quay";
  if (name === "registry.gitlab.com") return "gitlab";
  return "plain";
}
