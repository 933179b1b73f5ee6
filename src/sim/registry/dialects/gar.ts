// Google Artifact Registry and gcr.io: 403 at the token endpoint, in words about permissions.

import { common, type Dialect, type Question, refusal } from "./dialect.js";

export const gar: Dialect = {
  ...common,
  createsOnPush: false,
  postToken: 404,
  realm: (host) => ({ url: `https://${host}/v2/token`, service: host }),
  refuseToken: (denial, question) => {
    if (denial === "rejected" || denial === "expired") {
      return refusal(401, "UNAUTHORIZED", "Not Authorized.");
    }
    const permission = '"artifactregistry.repositories.downloadArtifacts"';
    if (denial === "anonymous" || denial === "anonymous-missing") {
      const text = `Unauthenticated request. Unauthenticated requests do not have permission ${permission} on resource "${resource(question)}" (or it may not exist)`;
      return refusal(403, "DENIED", text);
    }
    const text = `Permission ${permission} denied on resource "${resource(question)}" (or it may not exist)`;
    return refusal(403, "DENIED", text);
  },
  refuse: (denial, question) =>
    denial === "missing"
      ? refusal(404, "NAME_UNKNOWN", `Repository "${question.repository.split("/")[1] ?? ""}" not found`)
      : refusal(401, "UNAUTHORIZED", "authentication failed", { challenge: {} }),
  unknownManifest: (question) => {
    const name = question.repository.split("/").at(-1) ?? "";
    return refusal(404, "MANIFEST_UNKNOWN", `Failed to fetch "${question.reference}" from image "${name}".`);
  },
  tooMany: () =>
    refusal(429, "TOOMANYREQUESTS", "Quota exceeded for quota metric 'Requests per project per region'"),
};

/** `projects/P/locations/L/repositories/R`; gcr.io has its project first and no location in the name. */
function resource(question: Question): string {
  const [project = "", repository = ""] = question.repository.split("/");
  const location = question.host.endsWith("-docker.pkg.dev")
    ? question.host.replace("-docker.pkg.dev", "")
    : "us";
  const name = question.host.endsWith("gcr.io") ? question.host : repository;
  return `projects/${project}/locations/${location}/repositories/${name}`;
}
