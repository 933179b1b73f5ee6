// What references and URLs in a message tell: the registry, the host, and the step of a pull.
// Only as much is read as a message needs; whole references are parsed in model/reference.ts.

import type { Stage } from "../model/reading.js";

/** The registry of an image as written; `docker.io` where none is written, by the rule of distribution/reference. */
export function registryOf(image: string): string {
  const slash = image.indexOf("/");
  if (slash < 0) return "docker.io";
  const first = image.slice(0, slash);
  if (first === "index.docker.io") return "docker.io";
  return first.includes(".") || first.includes(":") || first === "localhost" ? first : "docker.io";
}

/** The repository's path without registry, tag and digest: `library/nginx`, `team/api`. */
export function repositoryOf(image: string): string {
  const slash = image.indexOf("/");
  const isNamed = slash > 0 && registryOf(image) !== "docker.io";
  const isHub = image.startsWith("docker.io/") || image.startsWith("index.docker.io/");
  const path = isNamed || isHub ? image.slice(slash + 1) : image;
  const at = path.indexOf("@");
  const named = at < 0 ? path : path.slice(0, at);
  const colon = named.lastIndexOf(":");
  const bare = colon > named.lastIndexOf("/") ? named.slice(0, colon) : named;
  return bare.includes("/") || registryOf(image) !== "docker.io" ? bare : `library/${bare}`;
}

/** True for names that no registry can have: empty parts, a template left unfilled. */
export function isMalformed(image: string): boolean {
  // The colons of an IPv6 address are its own.
  const name = image.startsWith("[") ? image.slice(image.indexOf("]") + 1) : image;
  return malformed.some((part) => name.includes(part)) || image.endsWith(":") || image.endsWith("@");
}

const malformed = ["::", "//", "${", "$(", "{{", "/:", ":@"];

export interface UrlParts {
  readonly host: string;
  /** The step of a pull that asks such a URL; absent when no registry has it. */
  readonly stage?: Stage;
  /** containerd tells a mirror with `?ns=` which registry it stands for. */
  readonly isMirror: boolean;
}

export function urlParts(url: string): UrlParts | undefined {
  const scheme = url.indexOf("://");
  if (scheme < 0) return undefined;
  const start = scheme + 3;
  let end = start;
  while (end < url.length && !"/?#".includes(url[end] ?? "")) end++;
  const host = url.slice(start, end);
  if (host === "") return undefined;
  const stage = stageOf(url, end);
  const isMirror = url.includes("?ns=") || url.includes("&ns=");
  return stage === undefined ? { host, isMirror } : { host, stage, isMirror };
}

function stageOf(url: string, pathStart: number): Stage | undefined {
  if (url.includes("scope=repository", pathStart)) return "token";
  if (url.includes("/manifests/", pathStart)) return "manifest";
  if (url.includes("/blobs/", pathStart)) return "blob";
  const query = url.indexOf("?", pathStart);
  const path = query < 0 ? url.slice(pathStart) : url.slice(pathStart, query);
  if (query >= 0 && (path.endsWith("/token") || path.endsWith("/auth") || url.includes("service=", query)))
    return "token";
  if (path.endsWith("/v2/") || path.endsWith("/v2")) return "api";
  if (path.endsWith("/v1/_ping") || path.startsWith("/v1/repositories/") || path.endsWith("/v0/"))
    return "api";
  return path.includes("/v2/") && path.endsWith("/token") ? "token" : undefined;
}
