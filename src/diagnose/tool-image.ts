// Which of the images on a node has a shell and programs to ask with? Told by its name; the best equipped first.

import type { ClusterNode } from "../model/objects.js";
import { tryParseReference } from "../model/reference.js";

const equipped: readonly RegExp[] = [
  /(?:^|\/)netshoot$/,
  /(?:^|\/)curl(?:-|$)|curlimages\/curl$/,
  /(?:^|\/)(?:network-)?multitool$/,
  /(?:^|\/)(?:toolbox|dnsutils|debug-tools?|nettools)$/,
  /(?:^|\/)busybox$/,
  /(?:^|\/)alpine$/,
  /(?:^|\/)(?:debian|ubuntu|fedora|rockylinux|almalinux|amazonlinux)$/,
  /(?:^|\/)nginx$/,
  /(?:^|\/)(?:redis|postgres|httpd|python|node|ruby|php|golang)$/,
];

/** By tag where it has one; undefined: none whose name tells. */
export function toolImage(node: ClusterNode | undefined): string | undefined {
  const names = (node?.images ?? []).flatMap((image) => {
    const readable = image.names.flatMap((name) => {
      const parsed = tryParseReference(name);
      return parsed.ok ? [{ name, parsed: parsed.reference }] : [];
    });
    const tagged = readable.find(({ parsed }) => parsed.tag !== undefined && parsed.digest === undefined);
    return tagged === undefined ? readable.slice(0, 1) : [tagged];
  });
  for (const shape of equipped) {
    const found = names.find(({ parsed }) => shape.test(parsed.repository));
    if (found !== undefined) return found.name;
  }
  return undefined;
}
