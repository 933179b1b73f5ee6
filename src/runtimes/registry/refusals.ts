// What registry products say in their own words when they refuse, or when something is not there.

import { leaf } from "../sentence.js";

const expired = {
  says: "credentials-expired" as const,
  credentials: "sent" as const,
  pull: "always" as const,
};
/** Every service says it: something beside it must show that it is about a pull. */
const rejected = {
  says: "credentials-rejected" as const,
  pull: "never" as const,
  credentials: "sent" as const,
  also: ["credentials-missing" as const, "credentials-expired" as const],
};
const forbidden = { says: "access-denied" as const, pull: "always" as const };
const policy = { says: "policy-blocked" as const, pull: "always" as const };

export const refusals = [
  // Refused: nothing sent, or who knows
  leaf({
    id: "docker.no-basic",
    whole: "no basic auth credentials",
    says: "credentials-missing",
    credentials: "none",
    stage: "manifest",
    by: "docker",
  }),
  leaf({
    id: "reg.auth-required",
    whole:
      "{authentication required|Authentication required|authentication is required|Authentication is required}{, visit {any}|}",
    says: "unauthorized",
    pull: "never",
  }),
  leaf({
    id: "reg.access-denied",
    whole: "requested access to the resource is denied",
    says: "denied",
    pull: "always",
  }),
  leaf({
    id: "reg.quay",
    whole: "access to the requested resource is not authorized",
    ...forbidden,
    also: ["credentials-missing", "credentials-rejected", "repository-not-found"],
  }),
  leaf({
    id: "reg.harbor",
    whole: "unauthorized to access repository: {any}",
    says: "unauthorized",
    pull: "always",
  }),
  leaf({
    id: "reg.anonymous",
    whole:
      "{Anonymous users are only allowed read access on public repos|You may not login yet|reqPackageAccess}{any}",
    says: "credentials-missing",
    also: ["access-denied", "credentials-rejected"],
    pull: "always",
  }),
  leaf({
    id: "reg.artifactory",
    whole: "The client does not have permission for manifest{any}",
    ...forbidden,
    also: ["credentials-missing", "credentials-rejected", "tag-not-found"],
    stage: "manifest",
  }),
  leaf({
    id: "reg.gitlab",
    whole: "access forbidden",
    says: "denied",
    also: ["repository-not-found"],
    pull: "never",
  }),
  leaf({
    id: "reg.gar.anonymous",
    whole: "Unauthenticated request{s|. Unauthenticated requests} do not have permission{any}",
    says: "credentials-missing",
    credentials: "none",
    also: ["access-denied", "repository-not-found"],
    pull: "always",
  }),
  leaf({
    id: "reg.gar",
    whole:
      "Permission {\"artifactregistry.{quoted}\"|artifactregistry.{token}|'artifactregistry.{any}'} denied on resource{any}",
    ...forbidden,
    also: ["repository-not-found", "credentials-expired", "credentials-missing"],
  }),
  // Of a bucket, below Container Registry or anything else.
  leaf({
    id: "reg.gar.other",
    whole: "Permission {\"{quoted}\"|{token}|'{any}'} denied on resource{any}",
    ...forbidden,
    also: ["repository-not-found", "credentials-expired", "credentials-missing"],
    pull: "never",
  }),
  leaf({
    id: "reg.gcr",
    whole:
      "You {don't|dont|do not} have the needed permissions to perform this operation{, and you may have invalid credentials|}{any}",
    ...forbidden,
    also: ["credentials-missing", "credentials-rejected"],
  }),
  leaf({
    id: "reg.gcr.token",
    whole: "{Token exchange failed|Access denied|Caller does not have permission}{any}",
    ...forbidden,
    pull: "never",
    also: ["credentials-missing", "credentials-rejected", "repository-not-found"],
  }),
  leaf({
    id: "reg.ecr",
    whole: "User: {any} is not authorized to perform: {ecr|ecr-public}:{any}",
    ...forbidden,
  }),
  leaf({
    id: "reg.ecr.principal",
    whole: "not authorized to perform: {ecr|ecr-public}:{any}",
    ...forbidden,
  }),
  leaf({
    id: "reg.acr.firewall",
    whole: "client with IP '{any}' is not allowed access{any}",
    ...forbidden,
    also: ["policy-blocked"],
  }),
  leaf({
    id: "reg.export",
    whole: "Since Docker is a US company{any}",
    ...forbidden,
    also: ["policy-blocked", "intercepted-response"],
  }),
  leaf({
    id: "reg.ghcr.scope",
    whole: "{permission_denied: |}{read_package|The token provided does not match expected scopes}{any}",
    ...forbidden,
    also: ["credentials-rejected"],
  }),
  leaf({
    id: "reg.allowlist",
    whole:
      "{this image is not in the allowlist|This image is not in the allowlist|not in whitelist|not in the allowlist}{any}",
    ...policy,
    also: ["access-denied"],
  }),
  // Sent and not accepted, or not any more
  leaf({
    id: "reg.bad-login",
    whole:
      "{incorrect username or password|Incorrect username or password|invalid username or password|Invalid username or password|Invalid Username or Password|invalid username/password|Bad username or password|bad credentials|Bad credentials|wrong username or password|Could not find robot with {any}|Could not find robot{any}|Invalid credentials{any}|invalid credentials{any}|Wrong username or password|authentication failed|basic credential not found}",
    ...rejected,
  }),
  leaf({
    id: "reg.ghcr.token",
    whole: "{unauthenticated: |}User cannot be authenticated with the token provided",
    ...rejected,
    also: ["access-denied", "credentials-expired"],
    pull: "always",
  }),
  leaf({ id: "reg.gitlab.basic", whole: "HTTP Basic: Access denied{any}", ...rejected }),
  leaf({
    id: "reg.ecr.invalid",
    whole: "Your Authorization Token is invalid{any}",
    ...rejected,
    pull: "always",
  }),
  leaf({
    id: "reg.invalid-token",
    whole:
      "{Invalid token|invalid token|Invalid bearer token|invalid_token|The token is invalid|failed to verify token}{any}",
    ...rejected,
  }),
  leaf({ id: "reg.ecr.expired", whole: "Your authorization token has expired{any}", ...expired }),
  leaf({
    id: "reg.pat-expired",
    whole:
      "{personal access token is expired|personal access token has expired|access token has expired|Token has expired|token has expired|token is expired|Token is expired|The token has expired|credentials have expired|authorization token has expired}{any}",
    ...expired,
    pull: "never",
  }),
  leaf({
    id: "reg.email",
    whole:
      "{email must be verified before using account|account is {disabled|locked|suspended}|your account {any}}",
    says: "credentials-rejected",
    credentials: "sent",
    also: ["access-denied"],
  }),
  // Not there
  leaf({
    id: "reg.ecr.full",
    whole:
      "The repository with name '{any}' in registry with id '{any}' already has the maximum allowed number of images{any}",
    says: "not-image-pull",
  }),
  leaf({
    id: "reg.ecr.repository",
    whole: "The repository with name '{any}' does not exist in the registry with id '{any}'",
    says: "repository-not-found",
    pull: "always",
  }),
  leaf({
    id: "reg.ecr.image",
    whole: "{Requested image not found|The image with imageId {any} does not exist{any}}",
    says: "manifest-unknown",
    pull: "always",
    stage: "manifest",
  }),
  leaf({
    id: "reg.harbor.artifact",
    whole: "artifact {ref} not found",
    says: "manifest-unknown",
    pull: "never",
    stage: "manifest",
  }),
  leaf({
    id: "reg.harbor.repository",
    whole: "{repository|project} {ref} not found",
    says: "repository-not-found",
    pull: "never",
  }),
  leaf({
    id: "reg.manifest",
    whole:
      '{The named manifest is not known to the registry|Failed to fetch "{quoted}"{any}|OCI index found, but {any}|manifest unknown to registry}',
    says: "manifest-unknown",
    pull: "always",
    stage: "manifest",
  }),
  leaf({
    id: "reg.manifest.tagged",
    whole: 'manifest tagged by "{quoted}" is not found',
    says: "manifest-unknown",
    pull: "always",
    stage: "manifest",
  }),
  leaf({
    id: "reg.quay.gone",
    whole: "Tag {tag} was deleted or has expired{any}",
    says: "manifest-unknown",
    pull: "always",
    stage: "manifest",
  }),
  leaf({
    id: "reg.retired",
    whole:
      "{Container Registry is deprecated and shutting down|Container Registry is deprecated|Container Registry is shut down}{any}",
    says: "registry-retired",
    pull: "always",
  }),
  leaf({
    id: "reg.retired.other",
    whole:
      "{This repository has been deprecated|this registry {has been|is} {deprecated|shut down|retired|frozen}|The {bitnami|Bitnami} {any}|has been sunset}{any}",
    says: "registry-retired",
    pull: "always",
  }),
];
