// The image's name cannot be parsed; no registry is asked.

import { setImage } from "../commands.js";
import { type Cause, defineCause } from "../define.js";
import { rollBack } from "../last-good.js";
import { validName } from "./valid-name.js";

const cause: Cause = defineCause({
  id: "invalid-reference",
  title: "image name is not a valid reference",
  summary: "The image's name does not follow the grammar of image references, so no registry is asked.",
  area: "reference",
  stage: "reference",
  looksLike: [
    {
      by: "kubelet",
      text: 'Failed to apply default image tag "…": couldn\'t parse image reference "…": invalid reference format',
    },
    {
      by: "kubelet",
      text: 'Failed to apply default image tag "…": couldn\'t parse image name "…": invalid reference format',
    },
    {
      by: "containerd",
      text: 'failed to parse image reference "…": invalid reference format: repository name (…) must be lowercase',
    },
    { by: "cri-o", text: "Invalid source name docker://…: invalid reference format" },
    { by: "docker", text: "invalid reference format: repository name (…) must be lowercase" },
    { by: "kubectl", text: "InvalidImageName" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the name is valid and a registry was asked" },
    {
      from: "short-name-unresolved",
      how: "there the name is valid and has no registry, and the runtime does not fill one in",
    },
  ],
  mend: [
    "write the name as `registry/path/name:tag`, lower case but for the tag",
    "take out what is not part of it: `https://`, spaces, a second tag, `//`, an empty tag",
    `look for a template that was not filled in: \`\${…}\`, \`{{ … }}\`, \`<…>\``,
    "see the name as the cluster has it: `kubectl -n <namespace> get pod <pod> -o jsonpath='{.spec.containers[*].image}'`",
  ],
  prevent: ["render manifests in CI and check that every image parses before they are applied"],
  fixes: ["set-image", "roll-back"],
  read: [
    "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    "https://pkg.go.dev/github.com/distribution/reference",
  ],

  tell(pull) {
    const why = pull.referenceError === undefined ? "" : `: ${pull.referenceError}`;
    return `${JSON.stringify(pull.image)} is not a valid image reference${why}. No registry was asked.`;
  },

  remedies(pull, scene) {
    const valid = validName(pull.image);
    return [...(valid === undefined ? [] : [setImage(pull, valid)]), ...rollBack(pull, scene)];
  },
});

export default cause;
