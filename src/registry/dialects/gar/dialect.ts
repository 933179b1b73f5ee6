// Google Artifact Registry and gcr.io: 403 at the token server, in words about permissions.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("cloud.google.com/artifact-registry/docs and issue reports, until 2026-11");
const permission =
  'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/europe/repositories/r" (or it may not exist)';

export default defineDialect({
  id: "gar",
  title: "Google Artifact Registry",
  family: "google",
  speaksFor: (host) => host === "gcr.io" || host.endsWith(".gcr.io") || host.endsWith(".pkg.dev"),
  hidesFrom: "everyone",
  tellsRepository: true,
  signIn:
    "the user oauth2accesstoken with the output of gcloud auth print-access-token (1 hour), or _json_key with a service account's key",
  passwordHours: 1,
  // The project is closed to everybody: no login and no right helps.
  words: [
    { said: /api has not been used in project .* or it is disabled/, cause: "access-denied" },
    { said: /enable the .* api in cloud console/, cause: "access-denied" },
    { said: /billing .*(disabled|closed|not enabled|to be enabled)/, cause: "access-denied" },
  ],
  looks: [
    reported(
      "private-repository",
      "nobody",
      "token",
      403,
      'DENIED: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource "projects/p/locations/europe/repositories/r" (or it may not exist)',
    ),
    reported("missing-repository", "somebody", "token", 403, `DENIED: ${permission}`),
    reported("no-right", "somebody", "token", 403, `DENIED: ${permission}`),
    reported(
      "forbidden-here",
      "nobody",
      "token",
      403,
      "DENIED: Artifact Registry API has not been used in project 123456789012 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/artifactregistry.googleapis.com/overview?project=123456789012 then retry.",
    ),
    reported("wrong-login", "somebody", "token", 401, "UNAUTHORIZED: Not Authorized."),
    reported(
      "missing-tag",
      "somebody",
      "manifest",
      404,
      'MANIFEST_UNKNOWN: Failed to fetch "v9" from image "api".',
    ),
    reported(
      "limit",
      "somebody",
      "manifest",
      429,
      "TOOMANYREQUESTS: Quota exceeded for quota metric 'Requests per project per region'",
    ),
  ],
  read: [
    "https://cloud.google.com/artifact-registry/docs/docker/authentication",
    "https://github.com/validator/validator/issues/1753",
  ],
});
