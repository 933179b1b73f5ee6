// The kubelet itself holds pulls back; no registry was asked.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { nodeText } from "../from-node.js";

export default defineCause({
  id: "kubelet-throttled",
  title: "kubelet's own pull limit reached",
  summary:
    "The kubelet starts only so many pulls a second (5, with bursts of 10, by default) and turns the others away at once. No registry was asked; the pull is tried again after the back-off.",
  area: "limits",
  stage: "reference",
  looksLike: [{ by: "kubelet", text: "pull QPS exceeded" }],
  toldApart: [
    { from: "rate-limited", how: "there the registry says it: toomanyrequests, 429" },
    { from: "pull-slow", how: "there the pull waits in a queue and is not turned away" },
  ],
  mend: [
    "wait: the next try comes 10 seconds later, then 20, 40, up to 300",
    "where many pods start at once, raise `registryPullQPS` and `registryBurst` in the kubelet's configuration; 0 turns the limit off",
    "see what the node has: `kubectl get --raw /api/v1/nodes/<node>/proxy/configz | jq '.kubeletconfig | {registryPullQPS, registryBurst, serializeImagePulls, maxParallelImagePulls}'`",
  ],
  prevent: [
    "spread large rollouts over time and nodes: `maxSurge`, topology spread constraints",
    "pull big or shared images ahead, with a DaemonSet",
  ],
  fixes: ["tell", "restart-pods"],
  read: ["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/"],

  tell: (pull) =>
    `The kubelet of ${nodeText(pull)} had started too many pulls in that second and turned this one away. It tries again by itself.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `raise registryPullQPS and registryBurst of the kubelet on ${nodeText(pull)} if this comes back`,
    ),
  ],
});
