// A world file, whole: text or plain data to a WorldConfig. What does not fit is a ToolError with
// line and column.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ToolError } from "../../model/errors.js";
import type { HostConfig, RegistryConfig } from "../registry/config.js";
import type { NetworkFault, WorldConfig, WorldNode } from "./config.js";
import { readFault } from "./read-faults.js";
import { oneNode, readNode } from "./read-nodes.js";
import { objectFields, type ReadText, readObjects } from "./read-objects.js";
import { readHost, readProxy, readRegistry } from "./read-registries.js";
import { type Part, parseYaml, partOf } from "./yaml.js";

const newestVersion = "v1.32.5";

/** A world as plain data, in the shape of a world file. */
export type WorldData = Readonly<Record<string, unknown>>;

/** Reads a world file and what it names. Throws ToolError. */
export function readWorldFile(path: string): WorldConfig {
  const text = readOr(path);
  if (text === undefined) {
    throw new ToolError("world-file-missing", {
      what: `there is no world file at ${path}`,
      why: "it cannot be read",
      do: "pass a file or the name of a built-in world with --world",
    });
  }
  return readWorld(text, path, (name) => readOr(resolve(dirname(path), name)));
}

export function readWorldData(data: WorldData): WorldConfig {
  return readWhole(partOf(data, "world"), () => undefined);
}

/** `name` is what errors call the text. */
export function readWorld(text: string, name: string, readText: ReadText): WorldConfig {
  return readWhole(parseYaml(text, name), readText);
}

function readWhole(whole: Part, readText: ReadText): WorldConfig {
  const fields = whole.fields(
    "name",
    "version",
    "speed",
    "startsAt",
    "nameserver",
    "registries",
    "proxies",
    "hosts",
    "faults",
    "nodes",
    ...objectFields,
  );
  const registries = fields.entries("registries").map(readRegistry);
  const { network, http } = readFaults(fields.items("faults"), registries);
  return {
    name: fields.get("name", (part) => part.text()) ?? "world",
    version: fields.get("version", readVersion) ?? newestVersion,
    speed: fields.get("speed", (part) => part.number(Number.MIN_VALUE)) ?? 1,
    ...fields.take("startsAt", (part) => part.time()),
    nameserver: fields.get("nameserver", (part) => part.text()) ?? "203.0.113.53",
    registries: registries.map((one) => ({ ...one, faults: http.get(one.host) ?? [] })),
    proxies: fields.entries("proxies").map(readProxy),
    hosts: Object.fromEntries(fields.entries("hosts").map(readHost)) as Record<string, HostConfig>,
    networkFaults: network,
    nodes: readNodes(fields.items("nodes")),
    objects: readObjects(fields, readText),
  };
}

function readFaults(parts: readonly Part[], registries: readonly RegistryConfig[]) {
  const network: NetworkFault[] = [];
  const http = new Map<string, RegistryConfig["faults"]>();
  for (const part of parts) {
    const read = readFault(part);
    if (read.is === "network") {
      network.push(read.fault);
      continue;
    }
    if (!registries.some(({ host }) => host === read.host))
      part.fail(`${read.host} is no registry of this file`);
    http.set(read.host, [...(http.get(read.host) ?? []), read.fault]);
  }
  return { network, http };
}

function readNodes(parts: readonly Part[]): readonly WorldNode[] {
  const nodes = parts.map((part) => ({ part, node: readNode(part) }));
  const names = new Set<string>();
  for (const { part, node } of nodes) {
    if (names.has(node.config.name)) part.fail(`another node is named ${node.config.name}`);
    names.add(node.config.name);
  }
  return nodes.length === 0 ? [oneNode] : nodes.map(({ node }) => node);
}

function readVersion(part: Part): string {
  const version = part.text();
  if (!/^v?1\.\d+(\.\d+)?$/.test(version)) part.fail(`${version} is no version such as ${newestVersion}`);
  return version.startsWith("v") ? version : `v${version}`;
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
