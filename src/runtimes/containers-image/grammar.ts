// containers/image 5.7 to 5.39: the library below CRI-O, Podman, Buildah and Skopeo. Semantics reference 6.4.

import { defineGrammar, head, leaf } from "../sentence.js";
import { storage } from "./storage.js";

const token = { stage: "token" as const, group: "token" };
const policy = { says: "policy-blocked" as const, stage: "manifest" as const };

export default defineGrammar({
  id: "containers-image",
  by: "containers/image",
  pull: "always",
  sentences: [
    head({ id: "ci.init-source", starts: "{i|Error i|error i}nitializing source {image}: ", group: "top" }),
    head({
      id: "ci.invalid-source",
      starts: "{Invalid source name|invalid source name|Error parsing image name|parsing image name} {any}: ",
      says: "invalid-reference",
      stage: "reference",
    }),
    head({ id: "ci.ping", starts: "pinging container registry {host}: ", stage: "api", group: "request" }),
    head({
      id: "ci.ping.old",
      starts: "{error|Error} pinging {docker|container} registry {host}: ",
      stage: "api",
      group: "request",
    }),
    head({ id: "ci.manifest", starts: "reading manifest {tag} in {ref}: ", stage: "manifest", group: "top" }),
    head({
      id: "ci.manifest.old",
      starts: "{Error|error} reading manifest {tag} in {ref}: ",
      stage: "manifest",
      group: "top",
    }),
    leaf({
      id: "ci.manifest.404",
      whole: "{Error |error |}reading manifest {ref} 404 {Not found|Not Found}",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    head({
      id: "ci.digest-of",
      starts: "{e|E|failed to fetch digest: e}rror fetching {manifest|signature}",
      stage: "manifest",
    }),

    head({ id: "ci.bearer", starts: "{Requesting|requesting} bear{er|} token: ", ...token }),
    head({ id: "ci.bearer-obtain", starts: "Trying to obtain access token: ", ...token }),
    head({
      id: "ci.token-401",
      starts: "unable to retrieve auth token: invalid username/password: ",
      says: "login-refused",
      ...token,
      group: "login",
    }),
    leaf({
      id: "ci.token-401.bare",
      whole: "unable to retrieve auth token: invalid username/password",
      says: "login-refused",
      ...token,
      group: "login",
    }),
    leaf({ id: "ci.login-401", whole: "invalid username/password", says: "login-refused", ...token }),
    head({ id: "ci.token-other", starts: "unable to retrieve auth token: ", ...token }),
    leaf({
      id: "ci.realm",
      whole: "missing realm in bearer auth challenge",
      says: "registry-error",
      also: ["intercepted-response"],
      ...token,
    }),
    head({
      id: "ci.bearer-decode",
      starts: 'decoding bearer token (last URL "{qurl}", body start "{any}"): ',
      says: "intercepted-response",
      also: ["registry-error", "proxy-failure"],
      decides: true,
      ...token,
    }),
    head({
      id: "ci.credentials",
      starts:
        "{getting username and password: |error getting username and password: |Error determining credentials: |reading JSON file }",
      says: "credential-provider-failed",
      also: ["secret-malformed"],
      stage: "credentials",
    }),

    head({
      id: "ci.invalid-status",
      starts:
        "{i|I}nvalid status code {from registry |returned when fetching {blob|manifest|signature} |}{status}",
      says: "http-status",
      only: ["registry"],
    }),
    head({
      id: "ci.unexpected-status",
      starts: "received unexpected HTTP status: {status}",
      says: "http-status",
      only: ["registry"],
    }),
    head({ id: "ci.status-code", starts: "StatusCode: {status}", says: "http-status", only: ["registry"] }),
    head({
      id: "ci.parse-body",
      starts: "error parsing HTTP {status} response body: ",
      says: "broken-json",
      only: ["registry"],
    }),
    leaf({ id: "ci.too-many", whole: "too many requests to {upstream |}registry", says: "rate-limited" }),

    head({ id: "ci.mirror", starts: "(Mirrors also failed: [{ref}: ", begins: "mirror", group: "mirrors" }),
    head({ id: "ci.mirror.next", starts: "[{ref}: ", begins: "mirror", under: ["mirrors"] }),
    head({ id: "ci.mirrors", starts: "]): {ref}: ", begins: "primary" }),
    leaf({
      id: "ci.blocked",
      whole: "registry {host} is blocked in {any}",
      says: "policy-blocked",
      stage: "reference",
    }),

    head({
      id: "ci.choose",
      starts: "choosing an image from manifest list {image}: ",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    leaf({
      id: "ci.platform",
      whole: "no image found in {image index|manifest list} for architecture {any}",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    head({ id: "ci.copy-system", starts: "copying system image from manifest list: " }),
    head({ id: "ci.copy-image", starts: "{copying image {n}/{n} from manifest list|writing manifest}: " }),
    head({ id: "ci.rejected", starts: "Source image rejected: ", ...policy, decides: true, group: "top" }),
    leaf({ id: "ci.rejected.policy", whole: "Running image {image} is rejected by policy", ...policy }),
    leaf({
      id: "ci.rejected.unsigned",
      whole: "A signature was required, but no signature exists",
      ...policy,
    }),
    leaf({
      id: "ci.rejected.none",
      whole: "None of the signatures were accepted, reasons: {any}",
      ...policy,
    }),
    leaf({
      id: "ci.rejected.other",
      whole:
        "{Signature for identity {any} is not accepted|Invalid GPG signature{any}|cryptographic signature verification failed{any}|No public keys imported}",
      ...policy,
    }),

    head({ id: "ci.mime", starts: "determining manifest MIME type for {image}: ", stage: "manifest" }),
    head({
      id: "ci.image",
      starts: "{i|Error i|error i}nitializing image from source {image}: ",
      stage: "manifest",
    }),
    head({
      id: "ci.parse-config",
      starts:
        "{parsing image configuration|Error parsing image configuration|error parsing image configuration}: ",
      stage: "config",
    }),
    leaf({
      id: "ci.schema",
      whole: "unsupported schema version {n}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "ci.unsupported",
      whole:
        "{unsupported docker v2s2 media type{any}|Unimplemented manifest MIME type {any}|unsupported MIME type for compression{any}|unsupported image-specific operation on artifact with type {any}|manifest is not a container image{any}|Unknown media type during manifest conversion{any}}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "ci.schema1",
      whole: "{schema 1|manifest schema v1|docker schema1} {any}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    ...storage,
  ],
});
