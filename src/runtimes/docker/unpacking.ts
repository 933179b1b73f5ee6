// Docker: laying the layers out on the node, on Linux and on Windows.

import { head, leaf } from "../sentence.js";

const unpack = { stage: "unpack" as const, group: "unpack", pull: "always" as const };

export const unpacking = [
  head({ id: "docker.register", starts: "failed to register layer: ", says: "unpack-failed", ...unpack }),
  head({
    id: "docker.tar",
    starts: "{Error|error} processing tar file({exit status {n}|signal: killed}): ",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "docker.apply",
    starts: "ApplyLayer {exit status {n} {stdout|stderr}|}",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "docker.untar",
    starts: "{Untar error on re-exec cmd: |Untar re-exec error: |error creating overlay mount to {token}: }",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "docker.reexec",
    starts: "exit status {n}: output:{ |}",
    says: "unpack-failed",
    under: ["unpack"],
    ...unpack,
  }),
  head({
    id: "docker.id-map",
    starts: "{Container ID|container ID|Host ID} {n} cannot be mapped to a",
    says: "unpack-failed",
    ...unpack,
  }),
  head({
    id: "docker.devmapper",
    starts: "devmapper: ",
    says: "unpack-failed",
    also: ["disk-full"],
    ...unpack,
  }),
  leaf({
    id: "docker.unpigz",
    whole: "unpigz: skipping: {any}",
    says: "content-corrupt",
    also: ["unpack-failed", "disk-full"],
    ...unpack,
  }),
  head({ id: "docker.hcs", starts: "{hcsshim::|hcs::}", pull: "never" }),
  head({
    id: "docker.hcs.layer",
    starts: "{re-exec error: |hcsshim::ImportLayer|hcsshim::ProcessBaseLayer|hcsshim::ProcessUtilityVMImage}",
    says: "unpack-failed",
    ...unpack,
  }),
];
