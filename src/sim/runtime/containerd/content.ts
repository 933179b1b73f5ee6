// Fetching content into the node's store: read, verified, counted against the disk.

import { createHash } from "node:crypto";
import { PullFailure } from "../failure.js";
import { digestOf } from "../layer.js";
import { type Descriptor, isConfig, isIndex, isManifest, isSchema1 } from "../manifest.js";
import type { Patience } from "../patience.js";
import type { ContainerdRegistry } from "./registry.js";
import type { ContainerdTraits } from "./version.js";

const contentRoot = "/var/lib/containerd/io.containerd.content.v1.content";
/** How often a blob that ends early is asked for again, and how long that takes in all. */
const reconnects = 5;
const reconnectMs = 160;

export class ContentStore {
  readonly #registry: ContainerdRegistry;
  readonly #traits: ContainerdTraits;
  readonly #patience: Patience;
  readonly #freeBytes: number;
  #usedBytes = 0;

  constructor(parts: {
    readonly registry: ContainerdRegistry;
    readonly traits: ContainerdTraits;
    readonly patience: Patience;
    readonly freeBytes: number;
  }) {
    this.#registry = parts.registry;
    this.#traits = parts.traits;
    this.#patience = parts.patience;
    this.#freeBytes = parts.freeBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Room for `bytes` more: false when the file system is full. */
  take(bytes: number): boolean {
    this.#usedBytes += bytes;
    return this.#usedBytes <= this.#freeBytes;
  }

  async fetch(item: Descriptor): Promise<Buffer> {
    const ref = refKey(item);
    const bytes = await this.#read(item);
    if (!this.take(bytes.length)) {
      const ingest = createHash("sha256").update(`k8s.io/1/${ref}`).digest("hex");
      throw new PullFailure(
        `failed to copy: write ${contentRoot}/ingest/${ingest}/data: no space left on device`,
      );
    }
    const got = digestOf(bytes);
    if (got !== item.digest) {
      const what = `failed commit on ref "${ref}": unexpected commit digest ${got}, expected ${item.digest}`;
      throw new PullFailure(`${what}: failed precondition`, "FailedPrecondition");
    }
    return bytes;
  }

  async #read(item: Descriptor): Promise<Buffer> {
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#registry.open(item).catch((error: unknown) => {
        throw error instanceof PullFailure
          ? error.within("failed to copy: httpReadSeeker: failed open: ")
          : error;
      });
      const { bytes, cut } = await reply.body();
      if (cut === undefined && bytes.length < item.size) {
        throw this.#short(item.size, bytes.length);
      }
      if (cut === undefined) return bytes;
      if (cut.isCancelled) throw new PullFailure("failed to copy: context canceled", "Canceled");
      if (cut.leaf !== "unexpected EOF") throw new PullFailure(`failed to copy: ${cut.leaf}`);
      if (attempt > reconnects) throw this.#short(item.size, bytes.length);
      await this.#patience.pause(reconnectMs);
    }
  }

  #short(expected: number, got: number): PullFailure {
    return new PullFailure(
      this.#traits.countsShortReads
        ? `short read: expected ${expected} bytes but got ${got}: unexpected EOF`
        : "failed to read expected number of bytes: unexpected EOF",
    );
  }
}

/** containerd's name for a download: `layer-sha256:...`. */
function refKey(item: Descriptor): string {
  if (isIndex(item.mediaType)) return `index-${item.digest}`;
  if (isManifest(item.mediaType) || isSchema1(item.mediaType)) return `manifest-${item.digest}`;
  if (isConfig(item.mediaType)) return `config-${item.digest}`;
  const isLayer = /rootfs\.diff|image\.layer/.test(item.mediaType);
  return `${isLayer ? "layer" : "unknown"}-${item.digest}`;
}
