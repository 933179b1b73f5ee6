// A name can be parsed and still be another one than its author meant. What is said here is what
// the name is, and which known name is near it; never that it is wrong.

import { isSlip } from "../causes/repository-not-found/near.js";
import { wellKnownAsOf, wellKnownLibrary } from "../causes/repository-not-found/well-known.js";
import type { Reference } from "../model/reference.js";
import { tryParseReference } from "../model/reference.js";
import type { Slip } from "../model/reference-slips.js";
import { findTemplates, printedNothing } from "../model/templates.js";

/** Hosts that many images come from; another host that is one slip away from one is told. */
const knownHosts: readonly string[] = [
  "docker.io",
  "registry-1.docker.io",
  "ghcr.io",
  "quay.io",
  "gcr.io",
  "icr.io",
  "nvcr.io",
  "lscr.io",
  "registry.k8s.io",
  "k8s.gcr.io",
  "mcr.microsoft.com",
  "public.ecr.aws",
  "registry.gitlab.com",
  "registry.redhat.io",
  "registry.access.redhat.com",
  "docker.elastic.co",
  "cgr.dev",
  "container-registry.oracle.com",
  "us.gcr.io",
  "eu.gcr.io",
  "asia.gcr.io",
];

/** Web sites whose address people copy, with the registry that belongs to them. */
const webSites: Readonly<Record<string, string>> = {
  "hub.docker.com": "docker.io",
  "www.docker.com": "docker.io",
  "docker.com": "docker.io",
  "github.com": "ghcr.io",
  "gitlab.com": "registry.gitlab.com",
  "gallery.ecr.aws": "public.ecr.aws",
};

export function findDoubts(image: string, reference: Reference): readonly Slip[] {
  const doubts: (Slip | undefined)[] = [
    ...findTemplates(image).map(({ text }) => ({ is: "template", text })),
    hostDoubt(reference),
    placeDoubt(image, reference),
    nameDoubt(image, reference),
    tagDoubt(reference),
  ];
  return doubts.flatMap((doubt) => doubt ?? []);
}

function hostDoubt({ registry, repository, full }: Reference): Slip | undefined {
  const is = "registry";
  if (registry === "") {
    const host = repository.slice(0, repository.indexOf("/"));
    return { is, text: `${host} is no host, for a host holds no _; it counts as a part of the path` };
  }
  const rest = full.slice(registry.length);
  const site = Object.hasOwn(webSites, registry) ? webSites[registry] : undefined;
  if (site !== undefined) {
    const path = site === "docker.io" ? rest.replace(/^\/(?:r|_|u)\//, "/") : rest;
    return { is, text: `${registry} is a web site; its registry is ${site}`, ...writing(`${site}${path}`) };
  }
  if (knownHosts.includes(registry)) return undefined;
  const lower = registry.toLowerCase();
  const near = knownHosts.find((known) => lower === known || isSlip(lower, known));
  if (near !== undefined)
    return { is, text: `${registry} is one slip away from ${near}`, ...writing(`${near}${rest}`) };
  return lower === registry
    ? undefined
    : { is, text: `${registry} is taken for a host: a path has no upper case` };
}

/** Is the first part a user of Docker Hub, or a host that misses its dot? */
function placeDoubt(image: string, { registry, repository, tag }: Reference): Slip | undefined {
  if (registry !== "docker.io" || /^(?:index\.)?docker\.io\//.test(image)) return undefined;
  const parts = repository.split("/");
  const [first = "", name = ""] = parts;
  if (first === "library" && parts.length === 2) return bareHost(name, tag);
  if (first === "library") return undefined;
  const user = `${first} has no dot and no port, so it is a user of Docker Hub and not a host`;
  if (parts.length > 2) {
    return {
      is: "registry",
      text: `${user}; a repository there has two parts, and ${repository} has ${parts.length}`,
    };
  }
  return looksLikeHost.test(first) ? { is: "registry", text: user } : undefined;
}

/** Words that people give to their own registries, and hosts whose end was left out. */
const looksLikeHost =
  /registry|artifactory|^harbor|^nexus|^(?:my)?host|^(?:dockerhub|ghcr|quay|gcr|ecr|acr)$/;

/** `registry.example.com:5000`, with nothing behind it. */
function bareHost(name: string, tag: string | undefined): Slip | undefined {
  const isPort = tag !== undefined && /^\d{2,5}$/.test(tag) && (name.includes(".") || name === "localhost");
  if (isPort)
    return {
      is: "repository",
      text: `${tag} is read as a tag and ${name} as an image: no path comes after the host`,
    };
  return /\.(?:com|io|org|net|dev|local|cloud|aws|de)$/.test(name)
    ? { is: "repository", text: `${name} is read as an image of Docker Hub: no path comes after the host` }
    : undefined;
}

function nameDoubt(image: string, { registry, repository }: Reference): Slip | undefined {
  if (registry !== "docker.io" || !repository.startsWith("library/")) return undefined;
  const name = repository.slice("library/".length);
  if (wellKnownLibrary.includes(name)) return undefined;
  const meant = wellKnownLibrary.find((known) => isSlip(name, known));
  if (meant === undefined) return undefined;
  const text = `${name} is one slip away from ${meant}, an official image of Docker Hub (list of ${wellKnownAsOf})`;
  return { is: "repository", text, ...writing(image.replace(name, () => meant)) };
}

function tagDoubt({ repository, tag }: Reference): Slip | undefined {
  if (tag === undefined) return undefined;
  const is = "tag";
  if (/^[a-f0-9]{64}$/.test(tag)) {
    return repository === "library/sha256"
      ? { is, text: "sha256 is read as the image's name: a digest needs a name and an @ before it" }
      : { is, text: "the tag has the 64 hex digits of a digest; a digest is written @sha256:…" };
  }
  if (/^sha(?:256|512)$/i.test(tag))
    return { is, text: `${tag} is read as a tag; a digest is written @${tag.toLowerCase()}:…` };
  if (tag !== "latest" && tag.toLowerCase() === "latest")
    return { is, text: `${tag} is another tag than latest` };
  if (isSlip(tag, "latest")) return { is, text: `${tag} is one slip away from latest` };
  const nothing = printedNothing(tag);
  return nothing === undefined ? undefined : { is, text: nothing };
}

/** Only what can be parsed is proposed; a filled-in tag is taken off again. */
function writing(image: string): { readonly write?: string } {
  const short = image.replace(/:latest$/, "");
  return tryParseReference(short).ok ? { write: short } : {};
}
