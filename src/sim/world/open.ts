// Opens a world: network, registries, API server, controllers and nodes, on loopback, in this process.

import { stringify } from "yaml";
import { ToolError } from "../../model/errors.js";
import type { Identity } from "../api/access/identity.js";
import { standardAdmission } from "../api/admission/standard.js";
import { isApiError } from "../api/errors.js";
import type { Authority } from "../api/http/authority.js";
import { kubeconfigOf } from "../api/http/kubeconfig.js";
import { type ApiServer, startApiServer } from "../api/http/server.js";
import { nameOf, resourceOfKind } from "../api/resources.js";
import { seedStandardObjects } from "../api/standard-objects.js";
import { Store, type StoreDump } from "../api/store.js";
import { type Clock, runningClock } from "../clock.js";
import { startControllers } from "../controllers/start-controllers.js";
import type { KeptImage } from "../kubelet/image-store.js";
import type { Nodes } from "../kubelet/node-config.js";
import { startNodes } from "../kubelet/start-nodes.js";
import type { HostAddress, Network } from "../network/network.js";
import { startNetwork } from "../network/start.js";
import type { RegistriesDump } from "../registry/dump.js";
import { type Registries, startRegistries } from "../registry/registries.js";
import { Processes } from "../shell/processes.js";
import type { WorldConfig, WorldObject } from "./config.js";
import { scheduleFaults } from "./fault-schedule.js";
import { nodeSideOf, processHost } from "./node-side.js";
import { readWorldData, readWorldFile, type WorldData } from "./read.js";
import { seededRandom } from "./seeded-random.js";

export interface WorldOptions {
  /** Default: one that runs at the world's speed from its beginning. */
  readonly clock?: Clock;
  /** The same seed gives the same generated names and jitter. Default: a new one each time. */
  readonly seed?: string;
  /** The API server's; 0 or absent: any free one. */
  readonly port?: number;
  /** `real`: registries on 443 and 80, the DNS server on 53. Default `high`. */
  readonly ports?: "real" | "high";
  /** What an earlier world left: its cluster's objects, its CA, what its registries got, its nodes' images. */
  readonly from?: {
    readonly store: StoreDump;
    readonly authority: Authority;
    readonly registries?: RegistriesDump;
    readonly images?: ReadonlyMap<string, readonly KeptImage[]>;
  };
  /** Who may come beside the admin; the admin may also act as each, under the path `/as/USER`. */
  readonly identities?: readonly Identity[];
  /** Told of errors that are bugs of ours, met while a client was answered. */
  readonly onBug?: (error: unknown) => void;
}

/** Where a client outside finds the hosts of the world. */
export interface WorldResolver {
  /** `127.0.0.1:PORT`, UDP and TCP. */
  readonly nameserver: string;
  readonly hosts: readonly HostAddress[];
}

export interface World {
  readonly config: WorldConfig;
  readonly clock: Clock;
  readonly network: Network;
  readonly registries: Registries;
  readonly store: Store;
  readonly nodes: Nodes;
  readonly api: ApiServer;
  /** Text of a kubeconfig for the admin. It holds a key. */
  readonly kubeconfig: string;
  readonly resolver: WorldResolver;
  /** What a client outside needs in its environment; `caFile` is a file that holds `network.ca`. */
  env(caFile: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The name of the context, cluster and user in kubeconfigs. */
export const contextName = "pulldoctor-world";

/**
 * `source`: a world file's path, its contents as data, or a config that was read already.
 * Throws ToolError: `world-malformed`, `world-file-missing`, `world-object-refused`, and those of taken ports.
 */
export async function openWorld(
  source: string | WorldData | { readonly config: WorldConfig },
  options: WorldOptions = {},
): Promise<World> {
  const config = configOf(source);
  const clock = options.clock ?? runningClock(config.speed, config.startsAt);
  const random = options.seed === undefined ? Math.random : seededRandom(options.seed);
  const store = new Store({
    clock,
    admission: standardAdmission,
    random,
    minor: minorOf(config.version),
    ...(options.from === undefined ? {} : { from: options.from.store }),
  });
  seedStandardObjects(store);
  if (options.from === undefined) createObjects(store, inOrder(config.objects));

  const network = await startNetwork({
    clock,
    ports: options.ports ?? "high",
    nameserver: config.nameserver,
  });
  const closers: (() => unknown)[] = [() => network.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const registries = await startRegistries(config, {
      network,
      clock,
      from: options.from?.registries,
    });
    closers.push(() => registries.close());
    closers.push(await scheduleFaults(config.networkFaults, network, clock));
    const processes = new Processes({ clock, network });
    let nodes: Nodes | undefined;
    const api = await startApiServer({
      store,
      clock,
      version: config.version,
      nodes: nodeSideOf(() => nodes, processes),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.from === undefined ? {} : { authority: options.from.authority }),
      ...(options.identities === undefined ? {} : { identities: options.identities }),
      ...(options.onBug === undefined ? {} : { onBug: options.onBug }),
    });
    closers.push(() => api.close());
    const admin = await api.credentials();
    // Last, and without a pause before the world is handed out: from here on much happens at once.
    nodes = startNodes(
      config.nodes.map((node) => nodeConfigOf(node, network)),
      {
        store,
        clock,
        network,
        random,
        processes: processHost(processes),
        ...(options.from?.images === undefined ? {} : { images: options.from.images }),
      },
    );
    closers.push(() => nodes?.stop());
    const controllers = startControllers({ store, clock, random, minor: minorOf(config.version) });
    closers.push(() => controllers.stop());
    closers.push(
      store.watch("pods", {}, ({ type, object }) => {
        if (type === "DELETED") processes.forget(object.metadata.uid);
      }),
    );
    return {
      config,
      clock,
      network,
      registries,
      store,
      nodes,
      api,
      kubeconfig: stringify(kubeconfigOf(api, admin, { name: contextName, user: contextName })),
      resolver: {
        nameserver: `${network.dns.address}:${network.dns.port}`,
        get hosts() {
          return network.hosts();
        },
      },
      env: network.env,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function configOf(source: string | WorldData | { readonly config: WorldConfig }): WorldConfig {
  if (typeof source === "string") return readWorldFile(source);
  return isRead(source) ? source.config : readWorldData(source);
}

function isRead(
  source: WorldData | { readonly config: WorldConfig },
): source is { readonly config: WorldConfig } {
  return "config" in source;
}

function nodeConfigOf({ config, trustsCorporateCa }: WorldConfig["nodes"][number], network: Network) {
  if (!trustsCorporateCa) return config;
  return { ...config, pull: { ...config.pull, extraCa: [...(config.pull?.extraCa ?? []), network.otherCa] } };
}

/** What the API server would refuse, the world refuses, in the same words. */
function createObjects(store: Store, objects: readonly WorldObject[]): void {
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    const resource = resourceOfKind(apiVersion, kind);
    const name = [metadata.namespace, metadata.name].filter(Boolean).join("/");
    const refuse = (why: string, cause?: unknown): ToolError =>
      new ToolError("world-object-refused", {
        what: `the world's ${kind} ${name} cannot be created`,
        why,
        do: "mend it in the world file and start the world again",
        cause,
      });
    if (resource === undefined) throw refuse(`this cluster has no ${kind} in ${apiVersion}`);
    if (kind === "Namespace" && store.find("namespaces", undefined, name) !== undefined) continue;
    const placed =
      resource.isNamespaced && metadata.namespace === undefined
        ? { ...object, metadata: { ...metadata, namespace: "default" } }
        : object;
    try {
      store.create(nameOf(resource), structuredClone(placed), kind === "Secret" ? { manager } : {});
    } catch (error) {
      if (!isApiError(error)) throw error;
      throw refuse(error.message, error);
    }
  }
}

/** Who wrote the secrets of a world file: managedFields tell how old a login is, as where kubectl made it. */
const manager = { name: "world-file", operation: "Update" } as const;

/** Bare pods need theirs at once; the controller that makes them in a real cluster has not begun yet. */
function defaultAccounts(objects: readonly WorldObject[]): readonly WorldObject[] {
  const made = new Set(
    objects.flatMap(({ kind, metadata: { namespace, name } }) =>
      kind === "ServiceAccount" && name === "default" ? [namespace] : [],
    ),
  );
  const namespaces = [
    "default",
    ...objects.flatMap(({ kind, metadata: { name } }) => (kind === "Namespace" ? [name] : [])),
  ];
  return namespaces
    .filter((namespace) => namespace !== undefined && !made.has(namespace))
    .map((namespace) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", ...(namespace === undefined ? {} : { namespace }) },
    }));
}

/** Namespaces, then what every namespace has, then the rest. */
function inOrder(objects: readonly WorldObject[]): readonly WorldObject[] {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  return [...namespaces, ...defaultAccounts(objects), ...objects.filter(({ kind }) => kind !== "Namespace")];
}

/** `v1.32.5` is 32: the controllers word their events as that version does. */
const minorOf = (version: string): number => Number(version.split(".")[1] ?? 32);
