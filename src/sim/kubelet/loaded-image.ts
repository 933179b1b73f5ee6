// An image that came onto a node by no pull: imported by hand, or there from the beginning.

import { createHash } from "node:crypto";
import { tryParseReference } from "../../model/reference.js";
import { programOf } from "../runtime/image-program.js";
import type { Platform, PulledImage } from "../runtime/pull-types.js";

export function loadedImage(
  written: string,
  platform: Platform,
  contents: Partial<PulledImage> = {},
): PulledImage {
  const parsed = tryParseReference(written);
  const name = parsed.ok ? `${parsed.reference.registry}/${parsed.reference.repository}` : written;
  const digest = (what: string): string =>
    `sha256:${createHash("sha256").update(`${what} ${written}`).digest("hex")}`;
  const given = parsed.ok ? parsed.reference.digest : undefined;
  return {
    imageRef: digest("config"),
    repoDigest: `${name}@${given ?? digest("manifest")}`,
    ...(given === undefined ? { repoTag: parsed.ok ? parsed.reference.full : written } : {}),
    sizeBytes: 5_431_296,
    platform,
    ...programOf(name),
    env: [],
    ...contents,
    ok: true,
  };
}
