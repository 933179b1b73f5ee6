// Digests of the OCI image specification: written, checked against bytes.

import { createHash } from "node:crypto";

const hexLengths = { sha256: 64, sha384: 96, sha512: 128 } as const;

const isAlgorithm = (name: string): name is keyof typeof hexLengths => name in hexLengths;

/** True for the algorithms that clients know, with as many hex digits as each has. */
export function isDigest(text: string): boolean {
  const [algorithm = "", hex = ""] = text.split(":", 2);
  return isAlgorithm(algorithm) && hex.length === hexLengths[algorithm] && /^[0-9a-f]+$/.test(hex);
}

export const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Whether the bytes have this digest; false as well for one that cannot be checked. */
export function hasDigest(bytes: Buffer, digest: string): boolean {
  const [algorithm = "", hex = ""] = digest.split(":", 2);
  return isAlgorithm(algorithm) && createHash(algorithm).update(bytes).digest("hex") === hex;
}
