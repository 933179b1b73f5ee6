// GitLab's registry: tokens from gitlab.com for strangers, without rights; 403 to a login without them.

import { common, type Dialect, insufficientScope, refusal } from "./dialect.js";

export const gitlab: Dialect = {
  ...common,
  hasReferrers: false,
  realm: (host) => ({ url: `https://${tokenHost(host)}/jwt/auth`, service: "container_registry" }),
  refuseToken: (denial) => {
    if (denial === "rejected" || denial === "expired") {
      return refusal(401, "UNAUTHORIZED", "HTTP Basic: Access denied");
    }
    return denial === "forbidden" || denial === "missing"
      ? refusal(403, "DENIED", "access forbidden")
      : undefined;
  },
  refuse: (_denial, question) => insufficientScope(question),
};

/** `gitlab.com` for `registry.gitlab.com`; the name after `registry.` elsewhere too. */
function tokenHost(host: string): string {
  return host.startsWith("registry.") ? host.slice("registry.".length) : host;
}
