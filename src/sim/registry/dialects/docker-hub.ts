// Docker Hub: tokens for everybody, denial as insufficient_scope at the registry, pull limits by window.

import { type Dialect, insufficientScope, refusal, tokenByPost } from "./dialect.js";

const limitText =
  "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit";

export const dockerHub: Dialect = {
  ...tokenByPost,
  registryHost: () => "registry-1.docker.io",
  otherHosts: () => ["docker.io", "index.docker.io"],
  realm: () => ({ url: "https://auth.docker.io/token", service: "registry.docker.io" }),
  refuseToken: (denial) => {
    if (denial === "rejected") return { status: 401, body: { details: "incorrect username or password" } };
    if (denial === "expired") return { status: 401, body: { details: "personal access token is expired" } };
    return undefined;
  },
  // Missing and private look the same, to everyone.
  refuse: (_denial, question) => insufficientScope(question),
  tooMany: () => refusal(429, "TOOMANYREQUESTS", limitText),
};
