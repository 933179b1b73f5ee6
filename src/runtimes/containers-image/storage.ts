// containers/image and containers/storage: blobs, digests, layers on disk.

import { head, leaf } from "../sentence.js";

const blob = { stage: "blob" as const };
const unpack = { stage: "unpack" as const, group: "unpack" };

export const storage = [
  head({
    id: "ci.read-blob",
    starts: "{r|Error r|error r}eading blob {digest}: ",
    ...blob,
    group: "request",
  }),
  head({ id: "ci.fetch-blob", starts: "{f|Error f|error f}etching blob: ", ...blob, group: "request" }),
  head({
    id: "ci.write-blob",
    starts: "{w|Error w|error w}riting blob: ",
    says: "unpack-failed",
    ...blob,
    group: "unpack",
  }),
  head({
    id: "ci.store-blob",
    starts: '{s|Error s|error s}toring blob to file "{quoted}": ',
    says: "unpack-failed",
    ...blob,
    group: "unpack",
  }),
  head({ id: "ci.decompress", starts: "setting up to decompress blob: ", says: "content-corrupt", ...blob }),
  head({ id: "ci.during-read", starts: "happened during read: ", ...blob, group: "request" }),
  leaf({
    id: "ci.reconnect",
    whole: "unexpected EOF (while reconnecting: {any}",
    says: "connection-reset",
    also: ["content-corrupt", "proxy-failure"],
    ...blob,
  }),
  leaf({
    id: "ci.reconnect.range",
    whole: "unexpected EOF (after reconnecting{any}",
    says: "content-corrupt",
    also: ["connection-reset"],
    ...blob,
  }),
  leaf({
    id: "ci.reconnect.any",
    whole: "{connection reset by peer|EOF|i/o timeout} (while reconnecting: {any}",
    says: "connection-reset",
    also: ["connection-timeout", "proxy-failure"],
    ...blob,
  }),
  head({ id: "ci.copy-from", starts: "unable to copy from source {image}: ", group: "top" }),
  head({
    id: "ci.reuse-blob",
    starts: "trying to reuse blob {digest} at destination: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({ id: "ci.config", starts: "copying config: ", stage: "config" }),
  head({
    id: "ci.layer",
    starts: '{adding|committing|applying|creating} layer with blob "{quoted}": ',
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ci.layer.old",
    starts: "{E|e}rror {adding|committing|applying|creating} layer with {blob|ID} {any}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ci.commit",
    starts:
      "{committing the finished image|Error committing the finished image|error committing the finished image|creating image}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({ id: "ci.tar", starts: "{processing|Error processing} tar file(", says: "unpack-failed", ...unpack }),
  head({
    id: "ci.ids",
    starts: "potentially insufficient UIDs or GIDs available in user namespace",
    says: "unpack-failed",
    decides: true,
    ...unpack,
  }),
  leaf({
    id: "ci.tar-header",
    whole: "{archive/tar: |}invalid tar header",
    says: "content-corrupt",
    pull: "never",
    ...unpack,
  }),
  leaf({
    id: "ci.gzip",
    whole:
      "{gzip: invalid {header|checksum}|zlib: invalid {header|checksum}|flate: corrupt input before offset {n}|archive/tar: {any}|zstd: {any}|magic number mismatch|invalid compressed data{any}|corrupt input{any}|crc32 mismatch{any}|unexpected end of file}",
    says: "content-corrupt",
    pull: "never",
    ...unpack,
  }),
  leaf({
    id: "ci.digest",
    whole: "Digest did not match, expected {digest}, got {digest}",
    says: "content-corrupt",
    ...blob,
  }),
  leaf({
    id: "ci.manifest-digest",
    whole: "manifest does not match provided manifest digest {digest}",
    says: "content-corrupt",
    stage: "manifest",
  }),
  leaf({
    id: "ci.config-digest",
    whole:
      "{Download config.json digest {digest} does not match expected {digest}|download config.json digest {digest} does not match expected {digest}}",
    says: "content-corrupt",
    stage: "config",
  }),
  leaf({
    id: "ci.size-mismatch",
    whole: "{size mismatch|blob size mismatch|Size did not match}{any}",
    says: "content-corrupt",
    pull: "never",
    ...blob,
  }),
  leaf({ id: "ci.blob-unknown", whole: "blob unknown", says: "blob-missing", ...blob }),
];
