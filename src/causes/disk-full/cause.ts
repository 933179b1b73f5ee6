// The node's disk has no room for the image.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { diskOfNode, nodeText } from "../from-node.js";
import { word } from "../word.js";
import { judgeDiskFull } from "./judge.js";

export default defineCause({
  id: "disk-full",
  title: "node's disk is full",
  summary:
    "There is no room on the node for the image: while it was written the disk ran full, or the kubelet turned the pod away for disk pressure.",
  area: "node",
  stage: "blob",
  looksLike: [
    { by: "containerd", text: "failed to copy: write /var/lib/containerd/…: no space left on device" },
    { by: "containerd", text: "failed to extract layer sha256:…: write …: no space left on device: unknown" },
    { by: "docker", text: "failed to register layer: write …: no space left on device" },
    { by: "kubelet", text: "Pod The node had condition: [DiskPressure]." },
  ],
  toldApart: [
    { from: "unpack-failed", how: "there the room is enough and the file system refuses something else" },
    { from: "content-corrupt", how: "there the layer is broken; on a full disk a cut-off one may look so" },
    { from: "quota-exceeded", how: "there the registry's storage is full, not the node's" },
  ],
  mend: [
    "see what fills it: `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host df -h /var/lib`, and `kubectl describe node <node>` for DiskPressure",
    "on the node, remove images that no container uses: `crictl rmi --prune`",
    "look beside images: logs under /var/log/pods, emptyDir volumes, and inodes (`df -i`)",
    "give the node a larger disk, or move the pod: `kubectl cordon <node>`, then `kubectl -n <namespace> delete pod <pod>`",
  ],
  prevent: [
    "size node disks for the images in use, several times over: an image needs room packed and unpacked",
    "let the kubelet clean up earlier: `imageGCHighThresholdPercent`, `imageGCLowThresholdPercent`",
    "make images smaller: multi-stage builds leave the build tools out",
  ],
  fixes: ["tell", "restart-pods"],
  read: [
    "https://kubernetes.io/docs/concepts/architecture/garbage-collection/#containers-images",
    "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
  ],

  judge: judgeDiskFull,

  tell: (pull) =>
    pull.pod.reason === "Evicted"
      ? `The kubelet of ${nodeText(pull)} turned pod ${pull.pod.name} away: its disk is nearly full.`
      : `The disk of ${nodeText(pull)} ran full while ${pull.image || "the image"} was written.`,

  remedies: (pull) => [
    {
      ...tellTeam(
        pull,
        `make room on ${nodeText(pull)}: unused images, logs, emptyDir volumes, or a larger disk`,
      ),
      commands: [
        `kubectl -n kube-system debug node/${word(pull.pod.node ?? "<node>")} -it --profile=sysadmin --image=busybox -- chroot /host crictl rmi --prune`,
      ],
      effect: "none",
    },
  ],

  settle: (pull) => [diskOfNode(pull)],
});
