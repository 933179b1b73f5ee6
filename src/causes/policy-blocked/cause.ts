// A rule refuses the image for what it is: unsigned, vulnerable, from a registry that is not allowed.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";

const quoted = (pull: Pull): string => (pull.said[0]?.evidence.quote ?? "").replace(/\s+/g, " ");

/** Who refuses, as far as the words show it. */
function who(pull: Pull): string {
  const text = quoted(pull);
  const webhook = /admission webhook "([^"]+)"/.exec(text)?.[1];
  if (webhook !== undefined) return `Admission webhook ${webhook}`;
  if (/SignatureValidationFailed|signature validation failed|Source image rejected|policy\.json/.test(text))
    return "The signature policy of the node";
  if (/412|prevent vulnerable|Precondition Failed/i.test(text)) return "A rule of the registry's project";
  if (/image verifier/.test(text)) return "An image verifier of the node's runtime";
  return "A policy";
}

export default defineCause({
  id: "policy-blocked",
  title: "policy refuses the image",
  summary:
    "A rule refuses this image for what it is or where it comes from: a missing signature, known vulnerabilities, or a registry that is not on the list. It is meant to.",
  area: "policy",
  // A registry that refuses by a rule denies access; an admission webhook or the node's own policy does not.
  parent: (pull) => (pull.reading.status === undefined ? undefined : "access-denied"),
  stage: "manifest",
  looksLike: [
    {
      by: "cri-o",
      text: "SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists",
    },
    { by: "kubelet", text: "image pull failed for … because the signature validation failed: …" },
    { by: "containerd", text: "image verifier … blocked pull of … with digest sha256:… for reason: …" },
    { by: "containerd", text: "unexpected status code [manifests …]: 412 Precondition Failed" },
    { by: "kubectl", text: 'admission webhook "validate.kyverno.svc-fail" denied the request: …' },
    { by: "cri-o", text: 'cannot use "…" because it\'s blocked' },
  ],
  toldApart: [
    { from: "access-denied", how: "there the image is refused for who asks; others get it" },
    { from: "manifest-unsupported", how: "there nobody forbids it and the runtime does not understand it" },
  ],
  mend: [
    "read the rule's own words at the end of the message, and meet them: sign the image, rebuild it with patched packages, or take it from an allowed registry",
    "see which admission rules there are: `kubectl get validatingwebhookconfigurations,validatingadmissionpolicies`; for Kyverno `kubectl get clusterpolicies`",
    "CRI-O and Podman: /etc/containers/policy.json on the node says which signatures are wanted",
    "Harbor answers 412 where its project demands a signature or forbids vulnerable images: look at the project's configuration",
    "ask whoever owns the rule for an exception; do not work around it",
  ],
  prevent: ["run the same rules in CI: sign and scan images before they are deployed"],
  fixes: ["set-image", "tell"],
  read: [
    "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    "https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md",
    "https://goharbor.io/docs/main/working-with-projects/project-configuration/",
  ],

  tell: (pull) => `${who(pull)} refuses ${pull.image || "the image"}; its reason is in the message.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `${who(pull).replace(/^[AT]/, (letter) => letter.toLowerCase())} refuses ${pull.image || "the image"}: meet the rule, or ask its owner for an exception`,
    ),
  ],
});
