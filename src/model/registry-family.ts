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

const exact: Readonly<Record<string, RegistryFamily>> = {
  "docker.io": "docker-hub",
  "registry-1.docker.io": "docker-hub",
  "index.docker.io": "docker-hub",
  "auth.docker.io": "docker-hub",
  "public.ecr.aws": "ecr-public",
  "ghcr.io": "ghcr",
  "gcr.io": "google",
  "quay.io": "quay",
  "registry.gitlab.com": "gitlab",
};

/**
 * The family of a registry host (with or without port). `usernames` are the user names that
 * would be sent: Harbor's robots carry their product in the name. `other` when nothing tells.
 */
export function registryFamily(host: string, usernames: readonly string[] = []): RegistryFamily {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const known = exact[name];
  if (known !== undefined) return known;
  const labels = name.split(".");
  if (name.endsWith(".gcr.io") || name.endsWith(".pkg.dev")) return "google";
  if (labels.includes("azurecr")) return "acr";
  if (labels.includes("dkr") && labels.some((label) => label === "ecr" || label === "ecr-fips")) return "ecr";
  if (usernames.some((user) => user.startsWith("robot$"))) return "harbor";
  if (labels[0]?.startsWith("harbor")) return "harbor";
  return "other";
}

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
