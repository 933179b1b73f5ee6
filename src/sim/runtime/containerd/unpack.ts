// Unpacking what was fetched into a snapshot, and what containerd says when it cannot.

import { PullFailure } from "../failure.js";
import { digestOf, unpackLayer } from "../layer.js";
import { type Descriptor, type ImageConfig, isConfig } from "../manifest.js";
import type { ContentStore } from "./content.js";
import type { ContainerdTraits } from "./version.js";

const snapshots = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots";
const unpackHead = "failed to unpack image on snapshotter overlayfs: ";

/** `unexpected media type text/html for sha256:...`: a thing that is no image. */
export function noImage(item: Descriptor, traits: ContainerdTraits): PullFailure {
  const what = `unexpected media type ${item.mediaType} for ${item.digest}: not found`;
  return new PullFailure(
    traits.hasTransfer ? `get image config descriptor: ${what}` : `${unpackHead}${what}`,
    "NotFound",
  );
}

export function checkLayerCount(
  config: Descriptor,
  contents: ImageConfig,
  layers: number,
): PullFailure | undefined {
  const { diffIds } = contents;
  if (diffIds.length === layers) return undefined;
  return new PullFailure(
    isConfig(config.mediaType)
      ? `number of layers and diffIDs don't match: ${layers} != ${diffIds.length}`
      : `${unpackHead}mismatched image rootfs and manifest layers`,
  );
}

export function unpack(
  layers: readonly { readonly item: Descriptor; readonly bytes: Buffer }[],
  contents: ImageConfig,
  store: ContentStore,
  traits: ContainerdTraits,
  snapshot: { readonly number: number; readonly name: string },
): void {
  let chain = "";
  for (const [index, { item, bytes }] of layers.entries()) {
    const diffId = contents.diffIds[index] ?? "";
    chain = chain === "" ? diffId : digestOf(`${chain} ${diffId}`);
    const fails = (why: string): PullFailure =>
      new PullFailure(
        traits.namesExtraction
          ? `failed to extract layer (${item.mediaType} ${item.digest}) to overlayfs as "extract-${snapshot.name} ${chain}": ${why}`
          : `failed to extract layer ${diffId}: ${why}: unknown`,
      );
    const unpacked = unpackLayer(bytes);
    if (!unpacked.ok) throw fails(unpacked.why);
    if (!store.take(unpacked.bytes)) {
      const path = `${snapshots}/${snapshot.number + index}/fs/${unpacked.firstPath}`;
      throw fails(`write ${path}: no space left on device`);
    }
    if (unpacked.diffId !== diffId) {
      throw new PullFailure(`wrong diff id calculated on extraction "${unpacked.diffId}"`);
    }
  }
}
