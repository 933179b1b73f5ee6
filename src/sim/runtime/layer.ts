// Unpacking one layer: gzip or not, tar or not, the right contents or not.

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

export type Unpacked =
  | { readonly ok: true; readonly diffId: string; readonly bytes: number; readonly firstPath: string }
  | { readonly ok: false; readonly why: string };

export function unpackLayer(layer: Buffer): Unpacked {
  let tar = layer;
  if (layer[0] === 0x1f && layer[1] === 0x8b) {
    try {
      tar = gunzipSync(layer);
    } catch {
      return { ok: false, why: "gzip: invalid checksum" };
    }
  }
  if (!isTar(tar)) return { ok: false, why: "archive/tar: invalid tar header" };
  return {
    ok: true,
    diffId: digestOf(tar),
    bytes: tar.length,
    firstPath: tar.toString("latin1", 0, 100).replace(/\0.*$/s, ""),
  };
}

/** An empty archive is one; else the first header's checksum tells. */
function isTar(bytes: Buffer): boolean {
  if (bytes.length === 0) return true;
  if (bytes.length < 512) return false;
  let sum = 0;
  for (let index = 0; index < 512; index++) sum += index >= 148 && index < 156 ? 32 : (bytes[index] ?? 0);
  const written = Number.parseInt(bytes.toString("latin1", 148, 156).replace(/[\0 ]+/g, ""), 8);
  return sum === written || sum === 256;
}

export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
