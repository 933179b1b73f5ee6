// Asked for by digest, and the repository does not serve that digest.

import type { Pull } from "../../model/pull.js";
import { askForImage } from "../ask.js";
import { setImage } from "../commands.js";
import { type Cause, defineCause, type Scene } from "../define.js";
import { rollBack } from "../last-good.js";
import { registryOf } from "../seen.js";

const cause: Cause = defineCause({
  id: "digest-not-found",
  title: "digest does not exist in the repository",
  summary: "The image is asked for by digest, and the repository does not serve a manifest with that digest.",
  area: "reference",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: 'failed to resolve reference "…@sha256:…": …@sha256:…: not found' },
    { by: "containerd", text: "failed to resolve image: …@sha256:…: not found" },
    { by: "cri-o", text: "reading manifest sha256:… in …: manifest unknown" },
    { by: "docker", text: "manifest for …@sha256:… not found: manifest unknown" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the image is asked for by tag" },
    {
      from: "repository-not-found",
      how: "there the repository is missing too; many registries say the same",
    },
    { from: "blob-missing", how: "there the manifest is served and a layer or config is not" },
  ],
  mend: [
    "take the digest from this very repository: each registry, and each rebuild, may have another one",
    "a digest of one platform and that of the whole index differ; both can be pulled while they are kept",
    "when it was deleted, push the image again or deploy a digest that is still there",
    "see which digests are there: `docker manifest inspect <image>:<tag>`",
  ],
  prevent: [
    "keep deployed digests out of the registry's clean-up: most rules delete manifests that have no tag",
    "when images are copied, copy them with their digests: `skopeo copy --all --preserve-digests`",
  ],
  fixes: ["set-image", "roll-back"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],

  tell(pull, scene) {
    const digest = pull.reference?.digest;
    if (digest === undefined) return `${registryOf(pull)} does not serve the digest that is asked for.`;
    const now = answerOfTag(pull, scene);
    const behind =
      now === undefined
        ? ""
        : ` Its tag ${now.tag} is there, with ${now.digest}: the digest was replaced behind it.`;
    return `${registryOf(pull)} was reached and does not serve ${digest} in ${pull.reference?.repository}.${behind}`;
  },

  remedies(pull, scene) {
    const now = answerOfTag(pull, scene);
    const { reference } = pull;
    const renewed =
      now === undefined || reference === undefined
        ? []
        : [setImage(pull, `${reference.registry}/${reference.repository}:${now.tag}@${now.digest}`)];
    return [...renewed, ...rollBack(pull, scene)];
  },

  settle: (pull) => askForImage(pull),
});

/** The tag that stands beside the digest, when it answers with another one. */
function answerOfTag(
  pull: Pull,
  scene: Scene,
): { readonly tag: string; readonly digest: string } | undefined {
  const { reference } = pull;
  if (reference?.tag === undefined || reference.digest === undefined) return undefined;
  const { registry, repository, tag } = reference;
  for (const { answer, ...one } of scene.probes?.images ?? []) {
    const isTag = one.registry === registry && one.repository === repository && one.reference === tag;
    if (isTag && answer.is === "there" && answer.digest !== undefined && answer.digest !== reference.digest)
      return { tag, digest: answer.digest };
  }
  return undefined;
}

export default cause;
