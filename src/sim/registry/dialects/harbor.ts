// Harbor: tokens for every good login, then 401 that names repository and action, for missing projects too.

import { common, type Dialect, refusal } from "./dialect.js";

export const harbor: Dialect = {
  ...common,
  takesBasic: true,
  realm: (host) => ({ url: `https://${host}/service/token`, service: "harbor-registry" }),
  refuseToken: (denial) =>
    denial === "rejected" || denial === "expired" ? refusal(401, "UNAUTHORIZED", "unauthorized") : undefined,
  refuse: (_denial, question) => {
    const words = `unauthorized to access repository: ${question.repository}, action: ${question.action}`;
    return refusal(401, "UNAUTHORIZED", `${words}: ${words}`, { challenge: {} });
  },
  unknownManifest: (question) => {
    const sign = question.reference.includes(":") ? "@" : ":";
    return refusal(404, "NOT_FOUND", `artifact ${question.repository}${sign}${question.reference} not found`);
  },
};
