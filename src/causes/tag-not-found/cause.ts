// The registry answers and does not have this tag.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { askForTags } from "../ask.js";
import { tagsOf } from "../asked.js";
import { setImage } from "../commands.js";
import { type Cause, defineCause, type Scene } from "../define.js";
import { rollBack } from "../last-good.js";
import { registryOf } from "../seen.js";
import { nearTag } from "./near-tag.js";
import { type SuggestedTag, suggestedTags } from "./suggested.js";

const isKnown = (pull: Pull, scene: Scene): boolean =>
  pull.reference !== undefined &&
  scene.knownRepositories.has(`${pull.reference.registry}/${pull.reference.repository}`);

const cause: Cause = defineCause({
  id: "tag-not-found",
  title: "tag does not exist",
  summary:
    "The registry was reached and does not have this tag. Most registries answer the same when the whole repository is missing.",
  area: "reference",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: 'failed to resolve reference "…": …: not found' },
    { by: "containerd", text: "failed to resolve image: …: not found" },
    { by: "cri-o", text: "reading manifest … in …: manifest unknown" },
    { by: "docker", text: "manifest for … not found: manifest unknown: manifest unknown" },
    { by: "registry", text: "manifest unknown: Requested image not found" },
  ],
  toldApart: [
    {
      from: "repository-not-found",
      how: "there the repository itself is missing; containerd prints the same words for both",
    },
    { from: "digest-not-found", how: "there the image is asked for by digest" },
    {
      from: "platform-mismatch",
      how: "there the tag exists and has nothing for the node's platform: no match for platform in manifest",
    },
    { from: "blob-missing", how: "there the manifest is served and something that it names is not" },
    { from: "registry-retired", how: "there the owner took the tags away or moved them" },
  ],
  mend: [
    "compare the tag with those that the repository has; a tag is case sensitive and `v1.0` is not `1.0`",
    "list them: `skopeo list-tags docker://<registry>/<repository>`; for ECR `aws ecr list-images --repository-name <repository> --region <region>`; Docker Hub shows them at hub.docker.com",
    "a name without a tag means `:latest`, which the repository need not have",
    "see what the cluster asks for: `kubectl -n <namespace> get pod <pod> -o jsonpath='{.spec.containers[*].image}'`",
    "see what the controller asks for: `kubectl -n <namespace> get deployment <name> -o yaml | grep image:`",
    "try the same name by hand: `docker pull <image>`",
    "push the tag, or set one that exists: `kubectl -n <namespace> set image deployment/<name> <container>=<image>:<tag>`",
    "or go back to the revision that ran: `kubectl -n <namespace> rollout undo deployment/<name>`",
  ],
  prevent: [
    "name exact tags or digests in manifests, not latest: a digest (`<image>@sha256:…`) cannot change its meaning",
    "deploy only after the push has succeeded, with the tag that the push printed",
    "keep tags that are deployed out of the registry's clean-up rules",
  ],
  fixes: ["set-image", "roll-back"],
  read: [
    "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests",
  ],

  tell(pull, scene) {
    const { reference } = pull;
    if (reference === undefined)
      return pull.image === ""
        ? `${registryOf(pull)} was reached and does not have the tag that was asked for.`
        : `${registryOf(pull)} does not have the tag that ${pull.image} names.`;
    const tag = reference.tag ?? "latest";
    const untagged =
      reference.tag === undefined || !pull.image.includes(`:${tag}`)
        ? " (the name has no tag, so latest is meant)"
        : "";
    const repository = isKnown(pull, scene) ? "; the repository itself has been pulled in this cluster" : "";
    const meant = meantBy(pull, scene);
    return `${reference.registry} was reached and has no tag ${tag} in ${reference.repository}${untagged}${repository}.${meant}`;
  },

  remedies(pull, scene) {
    const { reference } = pull;
    if (reference === undefined) return rollBack(pull, scene);
    const withTag = (tag: string): string => `${reference.registry}/${reference.repository}:${tag}`;
    const suggested = suggestedTags(pull, scene).filter(({ isFit }) => isFit);
    const near = nearTag(pull, scene);
    const typo = suggested.find(({ is }) => is === "typo");
    // What runs already is known to be there, unless the registry's own list says otherwise.
    const isNearThere =
      near !== undefined && (suggested.length === 0 || suggested.some(({ tag }) => tag === near));
    const meant = typo?.tag ?? (isNearThere ? near : undefined);
    const other = suggested.find(({ tag }) => tag !== meant);
    return [
      ...(meant === undefined ? [] : [setImage(pull, withTag(meant))]),
      ...rollBack(pull, scene),
      ...(meant === undefined && other !== undefined
        ? [another(setImage(pull, withTag(other.tag)), other)]
        : []),
    ];
  },

  settle: (pull) => askForTags(pull),
});

/** Another version is offered for the reader to decide, and says what it is. */
const another = (remedy: Remedy, { tag, why }: SuggestedTag): Remedy => ({
  ...remedy,
  what: `${remedy.what}; ${tag} ${why}, if that is what is wanted`,
});

/** What was meant, by the registry's list of tags where it gave one, else by what was pulled here. */
function meantBy(pull: Pull, scene: Scene): string {
  const [first, ...others] = suggestedTags(pull, scene);
  const listed = tagsOf(pull, scene);
  if (first !== undefined) {
    const more =
      first.is === "typo" && first.isFit
        ? []
        : others.filter(({ isFit }) => isFit).map((one) => `, ${told(one)}`);
    return ` Of its ${listed?.why}, ${told(first)}${more.join("")}.`;
  }
  if (listed?.tags?.length === 0) return " It has no tag at all.";
  const near = nearTag(pull, scene);
  const shown = listed?.tags === undefined ? "" : ` None of its ${listed.why} is like it.`;
  return near === undefined ? shown : ` Tag ${near}, which reads almost like it, has been pulled here.`;
}

/** `v2.4.1 reads almost like it and is there, for linux/amd64`. */
function told({ tag, why, probe, isFit }: SuggestedTag): string {
  if (probe?.answer.is !== "there") return isFit ? `${tag} ${why}` : `${tag} ${why} and is not given`;
  const { platforms = [], misfits = [] } = probe.answer;
  if (!isFit) return `${tag} ${why}, and has nothing for ${misfits.join(", ")}`;
  return `${tag} ${why} and is there${platforms.length === 0 ? "" : `, for ${platforms.slice(0, 4).join(", ")}`}`;
}

export default cause;
