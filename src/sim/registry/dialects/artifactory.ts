// JFrog Artifactory: its token URL wants GET; missing manifests in its own words.

import { common, type Dialect, refusal } from "./dialect.js";

export const artifactory: Dialect = {
  ...common,
  postToken: 401,
  realm: (host) => ({ url: `https://${host}/v2/token`, service: host }),
  refuse: (denial) =>
    denial === "missing"
      ? refusal(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")
      : refusal(401, "UNAUTHORIZED", "The client does not have permission for manifest", { challenge: {} }),
  unknownManifest: () => refusal(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry."),
};
