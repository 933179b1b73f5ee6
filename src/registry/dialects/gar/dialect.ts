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
  read: ["https://cloud.google.com/artifact-registry/docs/docker/authentication"],
});
