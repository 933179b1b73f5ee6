// Quay: tokens for everybody, then 401 without insufficient_scope; its status lines are in capitals.

import { common, type Dialect, detailed, refusal } from "./dialect.js";

const phrase = "UNAUTHORIZED";

export const quay: Dialect = {
  ...common,
  realm: (host) => ({ url: `https://${host}/v2/auth`, service: host }),
  refuseToken: (denial) =>
    denial === "rejected" || denial === "expired"
      ? refusal(401, "UNAUTHORIZED", "Could not find robot with specified username", { phrase })
      : undefined,
  refuse: () =>
    detailed(
      401,
      "UNAUTHORIZED",
      "access to the requested resource is not authorized",
      {},
      { phrase, challenge: {} },
    ),
  unknownManifest: () => detailed(404, "MANIFEST_UNKNOWN", "manifest unknown", {}, { phrase: "NOT FOUND" }),
};
