// Docker Hub: tokens for everybody, denial at the registry, pulls counted by window.

import { constructed, defineDialect } from "../define.js";

const reported = constructed(
  "docs.docker.com/docker-hub/usage and issue reports of containerd and moby, until 2026-11",
);
const denied = "UNAUTHORIZED: authentication required";

export default defineDialect({
  id: "docker-hub",
  title: "Docker Hub",
  family: "docker-hub",
  speaksFor: (host) => host === "docker.io" || host.endsWith(".docker.io"),
  hidesFrom: "everyone",
  tellsRepository: true,
  tellsLimit: {
    isOpen: (repository) => repository.startsWith("library/"),
    image: "docker.io/ratelimitpreview/test:latest",
  },
  signIn: "a Docker Hub user name and an access token, under the key https://index.docker.io/v1/",
  looks: [
    reported("private-repository", "nobody", "manifest", 401, denied),
    reported("missing-repository", "nobody", "manifest", 401, denied),
    reported("missing-repository", "somebody", "manifest", 401, denied),
    reported("no-right", "somebody", "manifest", 401, "DENIED: requested access to the resource is denied"),
    reported("wrong-login", "somebody", "token", 401, "unauthorized: incorrect username or password"),
    reported("ended-login", "somebody", "token", 401, "unauthorized: personal access token is expired"),
    reported("missing-tag", "nobody", "manifest", 404, "MANIFEST_UNKNOWN: manifest unknown"),
    reported(
      "limit",
      "nobody",
      "manifest",
      429,
      "TOOMANYREQUESTS: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
    ),
  ],
  read: ["https://docs.docker.com/docker-hub/usage/pulls/"],
});
