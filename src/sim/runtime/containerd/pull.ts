// A pull by containerd: resolve, fetch, choose a platform, fetch again, unpack.
// internal/cri/server/image_pull.go and client/pull.go; semantics reference 6.3.

import { type Reference, tryParseReference } from "../../../model/reference.js";
import { failed, PullFailure } from "../failure.js";
import { digestOf } from "../layer.js";
import {
  type Descriptor,
  isIndex,
  isManifest,
  isSchema1,
  readConfig,
  readIndex,
  readJson,
  readManifest,
} from "../manifest.js";
import { choose } from "../platforms.js";
import type { FailedPull, PulledImage, PullOutcome, PullRequest } from "../pull-types.js";
import type { PullTools } from "../tools.js";
import { Authorizer } from "./authorizer.js";
import { ContentStore } from "./content.js";
import { ContainerdRegistry } from "./registry.js";
import { Requests } from "./requests.js";
import { checkLayerCount, noImage, unpack } from "./unpack.js";
import { type ContainerdTraits, traitsOfContainerd } from "./version.js";

export async function pullWithContainerd(request: PullRequest, tools: PullTools): Promise<PullOutcome> {
  const traits = traitsOf(request);
  const parsed = tryParseReference(request.image, traits.parser === "old" ? { kubelet: "1.20" } : {});
  if (!parsed.ok) {
    const quoted = JSON.stringify(request.image);
    return failed(new PullFailure(`failed to parse image reference ${quoted}: ${parsed.why}`));
  }
  // A digest wins over the tag beside it.
  const { tag, ...untagged } = parsed.reference;
  const reference: Reference = parsed.reference.digest === undefined ? parsed.reference : untagged;
  const name = nameOf(reference);
  const node = request.node ?? {};
  const requests = new Requests(tools.exchange, node, traits);
  const authorizer = new Authorizer(requests, traits, request.auth);
  const registry = new ContainerdRegistry({ requests, authorizer, traits, node }, reference);
  const store = new ContentStore({
    registry,
    traits,
    patience: tools.patience,
    freeBytes: node.diskFreeBytes ?? Number.POSITIVE_INFINITY,
  });
  const head = `failed to pull and unpack image ${JSON.stringify(name)}: `;
  try {
    const top = await registry.resolve(name).catch((error: unknown) => {
      const words = traits.hasTransfer
        ? "failed to resolve image: "
        : `failed to resolve reference ${JSON.stringify(name)}: `;
      throw error instanceof PullFailure ? error.within(words) : error;
    });
    return await fetchAll(request, { reference, name, tag, top, registry, store, traits, tools });
  } catch (error) {
    if (!(error instanceof PullFailure)) throw error;
    const isBare = error.message.startsWith("get image config descriptor: ");
    return failed(isBare ? error : error.within(head));
  }
}

interface Job {
  readonly reference: Reference;
  readonly name: string;
  readonly tag: string | undefined;
  readonly top: Descriptor;
  readonly registry: ContainerdRegistry;
  readonly store: ContentStore;
  readonly traits: ContainerdTraits;
  readonly tools: PullTools;
}

async function fetchAll(request: PullRequest, job: Job): Promise<PulledImage | FailedPull> {
  const { top, store, traits } = job;
  if (isSchema1(top.mediaType)) return await fetchSchema1(request, job);
  let manifest = top;
  let size = 0;
  let bytes = await store.fetch(top);
  size += bytes.length;
  if (isIndex(top.mediaType)) {
    const chosen = choose(
      readIndex(readJson(bytes)),
      request.platform,
      traits.hasTransfer ? "exact" : "containerd",
    );
    if (chosen === undefined) {
      throw new PullFailure(
        traits.hasTransfer
          ? `get image config descriptor: no match for platform in manifest ${top.digest}: not found`
          : "no match for platform in manifest: not found",
        "NotFound",
      );
    }
    manifest = chosen;
    bytes = await store.fetch(chosen);
    size += bytes.length;
  }
  if (!isManifest(manifest.mediaType)) throw noImage(manifest, traits);
  const { config, layers } = readManifest(readJson(bytes));
  const configBytes = await store.fetch(config);
  const contents = readConfig(readJson(configBytes));
  const fetched: { item: Descriptor; bytes: Buffer }[] = [];
  for (const item of layers) fetched.push({ item, bytes: await store.fetch(item) });
  size += configBytes.length + fetched.reduce((sum, layer) => sum + layer.bytes.length, 0);
  const image = pulled(request, job, { digest: config.digest, size, contents });
  const mismatch = checkLayerCount(config, contents, layers.length);
  if (mismatch !== undefined) {
    // The image is in the store by its name, though nothing of it was unpacked.
    const isKept = mismatch.message.startsWith("failed to unpack");
    const { message } = mismatch.within(`failed to pull and unpack image ${JSON.stringify(job.name)}: `);
    return { ok: false, code: mismatch.code, message, ...(isKept ? { kept: image } : {}) };
  }
  const snapshot = { number: job.tools.counter(), name: `${job.tools.counter()}-${job.tools.letters(4)}` };
  unpack(fetched, contents, store, traits, snapshot);
  return image;
}

async function fetchSchema1(request: PullRequest, job: Job): Promise<PulledImage> {
  const { top, store, traits } = job;
  if (!traits.takesSchema1) {
    throw traits.hasTransfer
      ? new PullFailure(
          "schema 1 image manifests are no longer supported: invalid argument",
          "InvalidArgument",
        )
      : new PullFailure(
          `not implemented: media type ${JSON.stringify(top.mediaType)} is no longer supported since containerd v2.0, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"`,
          "Unimplemented",
        );
  }
  const bytes = await store.fetch(top);
  const value = readJson(bytes);
  const blobs = schema1Layers(value);
  let size = 0;
  for (const digest of blobs) {
    const mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    size += (await store.fetch({ mediaType, digest, size: -1 })).length;
  }
  const contents = {
    platform: { os: "linux", architecture: "amd64" },
    diffIds: [],
    entrypoint: ["/app/server"],
    command: [],
    env: [],
  };
  // The converted image has a digest of its own, that no registry knows.
  const digest = digestOf(`schema 1 ${top.digest}`);
  const { repoDigest: _, ...image } = pulled(request, job, { digest, size, contents });
  return { ...image, repoDigest: digest };
}

function schema1Layers(value: unknown): string[] {
  if (typeof value !== "object" || value === null || !("fsLayers" in value)) return [];
  const { fsLayers } = value;
  if (!Array.isArray(fsLayers)) return [];
  return fsLayers.map((layer) => String(layer?.blobSum ?? ""));
}

function pulled(
  _request: PullRequest,
  job: Job,
  config: { digest: string; size: number; contents: ReturnType<typeof readConfig> },
): PulledImage {
  const { registry, repository } = job.reference;
  const repo = `${registry}/${repository}`;
  const { contents } = config;
  return {
    ok: true,
    imageRef: config.digest,
    repoDigest: `${repo}@${job.top.digest}`,
    ...(job.reference.digest === undefined ? { repoTag: job.name } : {}),
    sizeBytes: config.size,
    platform: contents.platform,
    entrypoint: contents.entrypoint,
    command: contents.command,
    env: contents.env,
  };
}

/** `docker.io/library/nginx:latest`, or with a digest and no tag. */
export function nameOf(reference: Reference): string {
  const repo = `${reference.registry}/${reference.repository}`;
  return reference.digest === undefined
    ? `${repo}:${reference.tag ?? "latest"}`
    : `${repo}@${reference.digest}`;
}

/** containerd 2.1+ pulls the old way where its CRI configuration asks for what the new way cannot do. */
function traitsOf(request: PullRequest): ContainerdTraits {
  const traits = traitsOfContainerd(request.runtime.version);
  return request.node?.isLocalPull === true ? { ...traits, hasTransfer: false } : traits;
}
