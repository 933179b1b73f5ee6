// The kubelet's own words: events, waiting messages, pull secrets, references. Semantics reference 1.10, 2.1, 4.5, 5.4.

import { defineGrammar, head, leaf } from "../sentence.js";
import { references } from "./references.js";

const unknown = { says: "unknown" as const };
/** The pull goes on without the secret, and an image that needs none arrives. */
const maybe = {
  says: "secret-missing" as const,
  stage: "credentials" as const,
  also: ["credentials-missing" as const],
};
const secret = { says: "secret-malformed" as const, stage: "credentials" as const };

export default defineGrammar({
  id: "kubelet",
  by: "kubelet",
  pull: "always",
  sentences: [
    head({ id: "kubelet.event.failed-pull", starts: 'Failed to pull image "{qimage}":', ...unknown }),
    head({ id: "kubelet.event.failed-pull.lower", starts: 'failed to pull image "{qimage}":', ...unknown }),
    head({
      id: "kubelet.event.failed-pull.with",
      starts: 'failed to pull image "{qimage}" with specified policies {any}: ',
      by: "gitlab-runner",
      ...unknown,
    }),
    head({
      id: "kubelet.event.failed-pull.bare",
      starts: "{Failed|failed} to pull image {image}:",
      ...unknown,
    }),
    head({ id: "kubelet.pulling", starts: '{failed|error} pulling image {|"}{qimage}{|"}: ', ...unknown }),
    head({
      id: "kubelet.backoff.with-cause",
      starts: 'Back-off pulling image "{qimage}": {reason}: ',
      ...unknown,
    }),
    leaf({ id: "kubelet.backoff", whole: 'Back-off pulling image "{qimage}"', ...unknown }),
    head({
      id: "kubelet.registry-unavailable",
      starts: "image pull failed for {image} because the registry is unavailable{: |}",
      says: "registry-unavailable",
      also: ["connection-refused"],
    }),
    head({
      id: "kubelet.signature-failed",
      starts: "image pull failed for {image} because the signature validation failed{: |}",
      says: "policy-blocked",
    }),
    head({
      id: "kubelet.failed-for",
      starts:
        "image pull failed for {image}, this may be because there are no credentials on this request. details: (",
      ...unknown,
    }),
    head({
      id: "kubelet.inspect-failed",
      starts: 'Failed to inspect image "{qimage}": ',
      group: "inspect",
      ...unknown,
    }),
    leaf({
      id: "kubelet.never",
      whole: 'Container image "{qimage}" is not present with pull policy of Never',
      says: "image-not-present",
    }),
    leaf({
      id: "kubelet.not-yours",
      whole:
        'Container image "{qimage}" is present with pull policy of {word} but does not have the proper credentials to access the image',
      says: "credentials-missing",
      also: ["access-denied", "image-not-present"],
      stage: "credentials",
    }),
    leaf({ id: "kubelet.qps", whole: "pull QPS exceeded", says: "kubelet-throttled" }),
    leaf({ id: "kubelet.imageref-unset", whole: 'imageRef of image "{qimage}" is not set', ...unknown }),
    head({
      id: "kubelet.record-intent",
      starts: 'Failed to record image pull intent for container image "{qimage}": ',
      says: "unpack-failed",
      also: ["disk-full"],
    }),
    leaf({
      id: "kubelet.secrets-missing",
      whole:
        "Unable to retrieve some image pull secrets ({any}); attempting to pull the image may not succeed{.|}",
      ...maybe,
    }),
    leaf({
      id: "kubelet.secrets-missing.log",
      whole: "Unable to retrieve pull secret{any}",
      ...maybe,
    }),
    leaf({
      id: "kubelet.secret-unreadable",
      whole:
        "{couldn't find|could not find|failed to get} {image pull secret|pull secret|imagePullSecret}{any}",
      says: "secret-missing",
      stage: "credentials",
    }),
    head({
      id: "kubelet.log.start-container",
      starts:
        'failed to "StartContainer" for "{quoted}" with {ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|SignatureValidationFailed|InvalidImageName|ErrImageNeverPull}: ',
      ...unknown,
    }),
    head({
      id: "kubelet.log.start-container.bare",
      starts: 'failed to "StartContainer" for {ErrImagePull|ImagePullBackOff}: ',
      ...unknown,
    }),
    head({ id: "kubelet.combined-events", starts: "(combined from similar events): ", pull: "never" }),
    head({
      id: "kubectl.describe.fieldpath",
      starts: "spec.{containers|initContainers|ephemeralContainers}{{{token}}}: ",
      pull: "never",
      by: "kubectl",
    }),
    head({
      id: "kubelet.reason",
      starts: "{ErrImagePull|ImagePullBackOff|ImageInspectError}: ",
      ...unknown,
    }),
    head({ id: "kubelet.reason.never.told", starts: "ErrImageNeverPull: ", says: "image-not-present" }),
    head({
      id: "kubelet.reason.name.told",
      starts: "InvalidImageName: ",
      says: "invalid-reference",
      stage: "reference",
    }),
    leaf({
      id: "kubelet.not-found",
      whole: 'Failed to pull image "{qimage}": not found',
      says: "manifest-unknown",
      stage: "manifest",
    }),
    leaf({
      id: "kubelet.not-found",
      whole: "{ErrImagePull|ImagePullBackOff}: {image |{ref}:{tag} |}not found",
      says: "manifest-unknown",
      stage: "manifest",
    }),
    leaf({ id: "kubelet.reason.never", whole: "ErrImageNeverPull", says: "image-not-present" }),
    leaf({
      id: "kubelet.reason.name",
      whole: "InvalidImageName",
      says: "invalid-reference",
      stage: "reference",
    }),
    leaf({ id: "kubelet.reason.signature", whole: "SignatureValidationFailed", says: "policy-blocked" }),
    head({
      id: "kubelet.reason.bare",
      starts: "{ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable}",
      ...unknown,
    }),
    leaf({
      id: "kubectl.logs",
      whole: "{trying and failing to pull image|image can't be pulled}",
      ...unknown,
      by: "kubectl",
    }),
    leaf({ id: "kubelet.event.pulling", whole: 'Pulling image "{qimage}"', ...unknown }),
    leaf({ id: "kubelet.event.pulled", whole: 'Successfully pulled image "{qimage}"{any}', ...unknown }),
    leaf({
      id: "kubelet.event.present",
      whole: 'Container image "{qimage}" already present on machine{any}',
      ...unknown,
    }),

    // Pull secrets and credential providers
    leaf({
      id: "secret.base64",
      whole: "illegal base64 data at input byte {n}",
      ...secret,
      pull: "never",
    }),
    leaf({
      id: "secret.colon",
      whole: "unable to parse auth field, must be formatted as base64(username:password)",
      ...secret,
    }),
    head({ id: "secret.api", starts: "is invalid: data[.dockerc", ...secret, decides: true, only: [] }),
    head({ id: "secret.type", starts: "Go struct field DockerConfigJSON", ...secret }),
    leaf({
      id: "secret.struct",
      whole:
        "json: cannot unmarshal {word} into Go {struct field Docker{any}|value of type credentialprovider{any}}",
      ...secret,
    }),
    head({
      id: "provider.exec",
      starts:
        "{error execing credential provider plugin |failed to get credentials from external registry credential provider|Failed getting image pull credentials from provider|error getting credentials from credential provider|credential provider plugin }",
      says: "credential-provider-failed",
      stage: "credentials",
      decides: true,
      only: [],
    }),
    ...references,
  ],
});
