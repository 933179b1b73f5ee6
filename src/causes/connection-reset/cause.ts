// A connection was made, and someone cut it before the answer was whole.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, greetFromNode, nodeText } from "../from-node.js";

export default defineCause({
  id: "connection-reset",
  title: "connection was cut off",
  summary:
    "The connection was made and then cut, by the registry, by what stands in front of it, or by a firewall on the way that looks into it.",
  area: "network",
  stage: "connect",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": read tcp …->…:443: read: connection reset by peer',
    },
    { by: "containerd", text: 'failed to do request: Head "https://…": EOF' },
    { by: "cri-o", text: 'pinging container registry …: Get "https://…/v2/": EOF' },
    { by: "cri-o", text: 'writing blob: storing blob to file "…": happened during read: unexpected EOF' },
    { by: "docker", text: 'Get "https://registry-1.docker.io/v2/": EOF' },
  ],
  toldApart: [
    { from: "connection-timeout", how: "there nobody cuts anything and nobody answers" },
    { from: "content-corrupt", how: "there all bytes came and do not fit their digest" },
    { from: "registry-unavailable", how: "there the registry says that it is in trouble: 5xx" },
    { from: "intermittent", how: "there pulls work and fail by turns" },
  ],
  mend: [
    "see whether it is every pull, one host or one size: layers often come from another host than manifests",
    "an egress firewall that lets the registry through has to let its layer host through as well: production.cloudfront.docker.com and production.cloudflare.docker.com for Docker Hub, *.s3.<region>.amazonaws.com for ECR, *.blob.core.windows.net for ACR",
    "try from the node: `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host curl -sSv -o /dev/null https://<registry>/v2/`; delete the node-debugger pod afterwards",
    "on the way look for proxies and load balancers with short idle times or size limits, and for a wrong MTU",
    "the kubelet tries again by itself; what comes and goes may pass",
  ],
  prevent: ["keep big images close to the nodes: fewer bytes over long ways"],
  fixes: ["tell", "use-mirror"],
  read: ["https://docs.docker.com/desktop/setup/allow-list/"],

  tell: (pull) =>
    `${endpointText(pull)}, or something on the way to it, cut the connection from ${nodeText(pull)} before the answer was whole.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `connections from ${nodeText(pull)} to ${endpointText(pull)} are cut; look at firewalls, proxies and load balancers on the way`,
    ),
  ],

  settle: (pull) => [greetFromNode(pull)],
});
