// The node's own routing has no way to that address.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { dialFromNode, endpointText, nodeText } from "../from-node.js";

const isIpv6 = (pull: Pull): boolean =>
  pull.said.some(({ evidence }) => /dial tcp \[[0-9a-f:]+\]/i.test(evidence.quote ?? ""));

export default defineCause({
  id: "no-route",
  title: "node has no route to the registry",
  summary:
    "The node's routing table has no way to the registry's address, or the last router before it says that the host is not there.",
  area: "network",
  stage: "connect",
  looksLike: [
    { by: "containerd", text: "dial tcp …:443: connect: network is unreachable" },
    { by: "containerd", text: "dial tcp …:443: connect: no route to host" },
    { by: "docker", text: "dial tcp […]:443: connect: network is unreachable" },
  ],
  toldApart: [
    { from: "connection-timeout", how: "there packets leave and no answer comes back" },
    { from: "proxy-failure", how: "there the address is the proxy's: proxyconnect" },
  ],
  mend: [
    "see the node's routes: `kubectl -n kube-system debug node/<node> -it --image=busybox -- ip route`; delete the node-debugger pod afterwards",
    "when the address is IPv6 and the node has no IPv6: the registry's name has both kinds; turn IPv6 on for the node or off in its resolver",
    "give the subnet a way out: a NAT gateway, a route to the registry's network, or private endpoints",
    "`no route to host` from a firewalld host means that its rules reject the port",
  ],
  prevent: ["test the way to each registry when a node joins"],
  fixes: ["tell"],
  read: ["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"],

  tell(pull) {
    const v6 = isIpv6(pull) ? " The address is IPv6." : "";
    return `${nodeText(pull)} has no route to ${endpointText(pull)}.${v6}`;
  },

  remedies: (pull) => [tellTeam(pull, `give ${nodeText(pull)} a route to ${endpointText(pull)}`)],

  settle: (pull) => [dialFromNode(pull)],
});
