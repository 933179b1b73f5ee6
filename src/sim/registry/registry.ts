// One registry at work: its parts, and the helpers that every route of it uses.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import type { Accounts, Identity } from "./accounts.js";
import type { RegistryConfig } from "./config.js";
import type { Dialect } from "./dialects/dialect.js";
import type { Faults } from "./faults.js";
import type { Repository, Store } from "./store.js";

export interface Registry {
  readonly config: RegistryConfig;
  /** The host that answers, such as registry-1.docker.io for docker.io. */
  readonly host: string;
  readonly dialect: Dialect;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly network: Network;
}

/** One request to it. */
export interface Exchange {
  readonly registry: Registry;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly who: Identity;
  /** Scopes of the bearer token; absent when none came. */
  readonly scopes?: ReadonlySet<string>;
  /** False when nothing was sent to say who asks. */
  readonly hasLogin: boolean;
}

/** The repository with the contents that the world file gives it; undefined: there is none. */
export function repositoryOf(registry: Registry, name: string): Repository | undefined {
  return registry.store.repositories.get(name);
}

/** The manifest that a tag or digest names; contents of the world file are built when first asked for. */
export function findManifest(registry: Registry, repository: Repository, reference: string) {
  const { store } = registry;
  if (!reference.includes(":")) {
    if (!repository.tags.has(reference)) store.fill(repository, reference);
    const digest = repository.tags.get(reference);
    return digest === undefined ? undefined : repository.manifests.get(digest);
  }
  fillAll(registry, repository);
  return repository.manifests.get(reference);
}

/** Builds every tag of the world file that was not asked for yet. */
export function fillAll(registry: Registry, repository: Repository): void {
  for (const tag of Object.keys(repository.config.tags)) {
    if (!repository.tags.has(tag)) registry.store.fill(repository, tag);
  }
}

const maxBodyBytes = 256 * 1024 * 1024;

/** The whole body of a request; undefined: larger than any push of the world may be. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
