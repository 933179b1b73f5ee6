// Which mirrors a node's runtime is configured with for a registry, from the files of the node. Only names of places are taken
// out of them: certificates, keys and logins that they name lie on the node and are not ours to read.

import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import type { WayStage } from "../../model/probe.js";
import { hostFolders } from "../../registry/mirrors/hosts-toml.js";
import { placesFromRegistriesConf } from "../../registry/mirrors/registries-conf.js";
import type { Run } from "./ask.js";

/** Where the node's root is mounted. */
export const nodeRoot = "/host";

type Read = (text: string, registry: string) => readonly string[] | string;

const files = (registry: string): readonly (readonly [path: string, read: Read])[] => [
  ...hostFolders(registry).map(
    (folder) => [`/etc/containerd/certs.d/${folder}/hosts.toml`, inHostsToml] as const,
  ),
  ["/etc/rancher/k3s/registries.yaml", inRegistriesYaml],
  ["/etc/rancher/rke2/registries.yaml", inRegistriesYaml],
  ["/etc/containers/registries.conf", inRegistriesConf],
];

/** One stage: which places the node asks before the registry itself, and which file says so. */
export async function mirrorsOf(registry: string, run: Run): Promise<WayStage> {
  for (const [path, read] of files(registry)) {
    const { exitCode, out } = await run(["cat", `${nodeRoot}${path}`]);
    if (exitCode !== 0 || out.trim() === "") continue;
    return { stage: "mirrors", is: "passed", tool: "cat", shows: `${path} ${told(out, registry, read)}` };
  }
  const shows = "no mirror is configured where runtimes usually look";
  return { stage: "mirrors", is: "passed", tool: "cat", shows };
}

function told(text: string, registry: string, read: Read): string {
  try {
    const found = read(text, registry);
    if (typeof found === "string") return `says: ${found}`;
    return found.length === 0
      ? "names no mirror for it"
      : `names mirrors for it: ${found.slice(0, 4).join(", ")}`;
  } catch {
    return "is there, and cannot be read as what it should be";
  }
}

/** The keys of `[host."https://..."]`; a `server` elsewhere is one as well. */
function inHostsToml(text: string, registry: string): readonly string[] {
  const document = parseToml(text);
  const { host, server } = document;
  const named = typeof host === "object" && host !== null ? Object.keys(host) : [];
  const last = typeof server === "string" && placeOf(server) !== registry ? [server] : [];
  return [...named, ...last].map(placeOf);
}

function inRegistriesYaml(text: string, registry: string): readonly string[] {
  const document: unknown = parseYaml(text, { maxAliasCount: 20 });
  const mirrors = field(document, "mirrors");
  const endpoints = field(field(mirrors, registry) ?? field(mirrors, "*"), "endpoint");
  return Array.isArray(endpoints) ? endpoints.filter((one) => typeof one === "string").map(placeOf) : [];
}

const inRegistriesConf: Read = (text, registry) => {
  const found = placesFromRegistriesConf(text, "registries.conf", {
    registry,
    // Prefixes that go deeper than the registry are not told: no one image is asked for.
    repository: "any",
    isByDigest: false,
  });
  return found.ok ? found.places.filter(({ isMirror }) => isMirror).map(({ url }) => url.host) : found.why;
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** `mirror.example:5000` of a URL, without a login. */
function placeOf(text: string): string {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(full) ? new URL(full).host : "an address that is none";
}
