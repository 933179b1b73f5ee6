// Makes small real images in memory: layers that are gzipped tar archives, a config for each
// platform, manifests and indexes; and, on request, the broken kinds that registries hold.

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { programOf } from "../runtime/image-program.js";
import type { TagConfig } from "./config.js";

export const mediaTypes = {
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  schema1: "application/vnd.docker.distribution.manifest.v1+prettyjws",
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
  ociConfig: "application/vnd.oci.image.config.v1+json",
  ociLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
  artifact: "application/vnd.oci.artifact.manifest.v1+json",
  helmConfig: "application/vnd.cncf.helm.config.v1+json",
  helmLayer: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
} as const;

export interface Content {
  readonly digest: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** Everything that one tag needs; `top` is what the tag points to. */
export interface BuiltImage {
  readonly top: Content;
  readonly manifests: readonly Content[];
  readonly blobs: readonly Content[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** `name` and `tag.build` decide the bytes: the same world gives the same digests every time. */
export function buildImage(name: string, tag: TagConfig): BuiltImage {
  if (tag.shape === "html") return single(content(loginPage, "text/html"), []);
  if (tag.shape === "artifact") {
    return single(
      json(mediaTypes.artifact, {
        mediaType: mediaTypes.artifact,
        artifactType: "application/spdx+json",
        blobs: [],
      }),
      [],
    );
  }
  if (tag.shape === "schema1") return schema1(name, tag);
  const built = tag.platforms.map((platform) => onePlatform(name, tag, platform));
  const [first] = built;
  if (first === undefined) throw new TypeError(`${name}: a tag without platforms`);
  if (built.length === 1 && !tag.index) return first;
  const docker = tag.shape === "docker";
  const mediaType = docker ? mediaTypes.dockerList : mediaTypes.ociIndex;
  const top = json(mediaType, {
    schemaVersion: 2,
    mediaType,
    manifests: built.map((image, index) => ({
      ...describe(image.top),
      platform: platformOf(tag.platforms[index] ?? ""),
    })),
  });
  return {
    top,
    manifests: [top, ...built.flatMap((image) => image.manifests)],
    blobs: built.flatMap((image) => image.blobs),
  };
}

/** `linux/arm64/v8` or `windows/amd64:10.0.20348.2700` as an index writes it. */
export function platformOf(text: string): Record<string, string> {
  const [name = "", version] = text.split(":");
  const [os = "", architecture = "", variant] = name.split("/");
  return {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { "os.version": version }),
  };
}

function onePlatform(name: string, tag: TagConfig, platform: string): BuiltImage {
  const docker = tag.shape === "docker" || tag.shape === "not-gzip" || tag.shape === "rootfs-mismatch";
  const helm = tag.shape === "helm-chart";
  const layerType = helm ? mediaTypes.helmLayer : docker ? mediaTypes.dockerLayer : mediaTypes.ociLayer;
  const diffIds: string[] = [];
  const layers: Content[] = [];
  for (let index = 0; index < tag.layers; index++) {
    const seed =
      index === 0 ? `base ${platform} ${tag.layerBytes}` : `${name} ${tag.build} ${platform} ${index}`;
    const tar = archive(
      index === 0 ? "etc/base-release" : `app/layer-${index}`,
      filler(seed, tag.layerBytes),
    );
    diffIds.push(digestOf(tar));
    const isBad = tag.shape === "not-gzip" && index === tag.layers - 1;
    layers.push(content(isBad ? filler(`not a tar ${seed}`, 4096) : gzipSync(tar, { level: 1 }), layerType));
  }
  const config = helm
    ? json(mediaTypes.helmConfig, { apiVersion: "v2", name: name.split("/").at(-1), version: "0.1.0" })
    : json(docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig, {
        created: "2026-01-01T00:00:00Z",
        ...platformOf(platform),
        config: {
          Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
          ...startOf(name),
          Labels: { "org.opencontainers.image.title": name },
        },
        rootfs: { type: "layers", diff_ids: tag.shape === "rootfs-mismatch" ? [] : diffIds },
        history: [{ created: "2026-01-01T00:00:00Z", created_by: `build ${tag.build}` }],
      });
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
  const top = json(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: describe(config),
    layers: layers.map(describe),
  });
  return single(top, [config, ...layers]);
}

/** The fields that say what a container starts; one that is empty is left out, as builders do. */
function startOf(name: string): Readonly<Record<string, readonly string[]>> {
  const { entrypoint, command } = programOf(name);
  return {
    ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
    ...(command.length === 0 ? {} : { Cmd: command }),
  };
}

function schema1(name: string, tag: TagConfig): BuiltImage {
  const layers = Array.from({ length: tag.layers }, (_, index) =>
    content(
      gzipSync(archive(`app/layer-${index}`, filler(`${name} ${tag.build} ${index}`, tag.layerBytes)), {
        level: 1,
      }),
      mediaTypes.dockerLayer,
    ),
  );
  const top = json(mediaTypes.schema1, {
    schemaVersion: 1,
    name,
    tag: "legacy",
    architecture: "amd64",
    fsLayers: layers.map((layer) => ({ blobSum: layer.digest })).reverse(),
    history: layers.map((_, index) => ({
      v1Compatibility: JSON.stringify({
        id: digestOf(Buffer.from(`${name} ${index}`)).slice(7),
        os: "linux",
        architecture: "amd64",
        created: "2016-01-01T00:00:00Z",
      }),
    })),
    signatures: [{ header: { alg: "ES256" }, signature: "c2lnbmVk", protected: "e30" }],
  });
  return single(top, layers);
}

function single(top: Content, blobs: readonly Content[]): BuiltImage {
  return { top, manifests: [top], blobs };
}

function describe(item: Content): Descriptor {
  return { mediaType: item.mediaType, size: item.bytes.length, digest: item.digest };
}

function json(mediaType: string, value: unknown): Content {
  return content(Buffer.from(`${JSON.stringify(value, null, 3)}`), mediaType);
}

function content(bytes: Buffer | string, mediaType: string): Content {
  const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return { digest: digestOf(buffer), bytes: buffer, mediaType };
}

/** Bytes that do not compress, the same for the same seed. */
function filler(seed: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const block = createHash("sha512").update(seed).digest();
  let state = block.readUInt32LE(0) | 1;
  for (let at = 0; at + 4 <= length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}

/** A tar archive with one file. */
function archive(path: string, body: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(path, 0, "latin1");
  head.write("0000644\0", 100, "latin1");
  head.write("0000000\0", 108, "latin1");
  head.write("0000000\0", 116, "latin1");
  head.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  head.write("14567265000\0", 136, "latin1");
  head.write("        0", 148, "latin1");
  head.write("ustar\0" + "00", 257, "latin1");
  let sum = 0;
  for (const byte of head) sum += byte;
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([head, body, Buffer.alloc((512 - (body.length % 512)) % 512), Buffer.alloc(1024)]);
}

export const loginPage =
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n<body><h1>Network sign-in required</h1>\n" +
  '<form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>\n';
