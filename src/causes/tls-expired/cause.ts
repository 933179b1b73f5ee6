// The certificate's dates are over, or not yet begun, by the clock of the node.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { clockOfNode, endpointText, nodeText, showCertificate } from "../from-node.js";

const dates = (pull: Pull): { now: string; is: string; end: string } | undefined => {
  const text = (pull.said[0]?.evidence.quote ?? "").replace(/\s+/g, " ");
  const [, now, is, end] = /current time (\S+) is (before|after) ([0-9T:.Z+-]+)/.exec(text) ?? [];
  return now === undefined || is === undefined || end === undefined ? undefined : { now, is, end };
};

export default defineCause({
  id: "tls-expired",
  title: "certificate is out of its dates",
  summary: "The registry's certificate has ended or has not begun, by the clock of the node that judged it.",
  area: "network",
  stage: "tls",
  looksLike: [
    {
      by: "containerd",
      text: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time … is after …",
    },
    { by: "docker", text: "x509: certificate has expired or is not yet valid: …" },
  ],
  toldApart: [
    { from: "node-clock", how: "there the node's clock is wrong and the certificate is good" },
    { from: "tls-untrusted", how: "there the dates are right and the authority is unknown" },
  ],
  mend: [
    "see its dates: `openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -dates`",
    "compare with the node's clock, which the message prints as `current time`: a year that is far off means the clock",
    "renew the certificate at the registry, and reload what serves it; a renewed file that nobody reloaded is common",
    "behind a load balancer check every address: one of them may still serve the old one",
  ],
  prevent: ["renew certificates by machine (cert-manager, ACME) and watch their end dates"],
  fixes: ["tell"],
  read: ["https://pkg.go.dev/crypto/x509#CertificateInvalidError"],

  tell(pull) {
    const seen = dates(pull);
    if (seen === undefined)
      return `The certificate of ${endpointText(pull)} is out of its dates by the clock of ${nodeText(pull)}.`;
    const what = seen.is === "after" ? `ended ${seen.end}` : `begins ${seen.end}`;
    return `The certificate of ${endpointText(pull)} ${what}; the clock of ${nodeText(pull)} said ${seen.now}.`;
  },

  remedies: (pull) => [
    tellTeam(pull, `renew the certificate of ${endpointText(pull)}, and reload what serves it`),
  ],

  settle: (pull) => [showCertificate(pull), clockOfNode(pull)],
});
