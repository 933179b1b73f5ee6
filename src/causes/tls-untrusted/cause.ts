// The registry's certificate was signed by someone whom the node does not know.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, greetFromNode, nodeText, showCertificate } from "../from-node.js";

export default defineCause({
  id: "tls-untrusted",
  title: "certificate is from an unknown authority",
  summary:
    "The registry's certificate was signed by an authority that the node does not trust: a company's own, a self-signed one, or a proxy that opens TLS on the way.",
  area: "network",
  stage: "tls",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    {
      by: "cri-o",
      text: 'pinging container registry …: Get "https://…/v2/": x509: certificate signed by unknown authority',
    },
    {
      by: "docker",
      text: "x509: certificate signed by unknown authority (possibly because of … while trying to verify candidate authority certificate …)",
    },
  ],
  toldApart: [
    {
      from: "tls-hostname-mismatch",
      how: "there the authority is trusted and the certificate is for another name",
    },
    { from: "tls-expired", how: "there the authority is trusted and the dates are over" },
    { from: "plain-http-registry", how: "there no certificate is shown at all" },
  ],
  mend: [
    "see who signed it: `openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -subject -issuer -dates`",
    "give the authority's certificate to the nodes: in the system's store (`/usr/local/share/ca-certificates/<name>.crt`, `update-ca-certificates`, then restart the runtime), or for this registry alone",
    'containerd, for this registry: `/etc/containerd/certs.d/<host>/hosts.toml` with `ca = "/etc/…/ca.crt"`; no restart needed where `config_path` is set',
    "CRI-O and Podman: `/etc/containers/certs.d/<host>/ca.crt`; Docker: `/etc/docker/certs.d/<host>/ca.crt`",
    "when the issuer is your company's proxy, the nodes need the proxy's authority, or an exception for the registry",
    "a public registry whose chain is incomplete has to send its intermediate certificate",
  ],
  prevent: ["bake the authorities of your registries and proxies into the node image"],
  fixes: ["tell"],
  read: [
    "https://github.com/containerd/containerd/blob/main/docs/hosts.md",
    "https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md",
  ],

  tell: (pull) =>
    `${endpointText(pull)} shows ${nodeText(pull)} a certificate from an authority that the node does not trust.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `give the nodes the certificate authority of ${endpointText(pull)}: the system's store, or certs.d of the container runtime`,
    ),
  ],

  settle: (pull) => [showCertificate(pull), greetFromNode(pull)],
});
