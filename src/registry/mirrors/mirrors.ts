// A mirror configuration as a client of registries has it: which places are asked for an image, in which order.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ToolError } from "../../model/errors.js";
import { type Mirrors, noMirrors } from "../places.js";
import { placesFromCertsD, placesFromHostsToml } from "./hosts-toml.js";
import { placesFromRegistriesConf } from "./registries-conf.js";
import { placesFromRegistriesYaml } from "./registries-yaml.js";

/**
 * Reads `path`: a folder such as /etc/containerd/certs.d, one hosts.toml, a registries.conf or a registries.yaml.
 * Throws ToolError `mirrors-unreadable`. Files that a folder holds are read when an image asks for them.
 */
export async function readMirrors(path: string, isPlain: (registry: string) => boolean): Promise<Mirrors> {
  const itself = noMirrors(isPlain);
  if ((await kindOf(path)) === "folder") {
    return async (image) => {
      const places = await placesFromCertsD(path, image.registry);
      return places === undefined ? itself(image) : { ok: true, places };
    };
  }
  const text = await readFile(path, "utf8");
  if (/\.ya?ml$/.test(path)) {
    return async (image) => ({ ok: true, places: await placesFromRegistriesYaml(text, path, image) });
  }
  if (basename(path) === "hosts.toml") {
    const folder = dirname(path);
    return async ({ registry }) => ({
      ok: true,
      places: await placesFromHostsToml(text, { registry, path, folder }),
    });
  }
  return async ({ registry, repository, digest }) =>
    placesFromRegistriesConf(text, path, { registry, repository, isByDigest: digest !== undefined });
}

async function kindOf(path: string): Promise<"folder" | "file"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (cause) {
    throw new ToolError("mirrors-unreadable", {
      what: `the mirror configuration ${path} cannot be read`,
      why: String(cause instanceof Error ? Reflect.get(cause, "code") : cause),
      do: "name a certs.d folder, a hosts.toml, a registries.conf or a registries.yaml",
      cause,
    });
  }
}
