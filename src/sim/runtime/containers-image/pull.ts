// A pull by CRI-O: mirrors, then the registry itself, and CRI-O's own words around the failure.
// Semantics reference 5.5, 5.6, 6.4.

import { familiarName, type Reference, tryParseReference } from "../../../model/reference.js";
import { TransportFailure } from "../distribution-client.js";
import { failed, PullFailure } from "../failure.js";
import type { PullOutcome, PullRequest } from "../pull-types.js";
import type { PullTools } from "../tools.js";
import { type Copied, ImageSource } from "./source.js";
import { type CrioTraits, traitsOfCrio } from "./version.js";

export async function pullWithCrio(request: PullRequest, tools: PullTools): Promise<PullOutcome> {
  const traits = traitsOfCrio(request.runtime.version);
  const parsed = tryParseReference(request.image);
  if (!parsed.ok) return failed(new PullFailure(parsed.why));
  if (request.node?.searchesHub === false && isShort(request.image, parsed.reference)) {
    const where = 'no unqualified-search registries are defined in "/etc/containers/registries.conf"';
    return failed(new PullFailure(`short-name "${request.image}" did not resolve to an alias and ${where}`));
  }
  const { tag, ...untagged } = parsed.reference;
  const reference: Reference =
    parsed.reference.digest === undefined ? { ...untagged, tag: tag ?? "latest" } : untagged;
  const mirrors = request.node?.mirrors?.[reference.registry] ?? [];
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const host = mirror.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    try {
      return pulled(
        request,
        reference,
        await pullFrom(request, { ...reference, registry: host }, tools, traits),
      );
    } catch (error) {
      if (!(error instanceof PullFailure)) throw error;
      const name = `${host}/${reference.repository}:${reference.tag ?? reference.digest ?? ""}`;
      failures.push(`[${name}: ${error.message}]`);
    }
  }
  try {
    return pulled(request, reference, await pullFrom(request, reference, tools, traits));
  } catch (error) {
    if (!(error instanceof PullFailure)) throw error;
    const name = `${reference.registry}/${reference.repository}:${reference.tag ?? reference.digest ?? ""}`;
    const tried = failures.length === 0 ? "" : `(Mirrors also failed: ${failures.join("\n")}): ${name}: `;
    return failed(wrapped(error, tried, traits));
  }
}

/** The parser fills in Docker Hub where no registry is written. */
const isShort = (image: string, { registry }: Reference): boolean =>
  registry === "docker.io" && !/^(index\.)?docker\.io\//.test(image);

async function pullFrom(
  request: PullRequest,
  reference: Reference,
  tools: PullTools,
  traits: CrioTraits,
): Promise<Copied> {
  const source = new ImageSource(request, {
    reference,
    familiar: familiarName(reference),
    host: reference.registry,
    tools,
    traits: traits.image,
  });
  return await source.copy(await source.open());
}

function pulled(request: PullRequest, reference: Reference, copied: Copied): PullOutcome {
  const repo = `${reference.registry}/${reference.repository}`;
  const { contents } = copied;
  return {
    ok: true,
    imageRef: copied.config.digest,
    repoDigest: `${repo}@${copied.top}`,
    ...(reference.tag === undefined ? {} : { repoTag: `${repo}:${reference.tag}` }),
    sizeBytes: copied.sizeBytes,
    platform: contents.platform.architecture === "" ? request.platform : contents.platform,
    entrypoint: contents.entrypoint,
    command: contents.command,
    env: contents.env,
  };
}

function wrapped(error: PullFailure, tried: string, traits: CrioTraits): PullFailure {
  const said = tried + error.message;
  const isNetwork = /: (Get|Head) "/.test(said) && isTransport(error);
  const isRefused = said.includes("connect: connection refused");
  const unavailable = traits.saysRegistryUnavailable && isRefused ? "RegistryUnavailable: " : "";
  const { code } = error;
  const isImage = !said.startsWith("initializing source") || said.includes("choosing an image");
  const manifestPart = said.replace(/^initializing source docker:\/\/\S+: /, "");
  switch (traits.artifact) {
    case "none":
      return new PullFailure(unavailable + said, code);
    case "probed-first":
      return new PullFailure(`${unavailable}unable to try pulling possible OCI artifact: ${said}`, code);
    case "both":
    case "both-since-1.34": {
      const artifact = isImage
        ? "provided artifact is a container image"
        : `get manifest: build image source: ${manifestPart}`;
      return new PullFailure(
        `${unavailable}unable to pull image or OCI artifact: pull image err: ${said}; artifact err: ${artifact}`,
        code,
      );
    }
    case "reference":
    case "reference-not-network": {
      if (traits.artifact === "reference-not-network" && (isNetwork || code === "Canceled")) {
        return new PullFailure(`${unavailable}unable to pull image: ${said}`, code);
      }
      const artifact = isImage
        ? "image reference: reference is a container image, not an OCI artifact"
        : `pull artifact: ${manifestPart}`;
      return new PullFailure(
        `${unavailable}unable to pull image or OCI artifact: pull image err: ${said}; artifact err: ${artifact}`,
        code,
      );
    }
  }
}

const isTransport = (error: PullFailure): boolean =>
  error instanceof TransportFailure || error.message.includes("pinging container registry");
