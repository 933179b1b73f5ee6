// HTTP statuses of registries, token servers and what stands in front of them. 401 and 403 mean
// different things at a token server and at a manifest, and with nothing sent or something.

import type { MessageCause } from "../model/reading.js";
import { type RegistryFamily, registryFamily } from "../model/registry-family.js";
import type { Chain } from "./chain.js";
import { type Meant, meant, nothing } from "./meant.js";

export function causeOfStatus(chain: Chain): Meant {
  const { status } = chain;
  if (status === undefined || status < 300) return nothing;
  switch (status) {
    case 401:
    case 403:
      return refused(chain, status);
    case 402:
      return meant("quota-exceeded", "access-denied");
    case 404:
      return chain.stage === "token" || chain.stage === "api"
        ? meant("registry-error", "intercepted-response", "repository-not-found")
        : missing(chain);
    case 407:
      return meant("proxy-failure");
    case 408:
      return meant("connection-timeout", "registry-unavailable");
    case 410:
      return meant("registry-retired", "tag-not-found", "registry-error");
    case 412:
      return meant("policy-blocked", "registry-error", "access-denied");
    case 429:
      return meant("rate-limited");
    case 451:
      return meant("access-denied", "policy-blocked");
    case 507:
      return meant("quota-exceeded", "registry-unavailable");
    default:
      if (status >= 500) return meant("registry-unavailable");
      if (status === 400)
        return meant("registry-error", "credentials-expired", "plain-http-registry", "invalid-reference");
      return meant("registry-error", "intercepted-response");
  }
}

/** 401 and 403, by what was sent and who answered. */
export function refused(chain: Chain, status: 401 | 403): Meant {
  const family = registryFamily(chain.registry ?? chain.host ?? "");
  if (chain.isMirror && status === 403)
    return meant("access-denied", "policy-blocked", "registry-retired", "credentials-missing");
  if (chain.credentials === "none")
    return meant("credentials-missing", "access-denied", "repository-not-found");
  if (chain.credentials === "sent") return refusedLogin(status, family);
  if (chain.stage === "token")
    return meant("credentials-missing", "credentials-rejected", "access-denied", "repository-not-found");
  if (status === 401)
    return meant("credentials-missing", "credentials-rejected", "access-denied", "repository-not-found");
  return meant("access-denied", ...forbidden(family));
}

/** A token server refused a login. GitHub's answers 403 to a wrong token, others to a missing right. */
function refusedLogin(status: 401 | 403, family: RegistryFamily): Meant {
  if (status === 401) return meant("credentials-rejected", "credentials-expired", "credentials-missing");
  return family === "ghcr"
    ? meant("credentials-rejected", "credentials-expired", "access-denied")
    : meant("access-denied", "credentials-rejected", "credentials-expired", "repository-not-found");
}

/** What 403 on a manifest may mean beside a missing right: ECR says it of an expired login too. */
function forbidden(family: RegistryFamily): readonly MessageCause[] {
  if (family === "ecr" || family === "ecr-public")
    return ["credentials-expired", "credentials-rejected", "credentials-missing"];
  return ["credentials-missing", "credentials-rejected", "repository-not-found"];
}

/** 404: a digest, a tag, or the repository as a whole. Some registries never say 404 of a repository. */
export function missing(chain: Chain): Meant {
  const named = chain.ref ?? chain.image ?? "";
  if (chain.stage === "blob" || chain.stage === "config") return meant("blob-missing", "registry-error");
  if (
    named.includes("@sha") ||
    chain.tag?.startsWith("sha256:") === true ||
    chain.url?.includes("/manifests/sha256:") === true
  ) {
    return meant("digest-not-found", "tag-not-found", "repository-not-found");
  }
  const family = registryFamily(chain.registry ?? chain.host ?? "");
  return family === "docker-hub" && named !== ""
    ? meant("tag-not-found")
    : meant("tag-not-found", "repository-not-found");
}
