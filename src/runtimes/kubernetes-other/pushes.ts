// Images on their way to a registry. A push asks the same hosts in the same words, and stops no pod.

import { head } from "../sentence.js";

/** Whatever the registry answers to a push is no answer to a pull. */
const push = { says: "not-image-pull" as const, decides: true, only: [], covers: true };

export const pushes = [
  head({
    id: "other.push",
    starts:
      "{The push refers to repository|push access denied|failed to push|{error|Error} pushing image|checking push permission|error checking push permission|initiating layer upload to|checking whether a blob {digest} exists in}",
    ...push,
  }),
  head({
    id: "other.push.status",
    starts:
      '{unexpected status from {POST|PUT|PATCH} request to {token}/blobs/uploads/|unexpected status from PUT request to|failed commit on ref {"{quoted}"|{token}}: unexpected status}',
    ...push,
  }),
  head({
    id: "other.push.layer",
    starts: '{Post|Put|Patch|POST|PUT|PATCH} {"|}{token}/blobs/uploads/',
    ...push,
  }),
  head({ id: "other.push.manifest", starts: '{Put|PUT} {"|}{token}/manifests/', ...push }),
];
