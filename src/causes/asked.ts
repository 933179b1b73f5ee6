// What registries answered about a pull, for causes: by the credentials that the kubelet would send, and by others.

import type { Evidence } from "../model/evidence.js";
import type { Credential } from "../model/keyring.js";
import type { PullSecret } from "../model/objects.js";
import { type AskedAs, askerKey, type ImageProbe, type Probes, type TagsProbe } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import { type Reference, tryParseReference } from "../model/reference.js";
import { registryFamily, usesNodeIdentity } from "../model/registry-family.js";
import type { Scene } from "./define.js";

export const nobody: AskedAs = { is: "nobody" };

export function asSecret(secret: PullSecret, { key, username }: Credential): AskedAs {
  return { is: "secret", namespace: secret.namespace, secret: secret.name, key, username };
}

/** Who the kubelet would ask as, in its order; nobody where no pull secret matches. */
export function askersOf(
  pull: Pull,
  scene: Scene,
): readonly { readonly as: AskedAs; readonly credential?: Credential }[] {
  const { credentials } = scene.keyring(pull);
  if (credentials.length === 0) return [{ as: nobody }];
  const { namespace } = pull.pod;
  return credentials.map((credential) => {
    const { secretName: secret, key, username } = credential;
    return { as: { is: "secret", namespace, secret, key, username }, credential };
  });
}

/** A digest where there is one: it decides what is pulled. */
export const askedFor = ({ digest, tag }: Reference): string => digest ?? tag ?? "latest";

function probeOf(reference: Reference, as: AskedAs, scene: Scene): ImageProbe | undefined {
  const { probes } = scene;
  if (probes === undefined) return undefined;
  const { registry, repository } = reference;
  return indexOf(probes).byQuestion.get(
    questionKey({ registry, repository, reference: askedFor(reference), as }),
  );
}

/** What one entry of a secret, or nobody, was answered. */
export function answersTo(as: AskedAs, scene: Scene): readonly ImageProbe[] {
  return scene.probes === undefined ? [] : (indexOf(scene.probes).byAsker.get(askerKey(as)) ?? []);
}

interface Index {
  readonly byQuestion: ReadonlyMap<string, ImageProbe>;
  readonly byAsker: ReadonlyMap<string, readonly ImageProbe[]>;
}

// Thousands of pulls ask about thousands of answers: those are sorted once. Answers never change.
const indexes = new WeakMap<Probes, Index>();

function indexOf(probes: Probes): Index {
  const known = indexes.get(probes);
  if (known !== undefined) return known;
  const byQuestion = new Map<string, ImageProbe>();
  const byAsker = new Map<string, ImageProbe[]>();
  for (const one of probes.images) {
    const key = questionKey(one);
    if (!byQuestion.has(key)) byQuestion.set(key, one);
    const asker = askerKey(one.as);
    const answers = byAsker.get(asker);
    if (answers === undefined) byAsker.set(asker, [one]);
    else answers.push(one);
  }
  const index = { byQuestion, byAsker };
  indexes.set(probes, index);
  return index;
}

const questionKey = (one: Pick<ImageProbe, "registry" | "repository" | "reference" | "as">): string =>
  `${one.registry}/${one.repository} ${one.reference} ${askerKey(one.as)}`;

export interface PodAnswer {
  readonly probe: ImageProbe;
  /** False when the node may send credentials that are not known here. */
  readonly isPods: boolean;
}

/** What the pod's own credentials get: the first that opens the image, else the last one's refusal. */
export function podAnswer(pull: Pull, scene: Scene): PodAnswer | undefined {
  const { reference } = pull;
  if (reference === undefined || scene.probes === undefined) return undefined;
  const probes = askersOf(pull, scene).flatMap(({ as }) => probeOf(reference, as, scene) ?? []);
  const probe = probes.find(({ answer }) => answer.is === "there") ?? probes.at(-1);
  if (probe === undefined) return undefined;
  const keyring = scene.keyring(pull);
  const mayBeNodes = probe.as.is === "nobody" && usesNodeIdentity.has(registryFamily(reference.registry));
  return { probe, isPods: keyring.known && !mayBeNodes };
}

/** The list of tags that was given for this repository, to whomever. */
export function tagsOf(pull: Pull, scene: Scene): TagsProbe | undefined {
  const { reference } = pull;
  const probes = scene.probes?.tags.filter(
    ({ registry, repository }) => registry === reference?.registry && repository === reference.repository,
  );
  return probes?.find(({ tags }) => tags !== undefined) ?? probes?.[0];
}

/** What shows that the repository is there: an image or a list of tags that somebody was given. */
export function showsRepository(pull: Pull, scene: Scene): Evidence | undefined {
  const { reference } = pull;
  const listed = tagsOf(pull, scene);
  if ((listed?.tags?.length ?? 0) > 0) return listed?.evidence;
  return scene.probes?.images.find(
    ({ registry, repository, answer }) =>
      registry === reference?.registry && repository === reference.repository && answer.is === "there",
  )?.evidence;
}

/** What a secret that the pod does not use gets for its image: the best of its entries. Undefined: not asked. */
export function secretAnswer(secret: PullSecret, pull: Pull, scene: Scene): ImageProbe | undefined {
  const { reference } = pull;
  if (reference === undefined) return undefined;
  const probes = scene
    .opens(secret, pull)
    .flatMap((credential) => probeOf(reference, asSecret(secret, credential), scene) ?? []);
  return probes.find(({ answer }) => answer.is === "there") ?? probes.at(-1);
}

/** `robot$ci (secret regcred)`, or `nobody`. */
export const askerText = (as: AskedAs): string =>
  as.is === "nobody" ? "nobody" : `${as.username || "a user without a name"} (secret ${as.secret})`;

/** Whether an image is there for whoever asked: `there` when somebody was given it, `no` when nobody was who could tell. */
export function imageAnswer(image: string, scene: Scene): "there" | "no" | undefined {
  const parsed = tryParseReference(image);
  if (!parsed.ok) return undefined;
  const { registry, repository } = parsed.reference;
  const answers = (scene.probes?.images ?? []).filter(
    (one) =>
      one.registry === registry &&
      one.repository === repository &&
      one.reference === askedFor(parsed.reference),
  );
  if (answers.some(({ answer }) => answer.is === "there")) return "there";
  const isGone = answers.some(
    ({ answer }) =>
      answer.is === "no" && (answer.cause === "tag-not-found" || answer.cause === "digest-not-found"),
  );
  return isGone ? "no" : undefined;
}
