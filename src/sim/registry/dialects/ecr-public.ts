// Amazon ECR Public: bearer tokens for everybody; an ended token is a 400.

import { common, type Dialect, insufficientScope, refusal } from "./dialect.js";

export const ecrPublic: Dialect = {
  ...common,
  createsOnPush: false,
  realm: (host) => ({ url: `https://${host}/token/`, service: host }),
  refuseToken: (denial) => {
    if (denial === "expired") {
      return refusal(400, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
    }
    return denial === "rejected" ? refusal(401, "DENIED", "Not Authorized") : undefined;
  },
  refuse: (denial, question) => {
    if (denial !== "missing" && denial !== "anonymous-missing") return insufficientScope(question);
    const [alias = "", ...rest] = question.repository.split("/");
    const text = `The repository with name '${rest.join("/")}' does not exist in the registry with id '${alias}'`;
    return refusal(404, "NAME_UNKNOWN", text);
  },
  unknownManifest: () => refusal(404, "MANIFEST_UNKNOWN", "Requested image not found"),
  tooMany: () => refusal(429, "TOOMANYREQUESTS", "Rate exceeded"),
};
