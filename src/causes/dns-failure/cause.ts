// The node could not turn the registry's name into an address.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { setImage, tellTeam } from "../commands.js";
import { defineCause, type Scene } from "../define.js";
import { endpointOf, nodeText, resolveFromNode } from "../from-node.js";
import { word } from "../word.js";
import { nearHost } from "./near-host.js";

const quoted = (pull: Pull): string => pull.said[0]?.evidence.quote ?? "";
const saysNoSuchHost = (pull: Pull): boolean => quoted(pull).includes("no such host");

/** The server that was asked, when the message names it. */
const serverOf = (pull: Pull): string | undefined =>
  / on (\[?[0-9a-fA-F.:]+\]?):53\b/.exec(quoted(pull).replace(/\s+/g, " "))?.[1];

export default defineCause({
  id: "dns-failure",
  title: "registry's name was not resolved",
  summary:
    "The node asked its DNS server for the registry's address and got none: the name does not exist there, or the server does not answer.",
  area: "network",
  stage: "connect",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": dial tcp: lookup … on …:53: no such host',
    },
    { by: "containerd", text: "dial tcp: lookup … on …:53: server misbehaving" },
    { by: "containerd", text: "dial tcp: lookup … on …:53: read udp …:…->…:53: i/o timeout" },
    {
      by: "cri-o",
      text: 'pinging container registry …: Get "https://…/v2/": dial tcp: lookup …: no such host',
    },
    {
      by: "docker",
      text: 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution',
    },
  ],
  toldApart: [
    {
      from: "connection-refused",
      how: "there the registry itself refuses; refused by port 53 is the DNS server",
    },
    { from: "connection-timeout", how: "there an address is known and does not answer" },
    { from: "wrong-registry", how: "there the name is resolved and belongs to another registry" },
  ],
  mend: [
    "read the host name letter by letter: `no such host` is most often a slip in the image's name",
    "ask from the node: `kubectl -n kube-system debug node/<node> -it --image=busybox -- nslookup <host>`; delete the node-debugger pod afterwards",
    "compare with a pod, which asks the cluster's DNS: `kubectl -n <namespace> run debug --image=busybox --rm -it --restart=Never -- nslookup <host>`",
    "nodes do not use the cluster's DNS: a name such as `registry.<namespace>.svc.cluster.local` cannot be pulled from; use an ingress or a node port",
    "for a private zone or VPC endpoint check that the node's network is linked to it (private DNS enabled); ECR needs `com.amazonaws.<region>.ecr.api` and `com.amazonaws.<region>.ecr.dkr`",
    "when the server does not answer, look at /etc/resolv.conf of the node, and at firewalls for UDP and TCP port 53",
  ],
  prevent: [
    "let nodes use at least two DNS servers, and watch both",
    "check in CI that the hosts of all images resolve",
  ],
  fixes: ["set-image", "tell"],
  read: [
    "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
  ],

  tell(pull, scene) {
    const { host } = endpointOf(pull);
    const near = nearHost(pull, scene);
    const meant =
      near === undefined
        ? " Either the name is wrong, or that server does not know the private zone that it is in."
        : ` ${near.host}, ${near.why}, is one slip away.`;
    const server = serverOf(pull);
    const asked = server === undefined ? "its DNS server" : `DNS server ${server}`;
    const from = nodeText(pull);
    if (saysNoSuchHost(pull))
      return `${from} asked ${asked} for ${host} and was told that it does not exist.${meant}`;
    return `${from} asked ${asked} for ${host} and got no usable answer. The registry was not reached.`;
  },

  remedies: (pull, scene) => [
    ...correctHost(pull, scene),
    tellTeam(
      pull,
      `${nodeText(pull)} cannot resolve ${endpointOf(pull).host}; check its DNS server and private zones`,
    ),
  ],

  settle: (pull) => [
    resolveFromNode(pull),
    `kubectl -n ${word(pull.pod.namespace || "<namespace>")} run debug --image=busybox --rm -it --restart=Never -- nslookup ${word(endpointOf(pull).host)}`,
  ],
});

function correctHost(pull: Pull, scene: Scene): readonly Remedy[] {
  const near = saysNoSuchHost(pull) ? nearHost(pull, scene) : undefined;
  const { reference } = pull;
  if (near === undefined || reference === undefined) return [];
  const rest = reference.digest === undefined ? `:${reference.tag ?? "latest"}` : `@${reference.digest}`;
  return [setImage(pull, `${near.host}/${reference.repository}${rest}`)];
}
