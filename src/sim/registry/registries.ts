// Puts the registries of a world on its network.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../clock.js";
import type { Network, Service } from "../network/network.js";
import { makeProxy } from "../network/proxy.js";
import { healthyHost } from "../network/start.js";
import { newAccounts } from "./accounts.js";
import type { FaultConfig, HostConfig, RegistriesConfig, RegistryConfig, TagConfig } from "./config.js";
import { dialectByName } from "./dialects/catalogue.js";
import { region } from "./dialects/ecr.js";
import { dump, type RegistriesDump, restore } from "./dump.js";
import { answerEcrApi, isEcrApi } from "./ecr-api.js";
import { newFaults } from "./faults.js";
import { findManifest, type Registry } from "./registry.js";
import { type SeenRequest, witness } from "./requests.js";
import { answer } from "./server.js";
import { newStore } from "./store.js";

export interface Registries {
  /** The newest 10,000, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Replaces a registry's faults; [] heals it. `host` as image names spell it. */
  setFaults(host: string, faults: readonly FaultConfig[]): void;
  /** What a push would have done. Returns the digest of what the tag now points to. */
  putTag(host: string, repository: string, tag: string, config?: Partial<TagConfig>): string;
  /** Makes a repository private or public, missing ones too. */
  setPrivate(host: string, repository: string, isPrivate: boolean): void;
  setPassword(host: string, username: string, password: string): void;
  /** What clients made of them, for a world that is to go on later. */
  dump(): RegistriesDump;
  /** Grows with whatever `dump` has to say. */
  readonly changes: number;
  close(): Promise<void>;
}

/** An ordinary small image. */
export const ordinaryTag: TagConfig = {
  platforms: ["linux/amd64"],
  index: false,
  shape: "docker",
  layers: 2,
  layerBytes: 2048,
  build: "1",
};

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export async function startRegistries(
  config: RegistriesConfig,
  {
    network,
    clock,
    from,
  }: { readonly network: Network; readonly clock: Clock; readonly from?: RegistriesDump | undefined },
): Promise<Registries> {
  const seen = witness(clock);
  const servers: Server[] = [];
  const registries = new Map<string, Registry>();
  const ecr: Registry[] = [];

  const serverFor = (host: string, latencyMs: number, handle: Handle): Server => {
    const server = createServer((request, response) => {
      seen.note(host, request, response);
      const answered =
        latencyMs > 0 ? wait(latencyMs).then(() => handle(request, response)) : handle(request, response);
      answered.catch(() => {
        // A client that went away in the middle of its request: nothing is owed to it.
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    });
    servers.push(server);
    return server;
  };

  for (const [host, hostConfig] of Object.entries(config.hosts)) await network.change(host, hostConfig);
  for (const { host, answer: how } of config.proxies) {
    const server = makeProxy({ answer: how, dial: network.dial });
    servers.push(server);
    await network.serve(hostName(host), healthyHost, [{ port: portOf(host, 3128), server, tls: false }]);
  }
  for (const one of config.registries) {
    const registry = assemble(one, network, clock);
    registries.set(one.host, registry);
    if (one.dialect === "ecr") ecr.push(registry);
    for (const name of hostsOf(registry)) {
      const server = serverFor(name, one.latencyMs, (request, response) =>
        isEcrApi(request) ? answerEcrApi(ecr, request, response) : answer(registry, name, request, response),
      );
      await network.serve(hostName(name), hostConfigOf(one), services(portOf(name, 443), server));
    }
  }
  for (const host of new Set(ecr.map(({ config: { host } }) => `api.ecr.${region(host)}.amazonaws.com`))) {
    const server = serverFor(host, 0, (request, response) => answerEcrApi(ecr, request, response));
    await network.serve(host, healthyHost, services(443, server));
  }

  if (from !== undefined) restore(registries, from);

  const known = (host: string): Registry => {
    const found = registries.get(host);
    if (found === undefined) throw new TypeError(`no registry ${host} in this world`);
    return found;
  };

  return {
    requests: seen.requests,
    setFaults: (host, faults) => known(host).faults.replace(faults),
    putTag(host, name, tag, change = {}) {
      const registry = known(host);
      const repository = registry.store.open(name);
      const before = repository.config.tags[tag] ?? ordinaryTag;
      repository.config = {
        ...repository.config,
        tags: { ...repository.config.tags, [tag]: { ...before, ...change } },
      };
      repository.tags.delete(tag);
      return findManifest(registry, repository, tag)?.digest ?? "";
    },
    setPrivate(host, name, isPrivate) {
      const repository = known(host).store.open(name);
      repository.config = { ...repository.config, private: isPrivate };
    },
    setPassword: (host, username, password) => known(host).accounts.setPassword(username, password),
    dump: () => dump([...registries.values()]),
    get changes() {
      return [...registries.values()].reduce(
        (sum, { store, accounts }) => sum + store.changes + accounts.issued.size,
        0,
      );
    },
    async close() {
      for (const server of servers) server.closeAllConnections();
    },
  };
}

function assemble(config: RegistryConfig, network: Network, clock: Clock): Registry {
  const dialect = dialectByName[config.dialect];
  const store = newStore();
  for (const [name, repository] of Object.entries(config.repositories)) store.open(name).config = repository;
  return {
    config,
    host: dialect.registryHost?.(config.host) ?? config.host,
    dialect,
    store,
    accounts: newAccounts(config, clock),
    faults: newFaults(config.faults, store, clock),
    clock,
    network,
  };
}

/** Every host that leads to a registry: its own, other names, where tokens and blobs come from. */
function hostsOf(registry: Registry): readonly string[] {
  const { config, dialect } = registry;
  const { url } = dialect.realm(config.host);
  const token = dialect.scheme === "bearer" && URL.canParse(url) ? [new URL(url).host] : [];
  const blobs = config.blobHost === undefined ? [] : [config.blobHost];
  return [...new Set([registry.host, ...(dialect.otherHosts?.(config.host) ?? []), ...token, ...blobs])];
}

/** HTTPS on the port that image names use, and plain HTTP on 80 where that is 443, as most services do. */
function services(port: number, server: Server): Service[] {
  const secure = { port, server, tls: true };
  if (port !== 443) return [secure];
  const redirect = createServer((request, response) => {
    const host = (request.headers.host ?? "").split(":")[0] ?? "";
    response.writeHead(308, { Location: `https://${host}${request.url ?? "/"}`, "Content-Length": 0 }).end();
  });
  return [secure, { port: 80, server: redirect, tls: false }];
}

function hostConfigOf(config: RegistryConfig): HostConfig {
  const { dns, connect, certificate, certificateNames, address } = config;
  return { dns, connect, certificate, certificateNames, ...(address === undefined ? {} : { address }) };
}

function hostName(host: string): string {
  return host.split(":")[0] ?? host;
}

function portOf(host: string, otherwise: number): number {
  return Number(host.split(":")[1] ?? otherwise);
}
