// Sonatype Nexus: Basic, unless its bearer realm is on.

import { common, type Dialect, refusal } from "./dialect.js";

export const nexus: Dialect = {
  ...common,
  hasReferrers: false,
  scheme: "basic",
  alwaysLogin: true,
  realm: () => ({ url: "Sonatype Nexus Repository Manager", service: "" }),
  refuse: (denial, question) => {
    if (denial === "missing") return refusal(404, "MANIFEST_UNKNOWN", "manifest unknown");
    if (denial === "forbidden") return refusal(403, "DENIED", `User has no access to ${question.repository}`);
    return refusal(401, "UNAUTHORIZED", "access to the requested resource is not authorized", {
      challenge: {},
    });
  },
  unknownManifest: () => refusal(404, "MANIFEST_UNKNOWN", "manifest unknown"),
};
