// A program that should have fetched credentials could not be run, or failed.

import { tellTeam } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { nodeText } from "../from-node.js";
import { registryOf } from "../seen.js";

const cause: Cause = defineCause({
  id: "credential-provider-failed",
  title: "credential provider or helper failed",
  summary:
    "The program that fetches credentials for this registry could not be run or ended with an error: a kubelet credential provider on the node, or a docker credential helper.",
  area: "auth",
  stage: "credentials",
  looksLike: [
    {
      by: "docker",
      text: 'error getting credentials - err: exec: "docker-credential-…": executable file not found in $PATH',
    },
    { by: "docker", text: "error getting credentials - err: exit status 1, out: `…`" },
    { by: "kubelet", text: "Failed getting credential from external registry credential provider: …" },
  ],
  toldApart: [
    {
      from: "credentials-missing",
      how: "there no provider is set up for this registry; a kubelet whose provider fails often shows just that",
    },
    { from: "node-identity", how: "there the provider works and the node's role lacks the right" },
    { from: "credentials-rejected", how: "there credentials came and the registry refuses them" },
  ],
  mend: [
    "read the kubelet's log on the node: `journalctl -u kubelet | grep -i credential`",
    "check that the binary is in the folder of `--image-credential-provider-bin-dir`, can be executed, and is named in `--image-credential-provider-config`",
    "check that `matchImages` covers the registry: a pattern without a port does not match an image with one",
    "run the provider by hand on the node with the same input that the kubelet gives it on stdin",
    "for docker helpers, take `credsStore` or `credHelpers` out of ~/.docker/config.json where the helper is not installed",
  ],
  prevent: ["bake the provider into the node image, and pull a test image when a node joins"],
  fixes: ["tell"],
  read: [
    "https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/",
    "https://docs.docker.com/reference/cli/docker/login/#credential-helpers",
  ],

  tell: (pull) =>
    `The program that should fetch credentials for ${registryOf(pull)} failed on ${nodeText(pull)}; its own words are in the message.`,

  remedies: (pull) => [
    tellTeam(
      pull,
      `the credential provider for ${registryOf(pull)} fails on ${nodeText(pull)}; see the kubelet's log there`,
    ),
  ],
});

export default cause;
