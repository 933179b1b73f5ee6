// Envelopes that log lines, JSON documents and shells put around a message.

import { defineGrammar, head } from "../sentence.js";

export default defineGrammar({
  id: "log",
  by: "log",
  pull: "never",
  sentences: [
    head({ id: "kubelet.event.error", starts: "Error: " }),
    head({ id: "log.field", starts: '{err|error|msg|message|reason}="' }),
    head({ id: "log.json", starts: '"{err|error|msg|message|Message|MESSAGE|log}":{ |}"' }),
    head({ id: "log.json.object", starts: '{{"message":{ |}"' }),
    head({
      id: "crictl.pull-failed",
      starts: 'PullImage from image service failed" err="',
      pull: "always",
      by: "crictl",
    }),
    head({ id: "crictl.pulling", starts: "pulling image: ", pull: "usually", by: "crictl", group: "top" }),
    head({ id: "ctd.log.pull", starts: 'PullImage "{qimage}" failed', pull: "always", by: "containerd" }),
    head({
      id: "crictl.connection",
      starts:
        "{validate service connection: |validate CRI v1 runtime API for endpoint |validate CRI v1 image API for endpoint |unable to determine image API version: |unable to determine runtime API version: }",
      says: "runtime-unavailable",
      pull: "usually",
      by: "crictl",
    }),
    head({ id: "ecs.init", starts: "ResourceInitializationError: ", pull: "usually", by: "ecs" }),
    head({
      id: "ecs.login",
      starts: "unable to retrieve ecr registry auth: ",
      says: "credential-provider-failed",
      pull: "usually",
      stage: "credentials",
      by: "ecs",
    }),
    head({
      id: "ecs",
      starts: "{CannotPullContainerError: |CannotPullImageManifestError: |CannotPullECRContainerError: }",
      pull: "always",
      by: "ecs",
    }),
  ],
});
