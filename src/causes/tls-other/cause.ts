// The TLS handshake fails for another reason than trust, name or dates.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, greetFromNode, nodeText } from "../from-node.js";

export default defineCause({
  id: "tls-other",
  title: "TLS handshake fails",
  summary:
    "Node and registry do not agree on TLS: no protocol version or cipher in common, a client certificate that is wanted, or a certificate file of the node that cannot be read.",
  area: "network",
  stage: "tls",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": remote error: tls: handshake failure',
    },
    { by: "containerd", text: "remote error: tls: certificate required" },
    { by: "docker", text: "open /etc/docker/certs.d/…/…-ca.crt: no such file or directory" },
  ],
  toldApart: [
    { from: "tls-untrusted", how: "there the authority is unknown" },
    { from: "plain-http-registry", how: "there the other side speaks no TLS at all" },
    { from: "connection-reset", how: "there the connection is cut without a TLS alert" },
  ],
  mend: [
    "see what the other side offers: `openssl s_client -connect <host>:443 -servername <host> </dev/null`; its last lines name protocol and cipher",
    "`certificate required`: the registry wants a client certificate; put it beside the ca file in certs.d of the runtime (`client` in hosts.toml)",
    "`protocol version`: one side speaks only TLS 1.0 or 1.1; update it",
    "a file that the message names as missing has to be put back on the node, or its entry taken out of the runtime's configuration",
  ],
  prevent: ["keep TLS versions of load balancers and registries at 1.2 or newer"],
  fixes: ["tell"],
  read: ["https://github.com/containerd/containerd/blob/main/docs/hosts.md"],

  tell: (pull) =>
    `The TLS handshake between ${nodeText(pull)} and ${endpointText(pull)} fails; the alert in the message is the reason that one side gave.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `the TLS handshake of ${nodeText(pull)} with ${endpointText(pull)} fails; compare versions, client certificates and certificate files`,
    ),
  ],

  settle: (pull) => [greetFromNode(pull)],
});
