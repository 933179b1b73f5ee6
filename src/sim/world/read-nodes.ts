// The `nodes:` part of a world file.

import type { NodeConfig } from "../kubelet/node-config.js";
import { runtimeNames } from "../runtime/pull-types.js";
import type { WorldNode } from "./config.js";
import type { Part } from "./yaml.js";

const newest = { kubelet: "v1.32.5", runtime: "containerd 1.7.27" } as const;
const architectures = ["amd64", "arm64", "arm", "ppc64le", "s390x", "riscv64"] as const;
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/** The node of worlds that say nothing about nodes. */
export const oneNode: WorldNode = {
  config: {
    name: "node-1",
    kubelet: newest.kubelet,
    runtime: { name: "containerd", version: "1.7.27" },
    architecture: "amd64",
  },
  trustsCorporateCa: false,
};

export function readNode(part: Part): WorldNode {
  const fields = part.fields(
    "name",
    "kubelet",
    "runtime",
    "architecture",
    "address",
    "labels",
    "taints",
    "unschedulable",
    "maxPods",
    "images",
    "pauseImage",
    "credentials",
    "proxy",
    "mirrors",
    "insecure",
    "searchesHub",
    "trusts",
    "diskFreeBytes",
    "diskPressure",
    "serializeImagePulls",
    "maxParallelImagePulls",
    "registryPullQps",
    "registryBurst",
  );
  const trusts = fields.get("trusts", (one) => one.items().map((item) => item.choice(["corporate"]))) ?? [];
  const unschedulable = fields.get("unschedulable", (one) => one.flag());
  const pull = {
    ...fields.take("proxy", (one) => one.text()),
    ...fields.take("mirrors", (one) =>
      Object.fromEntries(one.entries().map(([host, to]) => [host, to.texts()])),
    ),
    ...fields.take("insecure", (one) => one.texts()),
    ...fields.take("searchesHub", (one) => one.flag()),
    ...fields.take("diskFreeBytes", (one) => one.whole()),
    ...(fields.get("diskPressure", (one) => one.flag()) === true ? { hasDiskPressure: true } : {}),
  };
  const config: NodeConfig = {
    name: fields.need("name", readName),
    kubelet: fields.get("kubelet", readKubelet) ?? newest.kubelet,
    runtime: fields.get("runtime", readRuntime) ?? oneNode.config.runtime,
    architecture: fields.get("architecture", (one) => one.choice(architectures)) ?? "amd64",
    ...fields.take("address", (one) => one.text()),
    ...fields.take("labels", textMap),
    ...fields.take("taints", (one) => one.items().map(readTaint)),
    ...fields.take("maxPods", (one) => one.whole(1)),
    ...fields.take("images", (one) => one.texts()),
    ...fields.take("pauseImage", (one) => one.text()),
    ...fields.take("credentials", readCredentials),
    ...fields.take("serializeImagePulls", (one) => one.flag()),
    ...fields.take("maxParallelImagePulls", (one) => one.whole(1)),
    ...fields.take("registryPullQps", (one) => one.number()),
    ...fields.take("registryBurst", (one) => one.whole()),
    ...(unschedulable === undefined ? {} : { isUnschedulable: unschedulable }),
    ...(Object.keys(pull).length === 0 ? {} : { pull }),
  };
  return { config, trustsCorporateCa: trusts.length > 0 };
}

function readName(part: Part): string {
  const name = part.text();
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) ? name : part.fail(`${name} is no node name`);
}

function readKubelet(part: Part): string {
  const version = part.text();
  if (!/^v?1\.\d+(\.\d+)?([+-].+)?$/.test(version)) part.fail(`${version} is no version such as v1.32.5`);
  return version.startsWith("v") ? version : `v${version}`;
}

/** `containerd 1.7.22` */
function readRuntime(part: Part): NodeConfig["runtime"] {
  const [name = "", version = "", ...more] = part.text().split(/[ :/]+/);
  const known = runtimeNames.find((one) => one === name);
  if (known === undefined || !/^\d+\.\d+/.test(version) || more.length > 0) {
    return part.fail(
      `${part.text()} is no runtime and version, such as ${newest.runtime}; there are ${runtimeNames.join(", ")}`,
    );
  }
  return { name: known, version };
}

function readTaint(part: Part) {
  const fields = part.fields("key", "value", "effect");
  return {
    key: fields.need("key", (one) => one.text()),
    ...fields.take("value", (one) => one.text()),
    effect: fields.need("effect", (one) => one.choice(effects)),
  };
}

function readCredentials(part: Part): NonNullable<NodeConfig["credentials"]> {
  return Object.fromEntries(
    part.entries().map(([registry, login]) => {
      const fields = login.fields("username", "password");
      const username = fields.need("username", (one) => one.text());
      return [registry, { username, password: fields.need("password", (one) => one.text()) }];
    }),
  );
}

function textMap(part: Part): Record<string, string> {
  return Object.fromEntries(part.entries().map(([name, value]) => [name, value.text()]));
}
