// Something answered in the registry's place: a portal, a filter, a web server.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, greetFromNode, nodeText } from "../from-node.js";

export default defineCause({
  id: "intercepted-response",
  title: "something other than a registry answered",
  summary:
    "The answer is not a registry's: a web page, a login portal, a filter's block page, or another web server at that address.",
  area: "network",
  stage: "manifest",
  looksLike: [
    {
      by: "docker",
      text: "error parsing HTTP … response body: invalid character '<' looking for beginning of value: \"<html>…\"",
    },
    {
      by: "containerd",
      text: "failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:…: not found",
    },
    {
      by: "cri-o",
      text: "initializing image from source docker://…: invalid character '<' looking for beginning of value",
    },
  ],
  toldApart: [
    { from: "access-denied", how: "there the registry itself answers 403, with its JSON text" },
    {
      from: "registry-unavailable",
      how: "there a load balancer in front answers for a registry that is down: 502, 503, 504",
    },
    { from: "proxy-failure", how: "there the proxy is configured and fails" },
    {
      from: "manifest-unsupported",
      how: "there a registry answers with a type that the runtime does not take",
    },
  ],
  mend: [
    "read what came: `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host curl -sS -i https://<registry>/v2/`; delete the node-debugger pod afterwards; a registry answers 200 or 401 with `Docker-Distribution-Api-Version` or JSON",
    "a login portal or web filter: let the nodes past it for this registry, or sign in there",
    "a bot filter in front of your own registry: let `/v2/` through without it",
    "check host and path of the image: a web page's address is not always the registry's",
    "check mirrors in hosts.toml or registries.conf: the answer may be a mirror's",
  ],
  prevent: ["keep filters and bot checks away from `/v2/` of registries"],
  fixes: ["tell"],
  read: ["https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints"],

  tell: (pull) =>
    `What answered ${nodeText(pull)} at ${endpointText(pull)} is not a registry: the body is a page, not registry JSON.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `something between ${nodeText(pull)} and ${endpointText(pull)} answers with a page of its own; let registry traffic past it`,
    ),
  ],

  settle: (pull) => [greetFromNode(pull)],
});
