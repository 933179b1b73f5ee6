// Does an image fit a node? As containerd and the others choose from an index; semantics reference, section 8.

import type { Descriptor, Platform } from "../registry/media.js";

/** The spellings of one architecture made equal: `aarch64` is `arm64`, `arm` alone is `arm/v7`. */
export function normalised({ os, architecture, variant }: Platform): Platform {
  const arch = architecture.toLowerCase();
  const system = os.toLowerCase();
  const plain = (name: string, version?: string): Platform => ({
    os: system,
    architecture: name,
    ...(version === undefined ? {} : { variant: version }),
  });
  if (arch === "x86_64" || arch === "x86-64" || arch === "amd64") {
    return plain("amd64", variant === undefined || variant === "v1" ? undefined : variant);
  }
  if (arch === "aarch64" || arch === "arm64") {
    return plain("arm64", variant === undefined || variant === "v8" || variant === "8" ? undefined : variant);
  }
  if (arch === "armhf") return plain("arm", "v7");
  if (arch === "armel") return plain("arm", "v6");
  if (arch === "arm")
    return plain("arm", variant === undefined ? "v7" : variant.startsWith("v") ? variant : `v${variant}`);
  if (arch === "i386") return plain("386");
  return plain(arch, variant);
}

/** True when a node of this platform takes the image without complaint. Nodes tell no variant: any of `arm` may fit one. */
export function fits(image: Platform, node: Platform): boolean {
  const [ours, theirs] = [normalised(image), normalised(node)];
  if (ours.os !== theirs.os || ours.architecture !== theirs.architecture) return false;
  if (ours.architecture === "amd64") return ours.variant === undefined || ours.variant === theirs.variant;
  return true;
}

/** The entry that a node would get, or undefined. An entry without a platform fits everything and comes last. */
export function choose(manifests: readonly Descriptor[], node: Platform): Descriptor | undefined {
  const images = manifests.filter((one) => !one.isAttestation);
  return (
    images.find(({ platform }) => platform !== undefined && fits(platform, node)) ??
    images.find(({ platform }) => platform === undefined)
  );
}
