// Harbor: tokens for every good login, then 401 for private and missing alike.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("goharbor.io/docs and issue reports of harbor, until 2026-11");
const refused =
  "UNAUTHORIZED: unauthorized to access repository: shop/api, action: pull: unauthorized to access repository: shop/api, action: pull";

export default defineDialect({
  id: "harbor",
  title: "Harbor",
  family: "harbor",
  speaksFor: (host) => host.split(".")[0]?.startsWith("harbor") === true,
  signs: { service: "harbor-registry" },
  hidesFrom: "everyone",
  tellsRepository: true,
  // A project that is a proxy cache says so as well of what it could not get from the registry behind it: goharbor/harbor
  // issues 18292 and 23190.
  words: [
    {
      said: /not_found repository .* not found/,
      cause: "repository-not-found",
      also: ["registry-unavailable"],
    },
    { said: /too many requests to upstream registry/, cause: "rate-limited" },
  ],
  signIn: "a robot account of the project, such as robot$shop+pull",
  looks: [
    reported("private-repository", "nobody", "manifest", 401, refused),
    reported("missing-repository", "nobody", "manifest", 401, refused),
    reported("missing-repository", "somebody", "manifest", 401, refused),
    reported("no-right", "somebody", "manifest", 401, refused),
    reported("missing-repository", "somebody", "manifest", 404, "NOT_FOUND: repository shop/api not found"),
    reported(
      "policy",
      "somebody",
      "manifest",
      412,
      "PROJECTPOLICYVIOLATION: current image with 3 vulnerabilities cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.'",
    ),
    reported("limit", "somebody", "manifest", 429, "TOOMANYREQUESTS: too many requests to upstream registry"),
    reported("wrong-login", "somebody", "token", 401, "UNAUTHORIZED: unauthorized"),
    reported("missing-tag", "somebody", "manifest", 404, "NOT_FOUND: artifact shop/api:v9 not found"),
  ],
  read: [
    "https://goharbor.io/docs/main/working-with-projects/project-configuration/create-robot-accounts/",
    "https://github.com/goharbor/harbor/issues/18292",
    "https://github.com/goharbor/harbor/issues/19257",
  ],
});
