// Which questions to registries would tell more about a pull than what is known so far? Pure: the same scene, the same
// questions. Asked again with the answers in the scene, until nothing new is worth asking.

import { askedFor, askersOf, asSecret, podAnswer, tagsOf } from "../causes/asked.js";
import type { Scene } from "../causes/define.js";
import { lastGood } from "../causes/last-good.js";
import { nearRepository } from "../causes/repository-not-found/near.js";
import { suggestedTags } from "../causes/tag-not-found/suggested.js";
import { namesakesOf } from "../causes/wrong-registry/namesakes.js";
import { type Credential, matchCredentials } from "../model/keyring.js";
import type { ClusterNode } from "../model/objects.js";
import { type AskedAs, askerKey } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import { type Reference, tryParseReference } from "../model/reference.js";
import { type RegistryFamily, registryFamily } from "../model/registry-family.js";
import type { Platform } from "../registry/media.js";
import type { Judgement } from "./judge.js";

export interface Question {
  readonly is: "image" | "tags";
  readonly reference: Reference;
  readonly as: AskedAs;
  /** Absent: nobody asks. */
  readonly credential?: Credential;
  /** `full` also tells which platforms there are and whether its content is served. */
  readonly depth: "quick" | "full";
  /** The platforms that it has to fit. */
  readonly nodes: readonly Platform[];
  /** How the registry behaves, by its name and the users it is asked as. */
  readonly family: RegistryFamily;
}

type Draft = Pick<Question, "is" | "reference" | "as" | "credential" | "depth">;

const mostSecrets = 3;
const mostNames = 3;

/** Causes that no registry can tell anything about. */
const ofNoRegistry: ReadonlySet<string> = new Set([
  "invalid-reference",
  "image-not-present",
  "short-name-unresolved",
  "disk-full",
  "runtime-unavailable",
  "kubelet-throttled",
  "pull-cancelled",
]);

/** In the order in which they are worth asking; those that were answered are left out. */
export function questionsFor(judgement: Judgement, scene: Scene): readonly Question[] {
  const { pull, cause } = judgement;
  const { reference } = pull;
  if (reference === undefined || pull.state === "ended" || pull.reason === "ErrImageNeverPull") return [];
  if (pull.state === "starts-wrong" && cause?.id !== "platform-mismatch") return [];
  if (cause !== undefined && ofNoRegistry.has(cause.id)) return [];
  const depth = cause?.id === "platform-mismatch" ? "full" : "quick";
  const own = askersOf(pull, scene).map((asker): Draft => ({ is: "image", reference, depth, ...asker }));
  const nodes = platformsOf(pull, scene);
  return [...own, ...furtherQuestions(pull, scene)]
    .filter((draft) => !isAnswered(draft, scene))
    .map((draft) => ({ ...draft, nodes, family: familyOf(draft, pull, scene) }));
}

/** A name for each question: two pulls that ask the same ask once. */
export const questionKey = ({ is, reference, as }: Draft): string =>
  [is, reference.registry, reference.repository, is === "tags" ? "" : askedFor(reference), askerKey(as)].join(
    " ",
  );

function isAnswered({ is, reference, as }: Draft, scene: Scene): boolean {
  const { registry, repository } = reference;
  const list = is === "image" ? scene.probes?.images : scene.probes?.tags;
  return (list ?? []).some(
    (one) =>
      one.registry === registry &&
      one.repository === repository &&
      (!("reference" in one) || one.reference === askedFor(reference)) &&
      askerKey(one.as) === askerKey(as),
  );
}

/** The node's own platform; those of all nodes while the pod has none. */
function platformsOf(pull: Pull, scene: Scene): readonly Platform[] {
  const nodes = pull.node === undefined ? scene.snapshot.nodes : [pull.node];
  const platforms = nodes.flatMap(({ os = "linux", architecture }: ClusterNode) =>
    architecture === undefined ? [] : [{ os, architecture }],
  );
  return [...new Map(platforms.map((one) => [`${one.os}/${one.architecture}`, one])).values()];
}

function familyOf({ reference, as }: Draft, pull: Pull, scene: Scene): RegistryFamily {
  if (reference.registry === pull.reference?.registry) {
    const users = scene.allSecrets.items.flatMap(({ entries }) =>
      entries.flatMap(({ key, username }) => (key.includes(reference.registry) ? [username] : [])),
    );
    const own = scene.family(pull);
    return own === "other" ? registryFamily(reference.registry, users) : own;
  }
  return registryFamily(reference.registry, as.is === "nobody" ? [] : [as.username]);
}

/** What the answer to the pod's own credentials makes worth asking. */
function furtherQuestions(pull: Pull, scene: Scene): readonly Draft[] {
  const answer = podAnswer(pull, scene)?.probe.answer;
  if (answer === undefined || answer.is === "there") return [];
  if (answer.is !== "no") return otherImage(pull, scene);
  const told = new Set([answer.cause, ...answer.also]);
  // Some registries answer strangers that what they may not see is not there.
  const isHidden = answer.cause.endsWith("-not-found") && scene.keyring(pull).credentials.length === 0;
  const isOfRegistry = answer.cause === "rate-limited" || answer.cause.startsWith("registry-");
  return [
    ...(isRefused(answer.cause) || isHidden ? otherSecrets(pull, scene) : []),
    ...(told.has("tag-not-found") || told.has("digest-not-found") ? missingTag(pull, scene) : []),
    ...(told.has("repository-not-found") ? otherNames(pull, scene) : []),
    ...(isOfRegistry ? otherImage(pull, scene) : []),
  ];
}

const isRefused = (cause: string): boolean => cause === "access-denied" || cause.startsWith("credentials-");

/** Secrets that the pod could use and does not: of its namespace, else of others. */
function otherSecrets(pull: Pull, scene: Scene): readonly Draft[] {
  const { reference, pod } = pull;
  if (reference === undefined) return [];
  const fitting = scene.allSecrets.items.filter((secret) => scene.opens(secret, pull).length > 0);
  const here = fitting.filter(
    ({ namespace, name }) => namespace === pod.namespace && !pod.pullSecrets.includes(name),
  );
  const there = fitting.filter(({ namespace }) => namespace !== pod.namespace);
  return (here.length > 0 ? here : there).slice(0, mostSecrets).flatMap((secret) =>
    scene.opens(secret, pull).map(
      (credential): Draft => ({
        is: "image",
        reference,
        depth: "quick",
        as: asSecret(secret, credential),
        credential,
      }),
    ),
  );
}

/** The list of tags, whether the last good image is still there, and whether what would be offered fits the nodes. */
function missingTag(pull: Pull, scene: Scene): readonly Draft[] {
  const { reference, workload } = pull;
  if (reference === undefined) return [];
  const { registry, repository, digest, tag } = reference;
  const good = workload === undefined ? undefined : lastGood(pull, workload, scene)?.image;
  const offered = suggestedTags(pull, scene).find(({ isFit }) => isFit);
  return [
    ...(tagsOf(pull, scene) === undefined ? asked(pull, scene, reference, "tags") : []),
    ...(good === undefined ? [] : named(pull, scene, good, "quick")),
    ...(digest === undefined || tag === undefined
      ? []
      : named(pull, scene, `${registry}/${repository}:${tag}`, "quick")),
    ...(offered === undefined ? [] : listedTag(pull, scene, `${registry}/${repository}:${offered.tag}`)),
  ];
}

/** A tag of the list, asked for as whoever was given the list. */
function listedTag(pull: Pull, scene: Scene, image: string): readonly Draft[] {
  const parsed = tryParseReference(image);
  const as = tagsOf(pull, scene)?.as;
  if (!parsed.ok || as === undefined) return [];
  const asker = askersOf(pull, scene).find((one) => askerKey(one.as) === askerKey(as));
  if (asker === undefined && as.is !== "nobody") return named(pull, scene, image, "full");
  return [{ is: "image", reference: parsed.reference, depth: "full", ...(asker ?? { as }) }];
}

/** The name that was meant, and the same name where else the cluster pulls from. */
function otherNames(pull: Pull, scene: Scene): readonly Draft[] {
  const near = nearRepository(pull, scene);
  const names = [
    ...(near === undefined || near.by === "word" ? [] : [near.image]),
    ...namesakesOf(pull, scene).map(({ image }) => image),
  ];
  return names.slice(0, mostNames).flatMap((image) => named(pull, scene, image, "quick"));
}

/** Is it this image, or the whole registry? Another one that the cluster pulled from there. */
function otherImage(pull: Pull, scene: Scene): readonly Draft[] {
  const other = scene.working.find(
    ({ pull: good }) => good.reference?.registry === pull.reference?.registry && good.image !== pull.image,
  )?.pull;
  return other?.reference === undefined ? [] : asked(other, scene, other.reference, "image");
}

/** As whoever was answered for this pull. */
function asked(pull: Pull, scene: Scene, reference: Reference, is: Draft["is"]): readonly Draft[] {
  const whose = podAnswer(pull, scene)?.probe.as;
  const askers = askersOf(pull, scene);
  const asker = askers.find(({ as }) => whose !== undefined && askerKey(as) === askerKey(whose)) ?? askers[0];
  return asker === undefined ? [] : [{ is, reference, depth: "quick", ...asker }];
}

/** Another image, with what the pod's secrets hold for it, else those of its namespace; nobody where none does. */
function named(pull: Pull, scene: Scene, image: string, depth: Draft["depth"]): readonly Draft[] {
  const parsed = tryParseReference(image);
  if (!parsed.ok) return [];
  const { reference } = parsed;
  const own = scene.keyring(pull).named.flatMap(({ secret }) => secret ?? []);
  const others = scene.secretsIn(pull.pod.namespace).items;
  for (const secrets of [own, others]) {
    const [credential] = matchCredentials(reference, secrets);
    const secret = credential === undefined ? undefined : secrets[credential.secretIndex];
    if (credential !== undefined && secret !== undefined)
      return [{ is: "image", reference, depth, as: asSecret(secret, credential), credential }];
  }
  return [{ is: "image", reference, depth, as: { is: "nobody" } }];
}
