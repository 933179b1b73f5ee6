// What a registry holds: repositories, manifests, tags and blobs, in memory.

import type { RepositoryConfig } from "./config.js";
import { buildImage, type Content, digestOf } from "./image.js";

export interface Repository {
  readonly name: string;
  /** The world file's word on it; pushed repositories are public. */
  config: RepositoryConfig;
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, Content>;
  readonly blobs: Set<string>;
}

export interface Upload {
  readonly repository: string;
  readonly chunks: Buffer[];
  length: number;
}

/** Something that a client brought, not the world file. */
export interface Push {
  readonly is: "blob" | "manifest";
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly tag?: string;
}

export interface Store {
  readonly repositories: Map<string, Repository>;
  /** What was pushed, in the order in which it can be pushed again. */
  readonly pushes: ReadonlyMap<string, Push>;
  /** How often something was pushed. */
  readonly changes: number;
  readonly uploads: Map<string, Upload>;
  blob(digest: string): Content | undefined;
  /** Gives the repository, making an empty one when there is none. */
  open(name: string): Repository;
  addBlob(repository: Repository, bytes: Buffer, mediaType?: string): Content;
  addManifest(repository: Repository, bytes: Buffer, mediaType: string, tag?: string): Content;
  /** Gives a repository a blob that another one has. */
  mount(repository: Repository, digest: string): void;
  /** Whether some manifest of the repository names this digest as its config. */
  isConfig(repository: Repository, digest: string): boolean;
  /** Position among the layers of a manifest that has it; undefined: no layer. */
  layerIndex(repository: Repository, digest: string): number | undefined;
  /** Builds what the world file says that a tag points to. */
  fill(repository: Repository, tag: string): void;
}

export function newStore(): Store {
  const blobs = new Map<string, Content>();
  const repositories = new Map<string, Repository>();
  const pushes = new Map<string, Push>();
  let changes = 0;
  const note = (push: Push): void => {
    const key = `${push.repository} ${push.tag ?? ""} ${push.digest}`;
    pushes.delete(key);
    pushes.set(key, push);
    changes++;
  };
  const store: Store = {
    repositories,
    pushes,
    get changes() {
      return changes;
    },
    uploads: new Map(),
    blob: (digest) => blobs.get(digest),
    open(name) {
      let found = repositories.get(name);
      if (found === undefined) {
        found = {
          name,
          config: { private: false, tags: {} },
          tags: new Map(),
          manifests: new Map(),
          blobs: new Set(),
        };
        repositories.set(name, found);
      }
      return found;
    },
    addBlob(repository, bytes, mediaType = "application/octet-stream") {
      const item = { digest: digestOf(bytes), bytes, mediaType };
      blobs.set(item.digest, item);
      store.mount(repository, item.digest);
      return item;
    },
    mount(repository, digest) {
      const mediaType = blobs.get(digest)?.mediaType ?? "application/octet-stream";
      repository.blobs.add(digest);
      note({ is: "blob", repository: repository.name, digest, mediaType });
    },
    addManifest(repository, bytes, mediaType, tag) {
      const item = { digest: digestOf(bytes), bytes, mediaType };
      repository.manifests.set(item.digest, item);
      if (tag !== undefined) repository.tags.set(tag, item.digest);
      const named = tag === undefined ? {} : { tag };
      note({ is: "manifest", repository: repository.name, digest: item.digest, mediaType, ...named });
      return item;
    },
    isConfig: (repository, digest) => manifestsOf(repository).some((one) => one.config?.digest === digest),
    layerIndex(repository, digest) {
      for (const one of manifestsOf(repository)) {
        const at = one.layers?.findIndex((layer) => layer.digest === digest) ?? -1;
        if (at >= 0) return at;
      }
      return undefined;
    },
    fill(repository, tag) {
      const config = repository.config.tags[tag];
      if (config === undefined) return;
      const image = buildImage(config.contentsOf ?? repository.name, config);
      for (const blob of image.blobs) {
        blobs.set(blob.digest, blob);
        repository.blobs.add(blob.digest);
      }
      for (const manifest of image.manifests) repository.manifests.set(manifest.digest, manifest);
      if (config.shape === "html" || config.shape === "artifact") {
        blobs.set(image.top.digest, image.top);
        repository.blobs.add(image.top.digest);
      }
      repository.tags.set(tag, image.top.digest);
    },
  };
  return store;
}

export interface ManifestBody {
  readonly mediaType?: string;
  readonly config?: { readonly digest?: string; readonly mediaType?: string };
  readonly layers?: readonly { readonly digest?: string }[];
  readonly manifests?: readonly {
    readonly digest?: string;
    readonly platform?: { readonly os?: string; readonly architecture?: string };
  }[];
  readonly subject?: { readonly digest?: string };
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const none: ManifestBody = {};
const parsed = new WeakMap<Content, ManifestBody>();

/** The manifest as JSON; {} for what is none. */
export function manifestBody(item: Content): ManifestBody {
  let body = parsed.get(item);
  if (body === undefined) {
    try {
      const value: unknown = JSON.parse(item.bytes.toString("utf8"));
      body = typeof value === "object" && value !== null ? value : none;
    } catch {
      body = none;
    }
    parsed.set(item, body);
  }
  return body;
}

/** Whether the bytes are a JSON object at all. */
export function isManifest(item: Content): boolean {
  return (
    item.bytes.subarray(0, 64).toString("utf8").trimStart().startsWith("{") && manifestBody(item) !== none
  );
}

function manifestsOf(repository: Repository): ManifestBody[] {
  return [...repository.manifests.values()].map(manifestBody);
}
