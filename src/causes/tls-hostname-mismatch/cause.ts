// The certificate is good, for another name than the one that was asked.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, showCertificate } from "../from-node.js";

const names = (pull: Pull): string | undefined =>
  /certificate is valid for (.+?), not \S+/.exec(
    (pull.said[0]?.evidence.quote ?? "").replace(/\s+/g, " "),
  )?.[1];

export default defineCause({
  id: "tls-hostname-mismatch",
  title: "certificate is for another name",
  summary:
    "The certificate that was shown is not for the host that the image names: an alias, an address in place of a name, or another server that answers there.",
  area: "network",
  stage: "tls",
  looksLike: [
    { by: "containerd", text: "tls: failed to verify certificate: x509: certificate is valid for …, not …" },
    {
      by: "containerd",
      text: "x509: cannot validate certificate for … because it doesn't contain any IP SANs",
    },
    { by: "docker", text: "x509: certificate relies on legacy Common Name field, use SANs instead" },
  ],
  toldApart: [
    { from: "tls-untrusted", how: "there the name may fit and the authority is unknown" },
    {
      from: "intercepted-response",
      how: "there another server's certificate is accepted and its answer is not a registry's",
    },
  ],
  mend: [
    "see which names it has: `openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -ext subjectAltName`",
    "use one of these names in the image, or have a certificate made with the name in use as a subjectAltName",
    "a certificate with only a Common Name has to be made anew: Go has ignored that field since 1.15",
    "for an address in place of a name the certificate needs an IP SAN",
    "when the names belong to someone else, DNS or a wildcard record leads to the wrong server",
  ],
  prevent: ["name registries by one host name everywhere, and put it into the certificate"],
  fixes: ["tell", "set-image"],
  read: ["https://pkg.go.dev/crypto/x509#HostnameError"],

  tell(pull) {
    const other = names(pull);
    return other === undefined
      ? `The certificate of ${endpointText(pull)} does not name it.`
      : `${endpointText(pull)} shows a certificate for ${other}.`;
  },

  remedies: (pull) => [
    tellTeam(
      pull,
      `the certificate of ${endpointText(pull)} does not name it: make one that does, or use a name that it has`,
    ),
  ],

  settle: (pull) => [showCertificate(pull)],
});
