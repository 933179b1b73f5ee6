// Which registry product answers at a host, as far as the name and the login tell. The product
// decides what "401" and "403" mean there; semantics reference, section 7.4.

/** Registry products that answer "missing" and "forbidden" each in their own way. */
export type RegistryFamily =
  | "docker-hub"
  | "ecr"
  | "ecr-public"
  | "ghcr"
  | "google"
  | "acr"
  | "quay"
  | "gitlab"
  | "harbor"
  | "other";

const exact: ReadonlyMap<string, RegistryFamily> = new Map([
  ["docker.io", "docker-hub"],
  ["registry-1.docker.io", "docker-hub"],
  ["index.docker.io", "docker-hub"],
  ["auth.docker.io", "docker-hub"],
  ["public.ecr.aws", "ecr-public"],
  ["ghcr.io", "ghcr"],
  ["gcr.io", "google"],
  ["quay.io", "quay"],
  ["registry.gitlab.com", "gitlab"],
]);

/**
 * The family of a registry host (with or without port). `usernames` are the user names that
 * would be sent: Harbor's robots carry their product in the name. `other` when nothing tells.
 */
export function registryFamily(host: string, usernames: readonly string[] = []): RegistryFamily {
  const name = (host.includes(":") ? host.replace(/:\d+$/, "") : host).toLowerCase();
  const known = exact.get(name);
  if (known !== undefined) return known;
  if (name.endsWith(".gcr.io") || name.endsWith(".pkg.dev")) return "google";
  if (hasLabel(name, "azurecr")) return "acr";
  if (hasLabel(name, "dkr") && (hasLabel(name, "ecr") || hasLabel(name, "ecr-fips"))) return "ecr";
  if (usernames.some((user) => user.startsWith("robot$"))) return "harbor";
  return name.startsWith("harbor") ? "harbor" : "other";
}

const hasLabel = (name: string, label: string): boolean =>
  name.includes(label) && name.split(".").includes(label);

/** Families whose own cloud nodes sign in without any pull secret, by the node's identity. */
export const usesNodeIdentity: ReadonlySet<RegistryFamily> = new Set(["ecr", "google", "acr"]);

/** How a family is called in sentences. */
export const familyTitles: Readonly<Record<RegistryFamily, string>> = {
  "docker-hub": "Docker Hub",
  ecr: "Amazon ECR",
  "ecr-public": "Amazon ECR Public",
  ghcr: "GitHub's registry",
  google: "Google Artifact Registry",
  acr: "Azure Container Registry",
  quay: "Quay",
  gitlab: "GitLab's registry",
  harbor: "Harbor",
  other: "the registry",
};
