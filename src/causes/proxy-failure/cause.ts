// The proxy that the runtime is told to use is the part that fails.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, nodeText } from "../from-node.js";

const quoted = (pull: Pull): string => (pull.said[0]?.evidence.quote ?? "").replace(/\s+/g, " ");

/** The proxy's address, when the message names it. */
const proxyOf = (pull: Pull): string | undefined =>
  /proxyconnect tcp: dial tcp (\S+?): /.exec(quoted(pull))?.[1];

const wantsLogin = (pull: Pull): boolean => /Proxy Authentication Required|\b407\b/.test(quoted(pull));

export default defineCause({
  id: "proxy-failure",
  title: "proxy does not let the pull through",
  summary:
    "The container runtime is configured with an HTTP proxy, and that proxy cannot be reached or refuses. The registry itself was not asked.",
  area: "network",
  stage: "connect",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": proxyconnect tcp: dial tcp …: connect: connection refused',
    },
    { by: "containerd", text: 'failed to do request: Head "https://…": Proxy Authentication Required' },
    { by: "cri-o", text: 'pinging container registry …: Get "https://…/v2/": proxyconnect tcp: …' },
  ],
  toldApart: [
    { from: "connection-refused", how: "there the registry's own address refuses" },
    { from: "intercepted-response", how: "there the proxy answers in the registry's place, with a page" },
    { from: "tls-untrusted", how: "there the proxy opens TLS and shows its own certificate" },
  ],
  mend: [
    "see what the runtime has: `systemctl show containerd --property=Environment` on the node (or crio, docker); drop-ins are in /etc/systemd/system/containerd.service.d/",
    "after a change: `systemctl daemon-reload`, then `systemctl restart containerd`",
    "a registry inside the network belongs into NO_PROXY, with the cluster's service and pod networks",
    "407 means that the proxy wants a login: put it into HTTPS_PROXY of the runtime, or let the proxy know the nodes by address",
  ],
  prevent: ["set proxy and NO_PROXY in the node image, in one place for kubelet and runtime"],
  fixes: ["tell"],
  read: [
    "https://docs.docker.com/engine/daemon/proxy/",
    "https://kubernetes.io/docs/setup/production-environment/container-runtimes/",
  ],

  tell(pull) {
    const proxy = proxyOf(pull) ?? "that the runtime is told to use";
    if (wantsLogin(pull))
      return `The proxy on the way from ${nodeText(pull)} to ${endpointText(pull)} wants a login (407). The pull did not come to the registry.`;
    return `The proxy ${proxy} does not take connections from ${nodeText(pull)}. The pull did not come to the registry.`;
  },

  remedies: (pull) => [
    tellTeam(
      pull,
      wantsLogin(pull)
        ? `the proxy wants a login from ${nodeText(pull)}: set it in the runtime's HTTPS_PROXY, or put the registry into NO_PROXY`
        : `the proxy ${proxyOf(pull) ?? ""} of the container runtime on ${nodeText(pull)} fails; mend it, or put the registry into NO_PROXY`,
    ),
  ],
});
