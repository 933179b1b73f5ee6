// GitHub's registry: refuses at its token endpoint, 401 to strangers and 403 to a bad token.

import { common, type Dialect, refusal } from "./dialect.js";

export const ghcr: Dialect = {
  ...common,
  hasReferrers: false,
  refuseToken: (denial) => {
    if (denial === "anonymous" || denial === "anonymous-missing") {
      return refusal(401, "UNAUTHORIZED", "authentication required");
    }
    if (denial === "rejected" || denial === "expired") return refusal(403, "DENIED", "denied");
    return undefined;
  },
  refuse: (denial) => {
    if (denial === "missing") return refusal(404, "NAME_UNKNOWN", "repository name not known to registry");
    if (denial === "forbidden") return refusal(403, "DENIED", "permission_denied: read_package");
    return refusal(401, "UNAUTHORIZED", "authentication required", { challenge: {} });
  },
  unknownManifest: () => refusal(404, "MANIFEST_UNKNOWN", "manifest unknown"),
};
