// The repository is not there; a known one whose name is one slip away is likely the one meant.

import type { Evidence } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { askForRepository } from "../ask.js";
import { imageAnswer } from "../asked.js";
import { setImage } from "../commands.js";
import { type Cause, defineCause, likely, type Scene } from "../define.js";
import { isDenied } from "../denied.js";
import { rollBack } from "../last-good.js";
import { registryOf } from "../seen.js";
import { type Near, nearRepository } from "./near.js";

/** The repository that was meant, where the answer allows that this one is missing. */
function meant(pull: Pull, scene: Scene): Near | undefined {
  const { cause, also } = pull.reading;
  const mayBeMissing =
    cause === "repository-not-found" ||
    cause === "tag-not-found" ||
    (isDenied(pull) && also.includes("repository-not-found"));
  if (!mayBeMissing) return undefined;
  const near = nearRepository(pull, scene);
  return near === undefined || imageAnswer(near.image, scene) === "no" ? undefined : near;
}

const cause: Cause = defineCause({
  id: "repository-not-found",
  title: "repository does not exist",
  summary:
    "The registry has no repository of this name. Some registries say the same of a private one that they do not show.",
  area: "reference",
  stage: "manifest",
  looksLike: [
    {
      by: "containerd",
      text: "pull access denied, repository does not exist or may require authorization: …",
    },
    { by: "docker", text: "repository … not found: does not exist or no pull access" },
    {
      by: "docker",
      text: "pull access denied for …, repository does not exist or may require 'docker login'",
    },
    {
      by: "registry",
      text: "name unknown: The repository with name '…' does not exist in the registry with id '…'",
    },
    { by: "registry", text: "unknown: repository … not found" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the repository exists; containerd prints the same words for both" },
    {
      from: "credentials-missing",
      how: "there the repository is private; Docker Hub, GHCR and Harbor do not say which",
    },
    { from: "access-denied", how: "there the repository is there and the signed-in user may not read it" },
    { from: "wrong-registry", how: "there another registry in use has a repository of this name" },
  ],
  mend: [
    "check the spelling of every part: registry, path, name",
    "a name without a registry means Docker Hub, and one without a path means its official images",
    "look for the image in the registry itself; on ECR: `aws ecr describe-repositories --region <region>`",
    "try the same name by hand: `docker pull <image>`; a private repository needs `docker login` first",
    "see what the cluster asks for: `kubectl -n <namespace> get pod <pod> -o jsonpath='{.spec.containers[*].image}'`",
  ],
  prevent: [
    "copy image names from the output of the push, with the registry",
    "create repositories before the first deployment where the registry does not do so on push, such as ECR",
  ],
  fixes: ["set-image", "roll-back"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],

  judge(pull, scene) {
    // What the registry says for certain needs no guess; the name that was meant is told with it.
    if (pull.reading.cause === "repository-not-found" && pull.reading.verdict === "confirmed")
      return undefined;
    const near = meant(pull, scene);
    return near === undefined
      ? undefined
      : likely(`whether ${registryOf(pull)} has a repository of the name asked for`, seen(near, pull, scene));
  },

  tell(pull, scene) {
    const near = meant(pull, scene);
    const { reference } = pull;
    const asked = reference === undefined ? pull.image : `${reference.registry}/${reference.repository}`;
    if (near === undefined)
      return `${registryOf(pull)} gives no repository ${reference?.repository ?? pull.image}.`;
    const isThere = imageAnswer(near.image, scene) === "there" ? `, and ${near.image} is there` : "";
    return `${registryOf(pull)} gives no repository ${reference?.repository ?? asked}. ${meantBy(near)}${isThere}.`;
  },

  remedies(pull, scene) {
    const near = meant(pull, scene);
    // A name that is only spelt better is not known to exist.
    const corrected = near === undefined || near.by === "word" ? [] : [setImage(pull, near.image)];
    return [...corrected, ...rollBack(pull, scene)];
  },

  settle: (pull) => askForRepository(pull),
});

const meantBy = (near: Near): string =>
  near.by === "word"
    ? `In the name asked for, ${near.why}`
    : `${near.repository} is one slip away and ${near.why}`;

const vantage = {
  pulled: undefined,
  official: "pulldoctor's list of official images",
  word: "pulldoctor's list of common words",
};

const seen = (near: Near, pull: Pull, scene: Scene): Evidence => ({
  source: near.by === "pulled" ? "node" : "rule",
  where: near.repository,
  shows: near.by === "word" ? near.why : `one slip away from ${pull.reference?.repository}, and ${near.why}`,
  from: vantage[near.by] ?? scene.snapshot.from,
});

export default cause;
