// BuildKit, as docker build and buildx print it: containerd's words below its own.

import { defineGrammar, head, leaf } from "../sentence.js";

export default defineGrammar({
  id: "buildkit",
  by: "buildkit",
  runtime: "buildkit",
  pull: "usually",
  sentences: [
    head({
      id: "bk.solve.credentials",
      starts: "failed to solve: error getting credentials",
      says: "credential-provider-failed",
      decides: true,
      pull: "always",
      stage: "credentials",
      only: [],
    }),
    leaf({
      id: "bk.solve.not-found",
      whole: "failed to solve: {ref}: not found",
      says: "manifest-unknown",
      pull: "always",
    }),
    head({ id: "bk.solve.ref", starts: "failed to solve: {ref}: " }),
    head({ id: "bk.solve", starts: "failed to solve: " }),
    head({ id: "bk.frontend", starts: "failed to solve with frontend {token}: " }),
    head({ id: "bk.llb", starts: "failed to create LLB definition: " }),
    head({ id: "bk.cache-key", starts: "failed to compute cache key: " }),
    head({ id: "bk.load-cache", starts: "failed to load cache key: " }),
    head({
      id: "bk.metadata",
      starts: "failed to {fetch metadata|resolve source metadata} for {ref}: ",
      pull: "always",
    }),
    head({
      id: "bk.own",
      starts:
        '{failed to calculate checksum of ref|failed to read dockerfile|process "|dockerfile parse error|executor failed running|failed to walk|cannot copy to|failed to load build context|failed to parse dockerfile}',
      says: "not-image-pull",
      elsewhere: true,
      only: [],
    }),
    head({ id: "bk.step", starts: "ERROR: ", pull: "never" }),
  ],
});
