// The layers arrived, and the node cannot lay them out on its disk.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { nodeText } from "../from-node.js";
import { deletion } from "../target.js";
import { word } from "../word.js";

export default defineCause({
  id: "unpack-failed",
  title: "image cannot be unpacked on the node",
  summary:
    "The layers arrived whole, and the runtime cannot lay them out: user id ranges that are too small, a file system without the features it needs, leftovers of an earlier pull, or a failing disk.",
  area: "node",
  stage: "unpack",
  looksLike: [
    {
      by: "containerd",
      text: "failed to unpack image on snapshotter overlayfs: failed to extract layer sha256:…: …: unknown",
    },
    { by: "containerd", text: 'failed to convert whiteout file "…": operation not supported: unknown' },
    { by: "containerd", text: 'wrong diff id calculated on extraction "sha256:…"' },
    {
      by: "podman",
      text: "potentially insufficient UIDs or GIDs available in user namespace (requested …:… for …): Check /etc/subuid and /etc/subgid",
    },
    { by: "docker", text: "failed to register layer: rename …: file exists" },
  ],
  toldApart: [
    { from: "disk-full", how: "there it is room that is missing: no space left on device" },
    { from: "content-corrupt", how: "there the bytes themselves are wrong" },
    { from: "runtime-unavailable", how: "there the runtime does not answer at all" },
  ],
  mend: [
    "rootless or user namespaces: give the user a larger range in /etc/subuid and /etc/subgid, or build the image with smaller ids",
    "`operation not supported`, whiteouts: the runtime's folder lies on a file system (NFS, eCryptfs, another overlay) that its snapshotter cannot use",
    "leftovers: remove the image on the node, `crictl rmi <image>`, and let it be pulled anew",
    "`input/output error`, `read-only file system`: the disk; look at `dmesg`, move the pods and replace the node",
  ],
  prevent: ["keep the runtime's folder on a local ext4 or xfs disk (xfs with ftype=1)"],
  fixes: ["tell", "restart-pods"],
  read: [
    "https://docs.docker.com/engine/storage/drivers/overlayfs-driver/",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/crictl/",
  ],

  tell: (pull) =>
    `${pull.image || "The image"} was downloaded, and the runtime of ${nodeText(pull)} cannot lay it out on its disk.`,

  remedies: (pull) => [
    {
      ...tellTeam(pull, `the runtime of ${nodeText(pull)} cannot unpack ${pull.image || "the image"}`),
      what: `try another node: keep pods off ${nodeText(pull)} and let this one start elsewhere`,
      effect: "deletes-pods",
      commands: [`kubectl cordon ${word(pull.pod.node ?? "<node>")}`, deletion(pull)],
    },
  ],
});
