// The manifest is served, and a layer or config that it names is not.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { rollBack } from "../last-good.js";
import { registryOf } from "../seen.js";

const blobOf = (pull: Pull): string | undefined =>
  /content descriptor (sha256:[0-9a-f]{64})|blob (sha256:[0-9a-f]{64})/
    .exec((pull.said[0]?.evidence.quote ?? "").replace(/\s+/g, " "))
    ?.slice(1)
    .find((digest) => digest !== undefined);

export default defineCause({
  id: "blob-missing",
  title: "part of the image is missing at the registry",
  summary:
    "The registry serves the manifest and does not have a layer or config that it names. The image was pushed in part, cleaned up in part, or copied without its layers.",
  area: "registry",
  stage: "blob",
  looksLike: [
    {
      by: "containerd",
      text: "failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:… (…) from remote: not found",
    },
    {
      by: "cri-o",
      text: "reading blob sha256:…: fetching blob: invalid status code from registry 404 (Not Found)",
    },
    { by: "docker", text: "blob unknown: blob unknown to registry" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the manifest itself is missing" },
    { from: "content-corrupt", how: "there the layer comes, with other bytes" },
  ],
  mend: [
    "push the image again from where it was built; only what is missing is sent: `docker push <image>`",
    "or copy it anew, whole: `skopeo copy --all docker://<from> docker://<image>`",
    "for a pull-through cache or replica, let it fetch the image again, or pull from the origin",
    "when your own registry ran its garbage collection while something was pushed, that is how it happens: run it read-only",
  ],
  prevent: [
    "run the registry's garbage collection in read-only mode",
    "copy images with a tool that checks: skopeo, crane",
  ],
  fixes: ["roll-back", "tell"],
  read: ["https://distribution.github.io/distribution/about/garbage-collection/"],

  tell(pull) {
    const blob = blobOf(pull);
    return `${registryOf(pull)} has the manifest of ${pull.image || "the image"} and not ${blob === undefined ? "everything that it names" : `its part ${blob}`}.`;
  },

  remedies: (pull, scene) => [
    ...rollBack(pull, scene),
    tellTeam(
      pull,
      `push ${pull.image || "the image"} to ${registryOf(pull)} again: a part of it is missing there`,
    ),
  ],
});
