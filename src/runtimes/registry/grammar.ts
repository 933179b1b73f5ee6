// Registry error bodies: the code as clients print it, then the registry's own words. Semantics reference 6.6 and 7.

import { defineGrammar, head, leaf } from "../sentence.js";
import { limits } from "./limits.js";
import { refusals } from "./refusals.js";

const runtimes = ["containerd", "containers-image", "docker", "buildkit", "go-net", "podman", "registry"];

/** What follows a code is the registry's own text. */
const text = { only: ["registry"] };

export default defineGrammar({
  id: "registry",
  by: "registry",
  pull: "usually",
  sentences: [
    head({
      id: "reg.status",
      starts:
        "{response status code |Response status code |unexpected HTTP status |Unexpected HTTP status |unexpected response status code |unexpected status code |bad response code from registry: |HTTP status code |HTTP response code |HTTP error |HTTP status: |Status code: |status code: |status: |status code |returned status |returned HTTP |failed with status |failed with status: |server returned status |got status }{status}",
      says: "http-status",
      pull: "never",
      only: ["registry"],
    }),
    head({
      id: "spegel.status",
      starts: "expected mirror to respond with 200 OK but received: {status}",
      says: "http-status",
      only: ["registry"],
      by: "spegel",
    }),
    head({ id: "reg.errors", starts: "errors: ", group: "errors", under: runtimes }),
    head({ id: "reg.server-message", starts: "Server message: ", under: runtimes }),
    leaf({
      id: "reg.errors.denied",
      whole: "denied: requested access to the resource is denied unauthorized: authentication required",
      says: "denied",
      stage: "manifest",
    }),
    head({ id: "reg.unauthorized", starts: "{unauthorized|UNAUTHORIZED}: ", says: "unauthorized", ...text }),
    head({ id: "reg.denied", starts: "{denied|DENIED}: ", says: "denied", ...text }),
    head({
      id: "reg.forbidden",
      starts: "{forbidden|FORBIDDEN}: ",
      says: "denied",
      under: runtimes,
      ...text,
    }),
    head({
      id: "reg.manifest-unknown",
      starts: "{manifest unknown|MANIFEST_UNKNOWN}: ",
      says: "manifest-unknown",
      ...text,
    }),
    head({
      id: "reg.name-unknown",
      starts: "{name unknown|NAME_UNKNOWN}: ",
      says: "repository-not-found",
      ...text,
    }),
    head({
      id: "reg.name-invalid",
      starts: "{name invalid|NAME_INVALID|invalid repository name|tag invalid|TAG_INVALID}: ",
      says: "invalid-reference",
      ...text,
    }),
    head({ id: "reg.blob-unknown", starts: "{blob unknown|BLOB_UNKNOWN}: ", says: "blob-missing", ...text }),
    head({
      id: "reg.manifest-invalid",
      starts: "{manifest invalid|MANIFEST_INVALID|manifest unverified|MANIFEST_UNVERIFIED}: ",
      says: "manifest-unsupported",
      also: ["registry-error"],
      ...text,
    }),
    head({
      id: "reg.digest-invalid",
      starts: "{digest invalid|DIGEST_INVALID|size invalid|SIZE_INVALID}: ",
      says: "content-corrupt",
      also: ["registry-error"],
      ...text,
    }),
    head({
      id: "reg.unsupported",
      starts: "{unsupported|UNSUPPORTED}: ",
      says: "registry-error",
      under: runtimes,
      ...text,
    }),
    head({
      id: "reg.unavailable",
      starts: "{unavailable|UNAVAILABLE}: ",
      says: "registry-unavailable",
      under: runtimes,
      ...text,
    }),
    head({
      id: "reg.toomanyrequests",
      starts: "{toomanyrequests|TOOMANYREQUESTS|too many requests}: ",
      says: "rate-limited",
      ...text,
    }),
    head({
      id: "reg.not-found",
      starts: "{not found|NOT_FOUND}: ",
      says: "manifest-unknown",
      under: runtimes,
      ...text,
    }),
    head({ id: "reg.unknown", starts: "{unknown|UNKNOWN}: ", under: runtimes }),
    head({ id: "reg.unknown.error", starts: "{unknown|UNKNOWN|Unknown}: ", pull: "never" }),
    leaf({
      id: "reg.unauthorized.bare",
      whole: "{unauthorized|UNAUTHORIZED|Unauthorized}",
      says: "unauthorized",
      under: runtimes,
    }),
    leaf({
      id: "reg.denied.bare",
      whole: "{denied|DENIED|forbidden|FORBIDDEN}",
      says: "denied",
      under: runtimes,
    }),
    leaf({ id: "reg.refused.phrase", whole: "{Forbidden|forbidden}", says: "denied", under: ["registry"] }),
    leaf({
      id: "reg.manifest-unknown.bare",
      whole: "{manifest unknown|MANIFEST_UNKNOWN}",
      says: "manifest-unknown",
      pull: "always",
      stage: "manifest",
    }),
    leaf({
      id: "reg.name-unknown.bare",
      whole: "{name unknown|NAME_UNKNOWN|repository name not known to registry}",
      says: "repository-not-found",
      pull: "always",
    }),
    leaf({
      id: "reg.blob-unknown.bare",
      whole: "{blob unknown to registry|blob unknown|BLOB_UNKNOWN}",
      says: "blob-missing",
      pull: "always",
      stage: "blob",
    }),
    leaf({
      id: "reg.name-invalid.bare",
      whole: "{name invalid|NAME_INVALID|invalid repository name}",
      says: "invalid-reference",
      pull: "always",
      under: runtimes,
    }),
    leaf({
      id: "reg.toomanyrequests.bare",
      whole: "{toomanyrequests|TOOMANYREQUESTS}",
      says: "rate-limited",
    }),
    leaf({
      id: "reg.unsupported.bare",
      whole: "{unsupported|UNSUPPORTED|The operation is unsupported}",
      says: "registry-error",
      under: runtimes,
    }),
    leaf({
      id: "reg.unavailable.bare",
      whole: "{service unavailable|UNAVAILABLE}",
      says: "registry-unavailable",
      under: runtimes,
    }),
    leaf({
      id: "reg.not-found.bare",
      whole: "{404 page not found|404 Not Found|NOT_FOUND}",
      says: "manifest-unknown",
      under: runtimes,
    }),
    leaf({
      id: "reg.unknown.bare",
      whole: "{unknown error|unknown: unknown error}",
      says: "nothing",
      under: runtimes,
    }),
    ...refusals,
    ...limits,
  ],
});
