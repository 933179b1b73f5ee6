// Podman, Buildah and Skopeo: what their command lines print around containers/image.

import { defineGrammar, head, leaf } from "../sentence.js";

export default defineGrammar({
  id: "podman",
  by: "podman",
  runtime: "podman",
  pull: "always",
  sentences: [
    leaf({ id: "podman.trying", whole: "Trying to pull {ref}", says: "nothing" }),
    leaf({
      id: "podman.progress",
      whole:
        "{Getting image source signatures|Copying blob {digest}|Copying config {digest}|Writing manifest to image destination|Storing signatures}",
      says: "nothing",
    }),
    leaf({ id: "podman.reconnecting", whole: "Reading blob body from {url} failed ({any}", says: "nothing" }),
    head({ id: "podman.retry", starts: "{Failed, retrying|failed, retrying} in {any}. Error: " }),
    head({ id: "podman.pull", starts: '{error|Error} pulling image "{qimage}": ' }),
    head({ id: "podman.unable", starts: "unable to pull {image}: ", pull: "always" }),
    head({ id: "podman.copy", starts: "failed to copy image: " }),
    leaf({ id: "podman.killed", whole: "[killed by {any}", says: "nothing" }),
    leaf({
      id: "podman.attempts",
      whole: "{{n} errors occurred while pulling{any}|Error: {n} errors occurred while pulling{any}}",
      says: "nothing",
    }),
  ],
});
