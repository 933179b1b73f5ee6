// The pull was given up from outside, and the runtime says no more than that.

import { defineCause } from "../define.js";
import { nodeText } from "../from-node.js";
import { kubectl } from "../target.js";
import { word } from "../word.js";
import { judgePullCancelled } from "./judge.js";

export default defineCause({
  id: "pull-cancelled",
  title: "pull was cancelled",
  summary:
    "Something ended the pull from outside: the pod was deleted, the kubelet or runtime restarted, or the runtime saw no progress for too long.",
  area: "time",
  stage: "blob",
  looksLike: [
    {
      by: "containerd",
      text: "rpc error: code = Canceled desc = failed to pull and unpack image …: context canceled",
    },
    { by: "docker", text: "rpc error: code = Unknown desc = context canceled" },
    { by: "cri-o", text: "rpc error: code = Canceled desc = …: context canceled" },
  ],
  toldApart: [
    { from: "pull-timeout", how: "there a time limit ended it: context deadline exceeded" },
    { from: "connection-reset", how: "there the other side cut the connection" },
    { from: "pull-slow", how: "there the pull goes on" },
  ],
  mend: [
    "when the pod was deleted or replaced, nothing has to be mended",
    "when the kubelet keeps trying: the runtime gives a pull up that makes no progress (containerd 1.7 and newer: 5 minutes, dockershim: 1 minute); look at the way to the registry and at the node's disk",
    "see whether kubelet or runtime restarted: `journalctl -u kubelet -u containerd --since -1h` on the node",
    "pull a very large image ahead, or make it smaller",
  ],
  prevent: ["small images, a registry close to the nodes", "no restarts of the runtime during rollouts"],
  fixes: ["restart-pods", "tell"],
  read: ["https://github.com/containerd/containerd/blob/main/docs/cri/config.md"],

  judge: judgePullCancelled,

  tell: (pull) =>
    pull.pod.deletedAt === undefined
      ? `The pull of ${pull.image || "the image"} on ${nodeText(pull)} was ended from outside; the message does not say by what.`
      : `Pod ${pull.pod.name} was deleted while ${pull.image} was being pulled; nothing failed.`,

  settle: (pull) =>
    pull.pod.name === "" || pull.pod.deletedAt !== undefined
      ? []
      : [`${kubectl(pull)} get events --field-selector involvedObject.name=${word(pull.pod.name)} -w`],
});
