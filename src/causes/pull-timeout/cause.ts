// A time limit ended the pull, and the runtime names no address and no reason.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { greetFromNode, nodeText } from "../from-node.js";
import { registryOf } from "../seen.js";

export default defineCause({
  id: "pull-timeout",
  title: "pull ran out of time",
  summary:
    "A time limit of the runtime or of whoever asked ended the pull: a large image, a slow way, a slow disk, or a registry that stopped sending.",
  area: "time",
  stage: "blob",
  looksLike: [
    {
      by: "kubelet",
      text: 'Failed to pull image "…": rpc error: code = Unknown desc = context deadline exceeded',
    },
    {
      by: "containerd",
      text: "rpc error: code = DeadlineExceeded desc = failed to pull and unpack image …: context deadline exceeded",
    },
  ],
  toldApart: [
    { from: "connection-timeout", how: "there the message names the address that did not answer" },
    { from: "pull-cancelled", how: "there no limit but somebody ended it: context canceled" },
    { from: "pull-slow", how: "there nothing has been given up yet" },
  ],
  mend: [
    "the next try goes on where the runtime kept finished layers: with a large image it may pass by itself",
    "see how big it is: `docker manifest inspect -v <image> | jq '[.. | .size? // empty] | add'`; compare with what the way carries",
    "see what holds it up on the node: `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host crictl pull <image>` (it signs in as nobody)",
    "with the old dockershim the limits are `--runtime-request-timeout` and `--image-pull-progress-deadline` of the kubelet",
    "pull it ahead with a DaemonSet, from a registry or cache close to the nodes",
  ],
  prevent: [
    "make images smaller: multi-stage builds leave the build tools out",
    "keep a registry or cache in the same region",
  ],
  fixes: ["use-mirror", "tell"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#serial-and-parallel-image-pulls"],

  tell: (pull) =>
    `The pull of ${pull.image || "the image"} on ${nodeText(pull)} ran into a time limit; the message does not say what was slow.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `pulls of ${pull.image || "the image"} from ${registryOf(pull)} take too long on ${nodeText(pull)}: a smaller image, or a cache close to it`,
    ),
  ],

  settle: (pull) => [greetFromNode(pull)],
});
