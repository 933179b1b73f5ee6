// GitLab's registry: 403 at its token server for missing and forbidden projects.

import { constructed, defineDialect } from "../define.js";

const reported = constructed(
  "docs.gitlab.com/user/packages/container_registry and issue reports, until 2026-11",
);
const denied = "DENIED: access forbidden";

export default defineDialect({
  id: "gitlab",
  title: "GitLab's registry",
  family: "gitlab",
  speaksFor: (host) => host === "registry.gitlab.com",
  signs: { service: "container_registry" },
  hidesFrom: "everyone",
  tellsRepository: true,
  signIn: "a deploy token with the right read_registry",
  looks: [
    reported("private-repository", "nobody", "token", 403, denied),
    reported("missing-repository", "somebody", "token", 403, denied),
    reported("no-right", "somebody", "token", 403, denied),
    reported("wrong-login", "somebody", "token", 401, "UNAUTHORIZED: HTTP Basic: Access denied"),
    reported("missing-tag", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
  ],
  read: ["https://docs.gitlab.com/user/packages/container_registry/authenticate_with_container_registry/"],
});
