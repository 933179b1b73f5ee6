// Every pull secret in reach: what it is for, when it ends, who uses it and through what, and what it was seen to open.
// Pure: the same gathered objects and the same answers, the same review.

import { answersTo, asSecret, podAnswer } from "../../causes/asked.js";
import { lifetimeOf } from "../../causes/credentials-expired/lifetimes.js";
import type { Scene } from "../../causes/define.js";
import { causeById } from "../../causes/index.js";
import type { Pod, PullSecret, RegistryEntry } from "../../model/objects.js";
import type { ImageProbe, Probes } from "../../model/probe.js";
import type { Pull } from "../../model/pull.js";
import type {
  LatentFailure,
  ReviewedEntry,
  ReviewedSecret,
  SecretReview,
  SecretUser,
  Trial,
} from "../../model/secret-review.js";
import { userKind } from "../../model/user-kind.js";
import { version } from "../../model/version.js";
import { subjectOf } from "../workloads.js";
import { remarksOn } from "./remarks.js";
import { type SecretUse, secretKey, type Uses, usesOf } from "./users.js";

const hourMs = 3_600_000;
const trialsShown = 5;

export interface Reviewable {
  readonly scene: Scene;
  /** Every container's image, whether it runs or not. */
  readonly pulls: readonly Pull[];
  readonly standsFor: ReadonlyMap<Pod, number>;
}

export function reviewSecrets(of: Reviewable, probes: Probes | undefined): SecretReview {
  const scene: Scene = probes === undefined ? of.scene : { ...of.scene, probes };
  const { snapshot } = scene;
  const uses = usesOf(of.pulls, of.standsFor, scene);
  const secrets = [
    ...snapshot.secrets.map((secret) => reviewed(secret, uses, scene)),
    ...missingSecrets(uses, scene),
  ];
  return {
    version,
    ...(snapshot.cluster === undefined ? {} : { cluster: snapshot.cluster }),
    at: snapshot.at,
    secrets: secrets.sort((a, b) => (secretKey(a) < secretKey(b) ? -1 : 1)),
    latent: latentFailures(of.pulls, scene),
    complete: snapshot.unread.every(({ isMinor }) => isMinor),
    notRead: snapshot.unread.map(({ what, namespace, why }) => ({
      what: namespace === undefined ? what : `${what} in ${namespace}`,
      why,
    })),
    podsLookedAt: snapshot.podsLookedAt,
    ...(probes === undefined
      ? {}
      : { registries: { from: probes.from, requests: probes.requests, left: probes.left } }),
  };
}

function reviewed(secret: PullSecret, uses: Uses, scene: Scene): ReviewedSecret {
  const { namespace, name, type, keptBy } = secret;
  const own = uses.get(secretKey(secret)) ?? [];
  const entries = secret.entries.map((entry) => reviewedEntry(secret, entry, own, scene));
  const accounts = scene.snapshot.serviceAccounts
    .filter((one) => one.namespace === namespace && one.pullSecrets.includes(name))
    .map((one) => one.name);
  return {
    namespace,
    name,
    type,
    entries,
    users: usersOf(own),
    pods: podsOf(own),
    ...(keptBy === undefined ? {} : { keptBy }),
    remarks: remarksOn({
      secret,
      entries,
      uses: own,
      accounts,
      neighbours: scene.secretsIn(namespace).items,
      shadows: shadowsOf(secret, own, scene),
      now: scene.now,
    }),
  };
}

function reviewedEntry(
  secret: PullSecret,
  entry: RegistryEntry,
  uses: readonly SecretUse[],
  scene: Scene,
): ReviewedEntry {
  const { key, username } = entry;
  const meant = uses.filter(({ pull }) => scene.opens(secret, pull).some((one) => one.key === key));
  const trials = answersTo(asSecret(secret, { ...entry, secretIndex: 0 }), scene).map(trialOf);
  const order = { refused: 0, opens: 1, "image-missing": 2, unknown: 3 } as const;
  return {
    key,
    username,
    kind: userKind(entry),
    ...endOf(secret, entry),
    images: new Set(meant.map(({ pull }) => pull.image)).size,
    tried: trials.sort((a, b) => order[a.is] - order[b.is]).slice(0, trialsShown),
  };
}

/** Its own date where it carries one, else the longest life of its kind from when it was last written, where that is known. */
function endOf(
  secret: PullSecret,
  { key, username }: RegistryEntry,
): Pick<ReviewedEntry, "endsAt" | "endsBy"> {
  const at = secret.notes.find((note) => note.is === "expires" && note.key === key)?.at;
  if (at !== undefined) return { endsAt: at };
  const life = lifetimeOf(username);
  const written = secret.writtenAt;
  if (life === undefined || written === undefined) return {};
  return {
    endsAt: new Date(written.getTime() + life.atMostHours * hourMs),
    endsBy: `${life.what} lives at most ${life.atMostHours} h`,
  };
}

function trialOf({ registry, repository, reference, answer, evidence }: ImageProbe): Trial {
  const image = `${registry}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
  switch (answer.is) {
    case "there":
      return { image, is: "opens", evidence };
    case "no": {
      const isRefusal = answer.cause === "access-denied" || answer.cause.startsWith("credentials-");
      const isMissing = answer.cause.endsWith("-not-found");
      return { image, is: isRefusal ? "refused" : isMissing ? "image-missing" : "unknown", evidence };
    }
    default:
      return { image, is: "unknown", evidence };
  }
}

/** Named by a pod or an account, and not there; only where all secrets of the namespace could be read. */
function missingSecrets(uses: Uses, scene: Scene): readonly ReviewedSecret[] {
  const { snapshot } = scene;
  const known = new Set(snapshot.secrets.map(secretKey));
  const named = new Map<string, { readonly namespace: string; readonly name: string; by: string[] }>();
  const name = (namespace: string, secret: string, by: string): void => {
    const key = secretKey({ namespace, name: secret });
    if (secret === "" || known.has(key) || !isReadable(namespace, scene)) return;
    const entry = named.get(key) ?? { namespace, name: secret, by: [] };
    if (!entry.by.includes(by)) entry.by.push(by);
    named.set(key, entry);
  };
  for (const account of snapshot.serviceAccounts)
    for (const secret of account.pullSecrets)
      name(account.namespace, secret, `ServiceAccount ${account.name}`);
  for (const used of uses.values()) {
    for (const { pull, user } of used)
      for (const secret of pull.pod.pullSecrets)
        name(pull.pod.namespace, secret, `${user.kind} ${user.name}`);
  }
  return [...named].map(([key, one]) => ({
    namespace: one.namespace,
    name: one.name,
    entries: [],
    users: usersOf(uses.get(key) ?? []),
    pods: podsOf(uses.get(key) ?? []),
    remarks: [
      {
        is: "missing",
        grade: uses.has(key) ? "problem" : "warning",
        text: `${one.by.slice(0, 3).join(", ")} names it, and it is not there`,
      },
    ],
  }));
}

const isReadable = (namespace: string, scene: Scene): boolean =>
  scene.secretsIn(namespace).known &&
  !scene.snapshot.unread.some((one) => one.what === "secrets" && one.namespace === namespace);

/** For each registry key, the secret whose entry is tried before it by the same pods. */
function shadowsOf(
  secret: PullSecret,
  uses: readonly SecretUse[],
  scene: Scene,
): ReadonlyMap<string, string> {
  const shadows = new Map<string, string>();
  for (const { pull } of uses) {
    const { credentials } = scene.keyring(pull);
    const [first] = credentials;
    if (first === undefined || first.secretName === secret.name) continue;
    for (const one of credentials) if (one.secretName === secret.name) shadows.set(one.key, first.secretName);
  }
  return shadows;
}

/** Pods that run, and whose image their own credentials would not get again. */
function latentFailures(pulls: readonly Pull[], scene: Scene): readonly LatentFailure[] {
  const found = new Map<string, LatentFailure>();
  for (const pull of pulls) {
    if (pull.container?.state?.is !== "running") continue;
    const answer = podAnswer(pull, scene);
    if (answer === undefined || !answer.isPods || answer.probe.answer.is !== "no") continue;
    const { cause } = answer.probe.answer;
    if (!isLasting(cause)) continue;
    const { kind, namespace, name } = subjectOf(pull);
    found.set(`${kind} ${namespace}/${name} ${pull.image}`, {
      namespace,
      kind,
      name,
      image: pull.image,
      cause,
      why: causeById.get(cause)?.title ?? cause,
      evidence: answer.probe.evidence,
    });
  }
  return [...found.values()];
}

/** A registry that is down now will be up again; a name or a login that is wrong stays so. */
const isLasting = (cause: string): boolean =>
  cause === "access-denied" || cause.startsWith("credentials-") || cause.endsWith("-not-found");

function usersOf(uses: readonly SecretUse[]): readonly SecretUser[] {
  return [
    ...new Map(uses.map(({ user }) => [`${user.kind} ${user.name} ${user.account ?? ""}`, user])).values(),
  ];
}

const podsOf = (uses: readonly SecretUse[]): number =>
  [...new Map(uses.map(({ pull, pods }) => [pull.pod, pods])).values()].reduce((sum, pods) => sum + pods, 0);
