// go-containerregistry: crane, ko, kaniko and the admission controllers that look an image up. Its requests are
// worded by Go and its refusals by the registry's codes, so little is its own.

import { defineGrammar, leaf } from "../sentence.js";

export default defineGrammar({
  id: "go-containerregistry",
  by: "go-containerregistry",
  pull: "always",
  sentences: [
    leaf({
      id: "ggcr.platform",
      whole: "no child with platform {any} in index {ref}",
      says: "platform-mismatch",
      stage: "manifest",
    }),
    leaf({
      id: "ggcr.reference",
      whole: "could not parse reference{: {any}|}",
      says: "invalid-reference",
      pull: "usually",
      stage: "reference",
    }),
    leaf({
      id: "ggcr.mediatype",
      whole: "{unsupported MediaType: {any}|{u|U}nexpected media type for Image{Index|}(): {any}}",
      says: "manifest-unsupported",
      also: ["intercepted-response"],
      stage: "manifest",
    }),
  ],
});
