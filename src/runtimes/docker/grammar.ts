// Docker Engine, dockershim and cri-dockerd. Semantics reference 6.5.

import { defineGrammar, head, leaf } from "../sentence.js";
import { unpacking } from "./unpacking.js";

const corrupt = { says: "content-corrupt" as const };

export default defineGrammar({
  id: "docker",
  by: "docker",
  runtime: "docker",
  pull: "always",
  sentences: [
    head({ id: "docker.daemon", starts: "Error response from daemon: ", pull: "usually", group: "top" }),
    head({ id: "docker.api-error", starts: "API error ({n}): ", pull: "usually", group: "runtime" }),
    head({ id: "docker.while-pulling", starts: "Error while pulling image: ", group: "runtime" }),
    head({
      id: "docker.blob-file",
      starts: "{open|write|read|sync} {token}/tmp/GetImageBlob{n}: ",
      says: "unpack-failed",
      stage: "blob",
      group: "unpack",
    }),
    head({ id: "docker.retrying", starts: "Download failed, retrying: ", stage: "blob", group: "runtime" }),
    leaf({ id: "docker.not-local", whole: "Unable to find image '{any}' locally", says: "nothing" }),
    leaf({
      id: "docker.pulling",
      whole: "Pulling {repository|from} {any}",
      says: "nothing",
      pull: "usually",
    }),
    head({
      id: "docker.manifest-nf",
      starts: "manifest for {ref} not found: ",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    leaf({
      id: "docker.manifest-nf.bare",
      whole: "manifest for {ref} not found",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    leaf({
      id: "docker.tag-nf",
      whole: "{Tag|tag} {tag} not found in repository {ref}",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    leaf({
      id: "docker.no-manifest",
      whole: "no such manifest: {ref}",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    head({
      id: "docker.denied",
      starts: "pull access denied for {ref}, repository does not exist or may require 'docker login': ",
      says: "hidden-repository",
      stage: "manifest",
      group: "hidden",
    }),
    head({
      id: "docker.denied.other",
      starts: "pull access denied for {ref}, repository does not exist or may require {any}: ",
      says: "hidden-repository",
      stage: "manifest",
      group: "hidden",
    }),
    leaf({
      id: "docker.denied.bare",
      whole: "pull access denied for {ref}, repository does not exist or may require 'docker login'",
      says: "hidden-repository",
      stage: "manifest",
    }),
    leaf({
      id: "docker.denied.cut",
      whole: "pull access denied for {ref},{any}",
      says: "hidden-repository",
      stage: "manifest",
    }),
    head({
      id: "docker.denied.short",
      starts: "pull access denied",
      says: "hidden-repository",
      stage: "manifest",
      group: "hidden",
    }),
    leaf({
      id: "docker.denied.old",
      whole: "repository {ref} not found: does not exist or no {pull|read} access",
      says: "repository-not-found",
      also: ["credentials-missing", "access-denied"],
      stage: "manifest",
    }),
    head({
      id: "docker.repo-nf",
      starts: "repository {ref} not found: ",
      says: "repository-not-found",
      stage: "manifest",
    }),
    leaf({
      id: "docker.repo-nf.bare",
      whole: "{Error: |}{repository|image} {ref}{:|} not found",
      says: "repository-not-found",
      pull: "never",
      also: ["tag-not-found", "credentials-missing"],
      stage: "manifest",
    }),
    leaf({
      id: "docker.platform",
      whole: "no matching manifest for {any} in the manifest list entries",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    head({
      id: "docker.platform.detail",
      starts: "no matching manifest for {any} in the manifest list entries: ",
      says: "platform-mismatch",
      decides: true,
      stage: "manifest",
    }),
    leaf({
      id: "docker.platform.image",
      whole:
        "image with reference {ref} was found but {does not match the specified platform|its platform{any}}{any}",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    leaf({
      id: "docker.platform.provide",
      whole: "image with reference {ref} was found but does not provide {any}",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    leaf({
      id: "docker.platform.os",
      whole:
        '{The container operating system does not match the host operating system|image operating system "{quoted}" cannot be used on this platform{any}|operating system is not supported|cannot download Windows image on a non-Windows {any}|no supported platform found in manifest list{any}}',
      says: "platform-mismatch",
    }),
    leaf({
      id: "docker.platform.warning",
      whole: "The requested image's platform ({any}) does not match the detected host platform {any}",
      says: "platform-mismatch",
    }),
    leaf({
      id: "docker.verify",
      whole: "{filesystem layer|image config|manifest|image} verification failed for digest {digest}",
      ...corrupt,
      stage: "blob",
    }),
    leaf({
      id: "docker.layers-config",
      whole: "layers from manifest don't match image configuration",
      ...corrupt,
      also: ["manifest-unsupported"],
      stage: "config",
    }),
    head({
      id: "docker.attempts",
      starts: "download failed after attempts={n}: ",
      says: "connection-reset",
      stage: "blob",
      group: "runtime",
    }),
    leaf({
      id: "docker.attempts.bare",
      whole: "download failed after attempts={n}",
      says: "connection-reset",
      also: ["connection-timeout"],
      stage: "blob",
    }),
    leaf({
      id: "docker.mediatype.page",
      whole: "unsupported manifest mediatype: text/html{any}",
      says: "intercepted-response",
      also: ["manifest-unsupported"],
      stage: "manifest",
    }),
    leaf({
      id: "docker.target",
      whole: "target is {unknown|plugin|index|image}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "docker.mediatype",
      whole:
        "{unsupported media type|mediaType in manifest {any} not|Encountered remote|unsupported manifest {format|media type|mediatype:}} {any}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "docker.schema1",
      whole:
        "{[DEPRECATION NOTICE] |}Docker Image Format v1 and Docker Image manifest version 2, schema 1 support {any}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "docker.schema-version",
      whole: "unsupported {schema version|manifest schema version} {any}",
      says: "manifest-unsupported",
      stage: "manifest",
    }),
    leaf({
      id: "docker.endpoints",
      whole: "no endpoints found for {ref}",
      says: "unknown",
      stage: "connect",
    }),
    head({ id: "docker.invalid-endpoint", starts: "invalid registry endpoint {token}: ", pull: "always" }),
    head({
      id: "docker.ping",
      starts: "unable to ping registry endpoint {url}",
      stage: "api",
      group: "runtime",
    }),
    head({
      id: "docker.ping-failed",
      starts: "{v1|v2} ping attempt failed with error: ",
      stage: "api",
      group: "runtime",
    }),
    leaf({
      id: "docker.content",
      whole: "error unmarshalling content: invalid character '<' looking for beginning of value",
      says: "not-registry-body",
    }),
    head({ id: "docker.content.other", starts: "error unmarshalling content: ", says: "not-registry-body" }),

    head({
      id: "docker.status.v1",
      starts: "Status {status} trying to pull repository {any}: ",
      says: "http-status",
      only: ["registry"],
    }),
    ...unpacking,

    head({
      id: "docker.credentials",
      starts: "error getting credentials - err: ",
      says: "credential-provider-failed",
      decides: true,
      stage: "credentials",
      only: [],
    }),
    head({
      id: "docker.credentials.helper",
      starts: "{error getting credentials|failed to get credentials}",
      says: "credential-provider-failed",
      decides: true,
      stage: "credentials",
      only: [],
    }),
    // A login that could not be kept: nothing was pulled.
    head({
      id: "docker.login.store",
      starts: "{Error saving credentials|error storing credentials|Login did not succeed}",
      says: "not-image-pull",
      decides: true,
      only: [],
    }),
    head({
      id: "docker.helper.exec",
      starts: 'exec: "docker-credential-',
      says: "credential-provider-failed",
      decides: true,
      stage: "credentials",
      only: [],
    }),
  ],
});
