// JFrog Artifactory: HEAD is refused without rights; missing manifests in its own words.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("jfrog.com/help and issue reports of containerd, until 2026-11");
const unknown = "MANIFEST_UNKNOWN: The named manifest is not known to the registry.";

export default defineDialect({
  id: "artifactory",
  title: "Artifactory",
  speaksFor: (host) => host.endsWith(".jfrog.io") || host.split(".")[0] === "artifactory",
  signs: { headers: ["x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id"] },
  hidesFrom: "strangers",
  tellsRepository: false,
  words: [
    {
      said: /artifact download request rejected|download blocking policy|blocked by xray/,
      cause: "policy-blocked",
    },
  ],
  signIn: "a user name with an identity token or an API key",
  looks: [
    reported("private-repository", "nobody", "manifest", 401, ""),
    reported("missing-repository", "somebody", "manifest", 404, unknown),
    reported(
      "policy",
      "somebody",
      "manifest",
      403,
      "DENIED: Artifact download request rejected: docker/shop/api/v9/manifest.json was not downloaded due to the download blocking policy configured in Xray for docker.",
    ),
    reported("wrong-login", "somebody", "token", 401, ""),
    reported("missing-tag", "somebody", "manifest", 404, unknown),
  ],
  read: [
    "https://jfrog.com/help/r/jfrog-artifactory-documentation/docker-registry",
    "https://jfrog.com/help/r/xray-how-to-identify-the-blocking-watches-and-policies-for-the-403-artifact-download-request-rejected-error",
  ],
});
