// CRI-O 1.20 to 1.36: what it puts around the words of containers/image. Semantics reference 6.4.

import { defineGrammar, head, leaf } from "../sentence.js";

const config = { says: "unknown" as const };

export default defineGrammar({
  id: "cri-o",
  by: "cri-o",
  runtime: "cri-o",
  pull: "always",
  sentences: [
    head({
      id: "crio.registry-unavailable",
      starts: "RegistryUnavailable: ",
      says: "registry-unavailable",
      also: ["connection-refused"],
      group: "top",
    }),
    head({
      id: "crio.signature",
      starts: "SignatureValidationFailed: ",
      says: "policy-blocked",
      group: "top",
    }),
    head({ id: "crio.both", starts: "unable to pull image or OCI artifact: pull image err: ", group: "top" }),
    head({ id: "crio.both.artifact", starts: "artifact err: ", begins: "side" }),
    head({
      id: "crio.both-store",
      starts: "unable to pull image or OCI artifact: create store err: ",
      says: "unpack-failed",
      group: "top",
    }),
    head({ id: "crio.both.bare", starts: "unable to pull image or OCI artifact: ", group: "top" }),
    head({ id: "crio.art.get", starts: "get manifest: ", under: ["cri-o"] }),
    head({ id: "crio.art.build", starts: "build image source: ", under: ["cri-o"] }),
    head({ id: "crio.art.pull", starts: "pull artifact: ", under: ["cri-o"] }),
    head({ id: "crio.art.ref", starts: "image reference: ", under: ["cri-o"] }),
    leaf({ id: "crio.art.is-image.old", whole: "provided artifact is a container image", says: "nothing" }),
    leaf({
      id: "crio.art.is-image",
      whole: "reference is a container image, not an OCI artifact",
      says: "nothing",
    }),
    head({
      id: "crio.artifact-first",
      starts: "unable to try pulling possible OCI artifact: ",
      group: "top",
    }),
    head({ id: "crio.pull", starts: "unable to pull image: ", group: "top" }),
    head({ id: "crio.namespace", starts: "get context for namespace: ", ...config }),
    head({
      id: "crio.temp-auth",
      starts: "prepare temp auth file: ",
      says: "credential-provider-failed",
      stage: "credentials",
    }),
    head({ id: "crio.policy-path", starts: "read policy path {any}: ", says: "policy-blocked" }),
    head({ id: "crio.policy-invalid", starts: "invalid policy in ", says: "policy-blocked" }),
    leaf({ id: "crio.panic", whole: "pullImage was aborted by a Go panic", ...config }),
    leaf({
      id: "crio.no-reason",
      whole: "internal error: pullImage failed but reported no error reason",
      ...config,
    }),
    leaf({
      id: "crio.short.enforcing",
      whole: "short name mode is enforcing, but image name {image} returns ambiguous list",
      says: "short-name-unresolved",
      stage: "reference",
    }),
    leaf({
      id: "crio.short.noreg",
      whole:
        'short-name "{qimage}" did not resolve to an alias and no unqualified-search registries are defined in "{quoted}"',
      says: "short-name-unresolved",
      stage: "reference",
    }),
    leaf({
      id: "crio.short.noconf",
      whole:
        'short-name "{qimage}" did not resolve to an alias and no containers-registries.conf(5) was found',
      says: "short-name-unresolved",
      stage: "reference",
    }),
    leaf({
      id: "crio.short.prompt",
      whole: "short-name resolution enforced but cannot prompt without a TTY",
      says: "short-name-unresolved",
      stage: "reference",
    }),
    leaf({
      id: "crio.short.old",
      whole: "no registries configured while trying to pull an unqualified image",
      says: "short-name-unresolved",
      stage: "reference",
    }),
    head({
      id: "crio.short.other",
      starts:
        "{short-name resolution|error resolving short name|Error resolving short name|resolving short name|unable to resolve short name}",
      says: "short-name-unresolved",
      stage: "reference",
    }),
    leaf({
      id: "crio.blocked",
      whole: `cannot use "{qimage}" because it's blocked`,
      says: "policy-blocked",
      stage: "reference",
    }),
  ],
});
