// GitHub's registry: strangers and wrong tokens are refused at its token server.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("issue reports of containerd, cri-o and docker/login-action, until 2026-11");

export default defineDialect({
  id: "ghcr",
  title: "GitHub's registry",
  family: "ghcr",
  speaksFor: (host) => host === "ghcr.io",
  hidesFrom: "strangers",
  tellsRepository: true,
  isWrongLogin: ({ stage, status, said }) =>
    stage === "token" && status === 403 && /\bdenied:? denied\b/.test(said),
  signIn: "a GitHub user name and a classic token with the right read:packages",
  looks: [
    reported("private-repository", "nobody", "token", 401, "UNAUTHORIZED: authentication required"),
    reported(
      "missing-repository",
      "nobody",
      "token",
      403,
      "DENIED: requested access to the resource is denied",
    ),
    reported(
      "missing-repository",
      "somebody",
      "manifest",
      404,
      "NAME_UNKNOWN: repository name not known to registry",
    ),
    reported("wrong-login", "somebody", "token", 403, "DENIED: denied"),
    reported("no-right", "somebody", "manifest", 403, "DENIED: permission_denied: read_package"),
    reported("missing-tag", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
  ],
  read: [
    "https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-container-registry",
    "https://github.com/openai/tunnel-client/issues/75",
  ],
});
