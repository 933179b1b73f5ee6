// What a pull reads out of manifests, indexes and image configs; anything else in them is passed over.

import { at, count, items, record, strings, text } from "../api/json.js";
import type { Platform } from "./pull-types.js";

export const manifestTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
] as const;
export const indexTypes = [
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.index.v1+json",
] as const;
export const schema1Types = [
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  "application/vnd.docker.distribution.manifest.v1+json",
] as const;
const configTypes = [
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.oci.image.config.v1+json",
];

export const isManifest = (mediaType: string): boolean => manifestTypes.some((one) => one === mediaType);
export const isIndex = (mediaType: string): boolean => indexTypes.some((one) => one === mediaType);
export const isSchema1 = (mediaType: string): boolean => schema1Types.some((one) => one === mediaType);
export const isConfig = (mediaType: string): boolean => configTypes.includes(mediaType);

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** -1: nobody said. */
  readonly size: number;
}

export interface PlatformEntry extends Descriptor {
  /** Absent: the index does not say. */
  readonly platform?: Platform & { readonly osVersion?: string };
}

/** undefined: the bytes are not JSON. */
export function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function readDescriptor(value: unknown): Descriptor {
  return {
    mediaType: text(value, "mediaType"),
    digest: text(value, "digest"),
    size: count(value, "size") ?? -1,
  };
}

export function readIndex(value: unknown): PlatformEntry[] {
  return items(value, "manifests").map((entry) => {
    const platform = readPlatform(record(entry, "platform"));
    return { ...readDescriptor(entry), ...(platform === undefined ? {} : { platform }) };
  });
}

export function readManifest(value: unknown): { config: Descriptor; layers: Descriptor[] } {
  return { config: readDescriptor(at(value, "config")), layers: items(value, "layers").map(readDescriptor) };
}

export interface ImageConfig {
  readonly platform: Platform;
  readonly diffIds: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly string[];
}

export function readConfig(value: unknown): ImageConfig {
  return {
    platform: readPlatform(record(value)) ?? { os: "", architecture: "" },
    diffIds: strings(value, "rootfs", "diff_ids"),
    entrypoint: strings(value, "config", "Entrypoint"),
    command: strings(value, "config", "Cmd"),
    env: strings(value, "config", "Env"),
  };
}

function readPlatform(value: unknown): (Platform & { osVersion?: string }) | undefined {
  const architecture = text(value, "architecture");
  if (architecture === "") return undefined;
  const variant = text(value, "variant");
  const osVersion = text(value, "os.version");
  return {
    os: text(value, "os"),
    architecture,
    ...(variant === "" ? {} : { variant }),
    ...(osVersion === "" ? {} : { osVersion }),
  };
}
