// No answer in time: packets vanish, or whoever answers is too slow.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { dialFromNode, endpointText, greetFromNode, nodeText } from "../from-node.js";

const stageOf = (pull: Pull): string =>
  pull.reading.stage === "tls" ||
  pull.said.some(({ evidence }) => evidence.quote?.includes("TLS handshake timeout"))
    ? "took the connection and did not finish the TLS handshake"
    : "did not answer";

export default defineCause({
  id: "connection-timeout",
  title: "registry does not answer in time",
  summary:
    "The node sent its request and got no answer in time. Most often packets are dropped on the way: no way out of a private network, a firewall, a wrong MTU; sometimes the registry is overloaded.",
  area: "network",
  stage: "connect",
  looksLike: [
    { by: "containerd", text: 'failed to do request: Head "https://…": dial tcp …:443: i/o timeout' },
    { by: "containerd", text: 'failed to do request: Head "https://…": net/http: TLS handshake timeout' },
    { by: "cri-o", text: 'pinging container registry …: Get "https://…/v2/": dial tcp …:443: i/o timeout' },
    {
      by: "docker",
      text: "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    },
  ],
  toldApart: [
    { from: "dns-failure", how: "there port 53 is what does not answer: read udp …:53: i/o timeout" },
    { from: "pull-timeout", how: "there no address is named: context deadline exceeded and nothing more" },
    { from: "proxy-failure", how: "there the proxy does not answer: proxyconnect" },
    { from: "connection-refused", how: "there somebody answers, with a refusal" },
    { from: "pull-slow", how: "there nothing has been given up yet" },
  ],
  mend: [
    "try from the node, over ssh or with `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host curl -sSv -o /dev/null https://<registry>/v2/`; 401 is a good answer; delete the node-debugger pod afterwards",
    "for Docker Hub that is `curl https://registry-1.docker.io/v2/`; its layers come from production.cloudfront.docker.com or production.cloudflare.docker.com",
    "compare with a pod: `kubectl -n <namespace> run debug --image=busybox --rm -it --restart=Never -- wget -O- https://<registry>/v2/`",
    "private nodes need a way out: a NAT gateway, a proxy for the runtime, or private endpoints of the registry (common on private EKS)",
    "ECR without a way out needs the VPC endpoints ecr.api, ecr.dkr and a gateway endpoint for S3, with security groups that let port 443 in",
    "check security groups, network ACLs and route tables of the node's subnet for port 443, out and back",
    "when small answers come and large ones do not, compare the MTU of the node with that of the way",
  ],
  prevent: [
    "give every subnet with nodes a tested way to the registries in use, and test it when a node joins",
    "keep images in a registry inside the same network",
  ],
  fixes: ["tell", "use-mirror"],
  read: [
    "https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/kubectl-node-debug/",
  ],

  tell: (pull) => `${endpointText(pull)} ${stageOf(pull)} when asked from ${nodeText(pull)}.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `${nodeText(pull)} gets no answer from ${endpointText(pull)}; check NAT, routes, firewalls, security groups and endpoints on the way`,
    ),
  ],

  settle: (pull) => [dialFromNode(pull), greetFromNode(pull)],
});
