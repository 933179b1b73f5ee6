// The registry refuses the request for a reason that fits no other cause.

import { askForImage } from "../ask.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { endpointText, greetFromNode } from "../from-node.js";

export default defineCause({
  id: "registry-error",
  title: "registry refuses the request",
  summary:
    "The registry understood the question as a bad one: another version of its protocol, a path that it does not serve, or a request that a server in front has changed.",
  area: "registry",
  stage: "api",
  looksLike: [
    { by: "registry", text: "Unsupported docker v1 repository request for '…'" },
    { by: "containerd", text: "unexpected status from HEAD request to https://…/v2/…: 400 Bad Request" },
  ],
  toldApart: [
    { from: "registry-unavailable", how: "there the registry is in trouble: 5xx" },
    { from: "access-denied", how: "there it is the right that is missing: 403" },
    { from: "intercepted-response", how: "there something else answers in its place" },
    { from: "credentials-expired", how: "there a stale login is the reason; ECR Public answers 400 to that" },
  ],
  mend: [
    "read the registry's own words at the end of the message",
    "Artifactory and Nexus: check that the host, port or path leads to the Docker repository, and to its v2 interface",
    "check rewrites of the load balancer in front: `/v2/` has to reach the registry unchanged, query included",
    "take a login for this registry away and try once without: a stale one can be answered with 400",
  ],
  prevent: ["pull once through every new registry address before manifests use it"],
  fixes: ["tell", "set-image"],
  read: ["https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes"],

  tell(pull) {
    const status = pull.reading.status === undefined ? "" : ` with ${pull.reading.status}`;
    return `${endpointText(pull)} refuses the request${status}; the reason that it gives is in the message.`;
  },

  remedies: (pull) => [
    tellTeam(
      pull,
      `${endpointText(pull)} refuses the request for ${pull.image || "the image"}; compare its path and what stands in front of the registry`,
    ),
  ],

  settle: (pull) => [...askForImage(pull), greetFromNode(pull)],
});
