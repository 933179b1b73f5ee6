// The `registries:`, `proxies:` and `hosts:` parts of a world file.

import { healthyHost } from "../network/start.js";
import {
  type AccountConfig,
  dialects,
  type HostConfig,
  type LimitsConfig,
  manifestShapes,
  type ProxyConfig,
  type RegistryConfig,
  type RepositoryConfig,
  type TagConfig,
} from "../registry/config.js";
import { dialectOfHost } from "../registry/dialects/catalogue.js";
import { ordinaryTag } from "../registry/registries.js";
import type { Part } from "./yaml.js";

const hostPattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/;
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const platformPattern = /^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?(:[\d.]+)?$/;
const defaultLimits = { anonymous: 100, account: 200, windowSeconds: 21_600 };

/** Faults are read from the file's own list of them. */
export function readRegistry([host, part]: readonly [string, Part]): RegistryConfig {
  if (!hostPattern.test(host)) part.fail(`${host} is no host name`);
  const fields = part.fields(
    "dialect",
    "accounts",
    "repositories",
    "limits",
    "openPush",
    "blobHost",
    "latencyMs",
    "address",
    "certificateNames",
  );
  return {
    host,
    dialect: fields.get("dialect", (one) => one.choice(dialects)) ?? dialectOfHost(host),
    accounts: Object.fromEntries(
      fields.entries("accounts").map(([name, account]) => [name, readAccount(account)]),
    ),
    repositories: Object.fromEntries(fields.entries("repositories").map(readRepository)),
    faults: [],
    openPush: fields.get("openPush", (one) => one.flag()) ?? false,
    latencyMs: fields.get("latencyMs", (one) => one.number()) ?? 0,
    ...fields.take("limits", readLimits),
    ...fields.take("blobHost", readHostName),
    ...healthyHost,
    ...fields.take("certificateNames", (one) => one.texts()),
    ...fields.take("address", (one) => one.text()),
  };
}

/** A host that is no registry: a name that clients may ask for. */
export function readHost([host, part]: readonly [string, Part]): [string, HostConfig] {
  if (!hostPattern.test(host)) part.fail(`${host} is no host name`);
  const fields = part.fields("address", "certificateNames");
  return [
    host,
    {
      ...healthyHost,
      ...fields.take("certificateNames", (one) => one.texts()),
      ...fields.take("address", (one) => one.text()),
    },
  ];
}

export function readProxy([host, part]: readonly [string, Part]): ProxyConfig {
  if (!hostPattern.test(host)) part.fail(`${host} is no host name`);
  return { host, answer: part.fields("answer").need("answer", (one) => one.choice(["ok", "auth", "deny"])) };
}

/** `name: password`, or with more said: `name: { password: ..., expired: true }`. */
function readAccount(part: Part): AccountConfig {
  if (!part.isMapping) return { password: part.text(), expired: false, expiredPasswords: [] };
  const fields = part.fields("password", "expired", "expiredPasswords");
  return {
    password: fields.need("password", (one) => one.text()),
    expired: fields.get("expired", (one) => one.flag()) ?? false,
    expiredPasswords: fields.get("expiredPasswords", (one) => one.texts()) ?? [],
  };
}

/** `shop/api: [v1, v2]`, or with more said. */
function readRepository([name, part]: readonly [string, Part]): [string, RepositoryConfig] {
  if (!repositoryPattern.test(name)) part.fail(`${name} is no repository name`);
  if (part.isList) return [name, { private: false, tags: listedTags(part) }];
  const fields = part.fields("private", "readers", "tags");
  const readers = fields.take("readers", (one) => one.texts());
  const isPrivate = fields.get("private", (one) => one.flag()) ?? readers.readers !== undefined;
  return [name, { private: isPrivate, ...readers, tags: fields.get("tags", readTags) ?? {} }];
}

function readTags(part: Part): RepositoryConfig["tags"] {
  return part.isList ? listedTags(part) : Object.fromEntries(part.entries().map(readTag));
}

function listedTags(part: Part): RepositoryConfig["tags"] {
  return Object.fromEntries(part.items().map((item) => [checkTag(item.text(), item), ordinaryTag]));
}

function readTag([name, part]: readonly [string, Part]): [string, TagConfig] {
  const fields = part.fields("platforms", "index", "shape", "layers", "layerBytes", "build", "contentsOf");
  const platforms = fields.get("platforms", (one) => one.items().map(readPlatform)) ?? ordinaryTag.platforms;
  return [
    checkTag(name, part),
    {
      ...ordinaryTag,
      platforms,
      ...fields.take("index", (one) => one.flag()),
      ...fields.take("shape", (one) => one.choice(manifestShapes)),
      ...fields.take("layers", (one) => one.whole(1)),
      ...fields.take("layerBytes", (one) => one.whole(4)),
      ...fields.take("build", (one) => one.text()),
      ...fields.take("contentsOf", (one) => one.text()),
    },
  ];
}

function checkTag(tag: string, part: Part): string {
  return tagPattern.test(tag) ? tag : part.fail(`${tag} is no tag`);
}

function readPlatform(part: Part): string {
  const text = part.text();
  return platformPattern.test(text) ? text : part.fail(`${text} is no platform such as linux/amd64`);
}

function readHostName(part: Part): string {
  const text = part.text();
  return hostPattern.test(text) ? text : part.fail(`${text} is no host name`);
}

/** Docker Hub's numbers where none are given. */
function readLimits(part: Part): LimitsConfig {
  const fields = part.fields("anonymous", "account", "windowSeconds", "used");
  const used = fields.get("used", (one) => one.fields("anonymous", "account"));
  return {
    ...defaultLimits,
    ...fields.take("anonymous", (one) => one.whole()),
    ...fields.take("account", (one) => one.whole()),
    ...fields.take("windowSeconds", (one) => one.whole(1)),
    used: {
      anonymous: used?.get("anonymous", (one) => one.whole()) ?? 0,
      account: used?.get("account", (one) => one.whole()) ?? 0,
    },
  };
}
