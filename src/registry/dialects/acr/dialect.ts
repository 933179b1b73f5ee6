// Azure Container Registry: no anonymous pulls unless opened; a 403 to strangers is its firewall.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("learn.microsoft.com/azure/container-registry and issue reports, until 2026-11");
const visit =
  "UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information.";

export default defineDialect({
  id: "acr",
  title: "Azure Container Registry",
  family: "acr",
  speaksFor: (host) => host.split(".").includes("azurecr"),
  hidesFrom: "strangers",
  tellsRepository: true,
  isFirewalled: true,
  words: [{ said: /client with ip .* is not allowed access/, cause: "access-denied" }],
  judgesRightsAtToken: true,
  signIn: "a service principal or a token of the registry; az acr login --expose-token gives one for 3 hours",
  passwordHours: 3,
  looks: [
    reported("no-right", "somebody", "token", 401, visit),
    reported("private-repository", "nobody", "token", 401, visit),
    reported("missing-repository", "nobody", "token", 401, visit),
    reported("wrong-login", "somebody", "token", 401, visit),
    ...(["nobody", "somebody"] as const).map((asker) =>
      reported(
        "forbidden-here",
        asker,
        "token",
        403,
        "DENIED: client with IP '192.0.2.1' is not allowed access, refer https://aka.ms/acr/firewall to grant access",
      ),
    ),
    reported(
      "missing-repository",
      "somebody",
      "manifest",
      404,
      "NAME_UNKNOWN: repository name not known to registry",
    ),
    reported(
      "missing-tag",
      "somebody",
      "manifest",
      404,
      'MANIFEST_UNKNOWN: manifest tagged by "v9" is not found',
    ),
  ],
  read: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login",
    "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
  ],
});
