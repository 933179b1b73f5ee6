// Azure Container Registry: no anonymous pulls unless opened; its firewall is a 403 at the token endpoint.

import { common, type Dialect, refusal } from "./dialect.js";

const text = "authentication required, visit https://aka.ms/acr/authorization for more information.";

export const acr: Dialect = {
  ...common,
  alwaysLogin: true,
  postToken: 400,
  realm: (host) => ({ url: `https://${host}/oauth2/token`, service: host }),
  refuseToken: (denial) => (denial === "missing" ? undefined : refusal(401, "UNAUTHORIZED", text)),
  refuse: (denial, question) =>
    denial === "missing"
      ? refusal(404, "NAME_UNKNOWN", "repository name not known to registry", {
          body: {
            errors: [
              {
                code: "NAME_UNKNOWN",
                message: "repository name not known to registry",
                detail: { name: question.repository },
              },
            ],
          },
        })
      : refusal(401, "UNAUTHORIZED", text, { challenge: {} }),
  unknownManifest: (question) =>
    refusal(404, "MANIFEST_UNKNOWN", `manifest tagged by "${question.reference}" is not found`),
};
