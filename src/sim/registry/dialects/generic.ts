// The open-source registry (distribution) as people run it: open, behind htpasswd, behind a token service.

import {
  common,
  type Dialect,
  detailed,
  type Question,
  type Refusal,
  refusal,
  tokenByPost,
} from "./dialect.js";

/** What the open-source registry has and lacks, whatever stands in front of it. */
const distribution = { hasReferrers: false, convertsIndexes: true } as const;

/** A manifest of a missing repository is as unknown as one of a missing tag; its tag list says more. */
const missing = (question: Question): Refusal =>
  question.reference === "" ? common.refuse("missing", question) : common.unknownManifest(question);

/** No login at all. */
export const plain: Dialect = {
  ...common,
  ...distribution,
  scheme: "none",
  refuse: (denial, question) =>
    denial === "missing" || denial === "anonymous-missing"
      ? missing(question)
      : refusal(403, "DENIED", "requested access to the resource is denied"),
};

/** Basic for everything; a wrong password and none look the same. */
export const htpasswd: Dialect = {
  ...common,
  ...distribution,
  scheme: "basic",
  alwaysLogin: true,
  realm: () => ({ url: "Registry Realm", service: "" }),
  refuse: (denial, question) => {
    if (denial === "missing") return missing(question);
    if (denial === "forbidden") return refusal(403, "DENIED", "requested access to the resource is denied");
    const detail = [{ Type: "repository", Class: "", Name: question.repository, Action: question.action }];
    return detailed(401, "UNAUTHORIZED", "authentication required", detail, { challenge: {} });
  },
};

/** A token service of one's own: grants what it may, refuses only wrong passwords. */
export const bearer: Dialect = {
  ...tokenByPost,
  ...distribution,
  realm: (host) => ({ url: `https://${host}/auth/token`, service: host }),
};
