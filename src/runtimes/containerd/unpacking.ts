// containerd: laying the layers out on the node.

import { head, leaf } from "../sentence.js";

const unpack = { stage: "unpack" as const, group: "unpack" };

export const unpacking = [
  head({
    id: "ctd.unpack-snap",
    starts: "failed to unpack image on snapshotter {token}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.unpack-volume",
    starts: "failed to unpack image volume: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.unpack",
    starts: "unpack: ",
    says: "unpack-failed",
    under: ["containerd", "buildkit"],
    ...unpack,
  }),
  head({
    id: "ctd.error-unpacking",
    starts: "{Error|error} unpacking image {image}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({ id: "ctd.unpacking", starts: "error unpacking image: ", says: "unpack-failed", ...unpack }),
  head({ id: "ctd.apply", starts: 'apply layer error for "{qimage}": ', says: "unpack-failed", ...unpack }),
  head({
    id: "ctd.extract",
    starts: 'failed to extract layer ({token} {digest}) to {token} as "{quoted}": ',
    says: "unpack-failed",
    also: ["content-corrupt"],
    ...unpack,
  }),
  head({
    id: "ctd.extract.old",
    starts: "failed to extract layer {digest}: ",
    says: "unpack-failed",
    also: ["content-corrupt"],
    ...unpack,
  }),
  head({
    id: "ctd.extract.other",
    starts: "failed to extract layer",
    says: "unpack-failed",
    also: ["content-corrupt"],
    ...unpack,
  }),
  head({
    id: "ctd.apply-layer",
    starts: "{failed to apply layer{s|}: |failed to apply diff: |apply failure, attempting cleanup}",
    says: "unpack-failed",
    also: ["content-corrupt"],
    ...unpack,
  }),
  head({
    id: "ctd.mount-callback",
    starts: "mount callback failed on {token}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.temp-mount",
    starts: "failed to mount /{token}/tmpmounts/{token}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.prepare",
    starts: 'failed to prepare extraction snapshot "{quoted}": ',
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.commit-snap",
    starts: "failed to commit snapshot {any}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.create-temp",
    starts: "failed to create {temp dir|snapshot|prepare snapshot dir}: ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.whiteout",
    starts: 'failed to convert whiteout file "{quoted}": ',
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "ctd.write-ingest",
    starts: "write /var/lib/{any}/ingest/{token}: ",
    says: "unpack-failed",
    also: ["disk-full"],
    stage: "blob",
    group: "unpack",
  }),
  leaf({
    id: "guest.unpacked",
    whole: 'unpack destination "{quoted}" already exists',
    says: "unpack-failed",
    by: "image-rs",
    ...unpack,
  }),
  leaf({
    id: "ctd.diffid.old",
    whole: 'wrong diff id calculated on extraction "{quoted}"',
    says: "content-corrupt",
    ...unpack,
  }),
  leaf({
    id: "ctd.diffid",
    whole: 'wrong diff id "{quoted}" calculated on extraction "{quoted}", desc "{quoted}"',
    says: "content-corrupt",
    ...unpack,
  }),
  leaf({
    id: "ctd.diffid-count",
    whole: "number of layers and diffIDs don't match: {n} != {n}",
    says: "content-corrupt",
    also: ["manifest-unsupported"],
    ...unpack,
  }),
  leaf({
    id: "ctd.rootfs-mismatch",
    whole: "mismatched image rootfs and manifest layers",
    says: "manifest-unsupported",
    also: ["unpack-failed", "content-corrupt"],
    ...unpack,
  }),
];
