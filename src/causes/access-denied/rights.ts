// What a registry calls the right to pull, and who can give it.

import type { RegistryFamily } from "../../model/registry-family.js";

/** One line for each product: the right, in its own words. */
export const rightToPull: Readonly<Record<RegistryFamily, string>> = {
  "docker-hub": "read access to the repository, by its owner: a collaborator, or a team of the organisation",
  ecr: "ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability on the repository and ecr:GetAuthorizationToken; from another account the repository's policy has to allow it as well",
  "ecr-public": "nothing: ECR Public is readable by all; a stale login is what it refuses",
  ghcr: "read access to the package, and a token with read:packages that is authorised for the organisation's single sign-on",
  google: "roles/artifactregistry.reader on the repository for the account that asks",
  acr: "the role AcrPull on the registry, and the address in its firewall rules",
  quay: "read permission on the repository for the user or robot",
  gitlab: "at least Reporter in the project, or a deploy token with read_registry",
  harbor: "the right to pull in the project for the user or robot",
  other: "read access to the repository",
};
