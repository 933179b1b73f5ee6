// The registry serves something that this runtime does not take as an image.

import type { Pull } from "../../model/pull.js";
import { askForImage } from "../ask.js";
import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { rollBack } from "../last-good.js";

const isSchema1 = (pull: Pull): boolean =>
  pull.said.some(({ evidence }) =>
    /schema 1|manifest\.v1\+(prettyjws|json)|Image Format v1/i.test(evidence.quote ?? ""),
  );

export default defineCause({
  id: "manifest-unsupported",
  title: "format of the image is not supported",
  summary:
    "What the registry serves under this name is not an image that the runtime takes: the old schema 1, a Helm chart or another artifact, an attestation, or a manifest whose config does not fit its layers.",
  area: "registry",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: "schema 1 image manifests are no longer supported: invalid argument" },
    {
      by: "containerd",
      text: 'not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0, please rebuild the image as …',
    },
    {
      by: "containerd",
      text: "failed to unpack image on snapshotter overlayfs: unexpected media type … for sha256:…: not found",
    },
    { by: "containerd", text: "mismatched image rootfs and manifest layers" },
    { by: "cri-o", text: "unsupported schema version …" },
    {
      by: "docker",
      text: "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. …",
    },
  ],
  toldApart: [
    { from: "platform-mismatch", how: "there it is an image, for other platforms" },
    { from: "intercepted-response", how: "there the media type is text/html: no registry answered" },
    { from: "content-corrupt", how: "there the format is right and the bytes are not" },
  ],
  mend: [
    "see what is there: `docker manifest inspect <image>`, or `skopeo inspect --raw docker://<image>`",
    "schema 1: build or push the image anew with a builder of today; containerd 2.0 takes it only with an environment variable, 2.1 not at all",
    "a chart or artifact: correct the name; the image has another one",
    "an image whose layers do not fit its config has to be built again; some builds go wrong with provenance attestations: `docker buildx build --provenance=false`",
  ],
  prevent: ["before nodes get containerd 2 or Docker 28, look for schema 1 images among those in use"],
  fixes: ["set-image", "roll-back", "tell"],
  read: [
    "https://docs.docker.com/engine/deprecated/",
    "https://github.com/containerd/containerd/blob/main/docs/containerd-2.0.md",
    "https://github.com/opencontainers/image-spec/blob/main/manifest.md",
  ],

  tell(pull) {
    const runtime = pull.node?.runtime === undefined ? "the runtime" : pull.node.runtime.replace("://", " ");
    return isSchema1(pull)
      ? `${pull.image || "The image"} is in the old Docker format (schema 1), which ${runtime} does not take any more. It has to be pushed anew by a builder of today.`
      : `What the registry serves as ${pull.image || "this image"} is not an image that ${runtime} takes: an artifact, a chart, or a manifest that does not fit its config.`;
  },

  remedies: (pull, scene) => [
    ...rollBack(pull, scene),
    tellTeam(
      pull,
      isSchema1(pull)
        ? `build ${pull.image || "the image"} anew: its format, schema 1, is no longer supported`
        : `push an image as ${pull.image || "this name"}, or correct the name`,
    ),
  ],

  settle: (pull) => askForImage(pull),
});
