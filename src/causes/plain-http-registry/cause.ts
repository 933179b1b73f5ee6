// The runtime speaks HTTPS, and the registry answers in plain HTTP.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointOf, endpointText, nodeText } from "../from-node.js";

export default defineCause({
  id: "plain-http-registry",
  title: "registry speaks plain HTTP",
  summary:
    "The runtime asked with HTTPS and got an answer in plain HTTP, or the other way round. Runtimes use HTTPS unless a registry is listed as insecure on the node.",
  area: "network",
  stage: "tls",
  looksLike: [
    {
      by: "containerd",
      text: 'failed to do request: Head "https://…": http: server gave HTTP response to HTTPS client',
    },
    {
      by: "cri-o",
      text: 'pinging container registry …: Get "https://…/v2/": http: server gave HTTP response to HTTPS client',
    },
    { by: "docker", text: "Client sent an HTTP request to an HTTPS server." },
    { by: "docker", text: "tls: first record does not look like a TLS handshake" },
  ],
  toldApart: [
    { from: "tls-other", how: "there both sides speak TLS and do not agree" },
    { from: "intercepted-response", how: "there an answer comes, and it is not a registry's" },
  ],
  mend: [
    "give the registry a certificate: the mend that lasts, and the only one that needs no change on nodes",
    'or tell the runtime of every node, containerd: `/etc/containerd/certs.d/<host>:<port>/hosts.toml` with `server = "http://<host>:<port>"` and `[host."http://<host>:<port>"]`',
    'CRI-O and Podman: registries.conf with `[[registry]]`, `location = "<host>:<port>"`, `insecure = true`; Docker: `"insecure-registries"` in daemon.json',
    "check the port: many registries serve HTTPS and HTTP on two ports",
    "`http://` or `https://` in front of an image's name is not valid; the runtime's configuration decides",
  ],
  prevent: ["serve registries with TLS, also inside: an image that travels in the clear can be exchanged"],
  fixes: ["tell"],
  read: [
    "https://github.com/containerd/containerd/blob/main/docs/hosts.md",
    "https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md",
  ],

  tell: (pull) => `${nodeText(pull)} spoke HTTPS to ${endpointText(pull)}, and the answer was plain HTTP.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `give ${endpointText(pull)} a certificate, or list it as a plain HTTP registry in the container runtime of every node`,
    ),
  ],

  settle(pull) {
    if (pull.reading.cause !== "plain-http-registry") return [];
    const { host, port } = endpointOf(pull);
    return [`curl -sS -o /dev/null -w '%{http_code}\\n' http://${host}:${port}/v2/`];
  },
});
