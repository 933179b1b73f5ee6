// The name leads to one registry, and the cluster pulls that very repository from another.

import type { Evidence } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import { askForImage } from "../ask.js";
import { setImage } from "../commands.js";
import { type Cause, defineCause, likely, type Scene } from "../define.js";
import { isDenied } from "../denied.js";
import { saidCause } from "../said.js";
import { namesakeThere } from "./namesakes.js";

interface Elsewhere {
  readonly image: string;
  readonly registry: string;
  readonly where: string;
  /** Set when it was asked for and is there. */
  readonly evidence?: Evidence;
}

/**
 * The same repository at another registry in use, for an image that this registry does not give.
 * Credentials for this registry say that it is meant.
 */
function elsewhere(pull: Pull, scene: Scene): Elsewhere | undefined {
  const { reference, reading } = pull;
  if (reference === undefined) return undefined;
  const isMissing = reading.cause === "repository-not-found" || reading.cause === "tag-not-found";
  if (!isMissing && !isDenied(pull)) return undefined;
  if (scene.knownRepositories.has(`${reference.registry}/${reference.repository}`)) return undefined;
  if (scene.keyring(pull).credentials.length > 0) return undefined;
  const { registry } = reference;
  const name =
    registry === "docker.io" ? reference.repository.replace(/^library\//, "") : reference.repository;
  const tag = reference.tag ?? "latest";
  const there = namesakeThere(pull, scene);
  if (there !== undefined) {
    const { image, probe } = there;
    return { image, registry: there.registry, where: probe.evidence.where, evidence: probe.evidence };
  }
  const twins = imagesInUse(scene).flatMap(({ image, where }): Elsewhere[] => {
    const parsed = tryParseReference(image);
    if (!parsed.ok) return [];
    const other = parsed.reference;
    if (other.registry === registry) return [];
    // One word alone, such as "web", is shared by many; a whole path is not.
    const isTwin = other.repository === name && (name.includes("/") || other.tag === tag);
    const isTail = other.repository.endsWith(`/${name}`) && other.tag === tag;
    if (!isTwin && !isTail) return [];
    // Where the registry knows the name and only lacks the tag, another one must have that very tag.
    if (reading.cause === "tag-not-found" && other.tag !== tag) return [];
    return [{ image: `${other.registry}/${other.repository}:${tag}`, registry: other.registry, where }];
  });
  return twins[0];
}

function imagesInUse(scene: Scene): readonly { readonly image: string; readonly where: string }[] {
  return [
    ...scene.working.map(({ pull: good }) => ({
      image: good.image,
      where: `pod/${good.pod.name} in ${good.pod.namespace}`,
    })),
    ...scene.snapshot.nodes.flatMap((node) =>
      node.images.flatMap(({ names }) => names.map((image) => ({ image, where: `node ${node.name}` }))),
    ),
  ];
}

const cause: Cause = defineCause({
  id: "wrong-registry",
  title: "image is asked of the wrong registry",
  summary:
    "The name leads to a registry that does not give this repository, while the cluster pulls a repository of the same name from another one.",
  area: "reference",
  parent: saidCause,
  looksLike: [
    { by: "containerd", text: 'failed to resolve reference "docker.io/library/…": pull access denied, …' },
  ],
  toldApart: [
    { from: "repository-not-found", how: "there no other registry in use has a repository of that name" },
    { from: "credentials-missing", how: "there the registry is the right one and wants to know who asks" },
    {
      from: "registry-retired",
      how: "there the owner moved the image, and every cluster that uses the old name fails",
    },
  ],
  mend: [
    "write the whole name, registry first: a name without a registry means Docker Hub",
    "an image pushed to ECR, ACR or Artifact Registry has to be named with that registry: `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`, not `<repository>:<tag>`",
    "for ECR check account and region in the host name: `aws ecr describe-repositories --repository-names <repository> --region <region> --query 'repositories[0].repositoryUri'`",
  ],
  prevent: ["always write the registry in manifests, also for Docker Hub"],
  fixes: ["set-image"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],

  judge(pull, scene) {
    const found = elsewhere(pull, scene);
    if (found === undefined) return undefined;
    if (found.evidence !== undefined) return likely("which of the two registries is meant", found.evidence);
    return likely(`whether ${found.registry} has ${found.image}`, {
      source: found.where.startsWith("node ") ? "node" : "pod",
      where: found.where,
      shows: `a repository of this name is in use from ${found.registry}`,
      from: scene.snapshot.from,
    });
  },

  tell(pull, scene) {
    const found = elsewhere(pull, scene);
    const filledIn = pull.image.startsWith(`${pull.reference?.registry}/`)
      ? ""
      : " (the name has no registry, so Docker Hub is meant)";
    if (found?.evidence !== undefined)
      return `${pull.image} is asked of ${pull.reference?.registry}${filledIn}, which does not give it. ${found.registry} has ${found.image}.`;
    return `${pull.image} is asked of ${pull.reference?.registry}${filledIn}. ${found?.where} has a repository of this name from ${found?.registry}.`;
  },

  remedies(pull, scene) {
    const found = elsewhere(pull, scene);
    return found === undefined ? [] : [setImage(pull, found.image)];
  },

  settle: (pull, scene) => {
    const image = elsewhere(pull, scene)?.image;
    const parsed = image === undefined ? undefined : tryParseReference(image);
    return image === undefined || !parsed?.ok
      ? []
      : askForImage({ ...pull, image, reference: parsed.reference });
  },
});

export default cause;
