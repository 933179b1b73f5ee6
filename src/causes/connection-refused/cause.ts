// Something is at that address, and it does not take connections on that port.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { dialFromNode, endpointText, nodeText } from "../from-node.js";

const isLocal = (pull: Pull): boolean =>
  /^(localhost|127\.|\[?::1)/.test(pull.reference?.registry ?? pull.reading.host ?? "");

export default defineCause({
  id: "connection-refused",
  title: "connection to the registry is refused",
  summary:
    "The node reached the address and nothing listens on that port, or a firewall answers for it with a refusal.",
  area: "network",
  stage: "connect",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": dial tcp …:443: connect: connection refused',
    },
    {
      by: "cri-o",
      text: 'pinging container registry …: Get "https://…/v2/": dial tcp …:443: connect: connection refused',
    },
    {
      by: "docker",
      text: 'Get "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
    },
    { by: "kubelet", text: "image pull failed for … because the registry is unavailable: …" },
  ],
  toldApart: [
    { from: "dns-failure", how: "there port 53 is what refuses" },
    { from: "proxy-failure", how: "there the proxy's address is what refuses: proxyconnect" },
    { from: "runtime-unavailable", how: "there a unix socket refuses, the container runtime's" },
    { from: "connection-timeout", how: "there nothing answers at all" },
  ],
  mend: [
    "see whether the registry runs and listens on that port, and that the image names that port",
    "`localhost` in an image is the node, not your machine: push to a registry that nodes can reach",
    "try from the node: `kubectl -n kube-system debug node/<node> -it --image=busybox -- nc -zv -w 5 <host> <port>`; delete the node-debugger pod afterwards",
    "check firewalls, security groups and network ACLs between node and registry",
    "for a mirror in hosts.toml or registries.conf the refused address is the mirror's: mend it or take it out",
  ],
  prevent: ["run an own registry with more than one replica, and watch it from the nodes' network"],
  fixes: ["tell", "use-mirror"],
  read: ["https://github.com/containerd/containerd/blob/main/docs/hosts.md"],

  tell: (pull) =>
    isLocal(pull)
      ? `The image is asked of ${endpointText(pull)}, which is ${nodeText(pull)} itself, and nothing listens there.`
      : `${endpointText(pull)} refuses connections from ${nodeText(pull)}: nothing listens there, or a firewall says no.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      isLocal(pull)
        ? `push ${pull.image || "the image"} to a registry that the nodes can reach; localhost is the node`
        : `${endpointText(pull)} refuses connections from ${nodeText(pull)}; is it up, is the port right, does a firewall refuse`,
    ),
  ],

  settle: (pull) => [dialFromNode(pull)],
});
