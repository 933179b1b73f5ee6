// A message often leaves several causes open. What the cluster itself shows (which credentials
// would be sent, which repositories are known to exist) strikes some of them out.

import type { Scene } from "../causes/define.js";
import { isDenied, saysBoth } from "../causes/denied.js";
import type { Pull } from "../model/pull.js";
import type { MessageCause } from "../model/reading.js";
import { familyTitles } from "../model/registry-family.js";

export interface Narrowed {
  /** Absent: at least two causes remain and nothing tells them apart. */
  readonly cause?: MessageCause;
  readonly open: readonly { readonly cause: MessageCause; readonly why: string }[];
  readonly ruledOut: readonly { readonly cause: string; readonly why: string }[];
}

export function narrow(pull: Pull, scene: Scene): Narrowed {
  const { reading } = pull;
  if (reading.cause === "unknown" || reading.cause === "not-image-pull") return { open: [], ruledOut: [] };
  if (isDenied(pull)) return narrowDenied(pull, scene, reading.cause);
  if (isMissing(reading.cause)) return narrowMissing(pull, scene, reading.cause);
  return {
    cause: reading.cause,
    open: reading.also.map((cause) => ({ cause, why: "the text allows it" })),
    ruledOut: [],
  };
}

const isMissing = (cause: MessageCause): boolean =>
  cause === "tag-not-found" || cause === "repository-not-found";

/** "Not found" for a tag: the same words are used when the whole repository is not there. */
function narrowMissing(pull: Pull, scene: Scene, said: MessageCause): Narrowed {
  const repository = repositoryOf(pull);
  if (repository !== undefined && scene.knownRepositories.has(repository)) {
    const why = `${repository} has been pulled in this cluster`;
    const cause = said === "repository-not-found" ? said : "tag-not-found";
    return {
      cause,
      open: [],
      ruledOut: cause === "tag-not-found" ? [{ cause: "repository-not-found", why }] : [],
    };
  }
  const open = pull.reading.also.map((cause) => ({
    cause,
    why: "the registry's answer is the same for both",
  }));
  return { cause: said, open, ruledOut: [] };
}

function narrowDenied(pull: Pull, scene: Scene, said: MessageCause): Narrowed {
  const keyring = scene.keyring(pull);
  const family = scene.family(pull);
  const sent = keyring.credentials.length > 0;
  const sentNothing = keyring.known && !sent;
  // A stranger gets 401 there: 403 is its firewall, or a right that is missing.
  if (family === "acr" && pull.reading.status === 403 && said === "credentials-missing") {
    const why = "Azure Container Registry answers 401, not 403, to a pull without credentials";
    return {
      cause: "access-denied",
      open: [{ cause: said, why: "the pull was anonymous" }],
      ruledOut: [{ cause: "repository-not-found", why }],
    };
  }
  const open = new Set<MessageCause>([said, ...pull.reading.also]);
  const ruledOut: { cause: string; why: string }[] = [];
  const strike = (cause: MessageCause, why: string): void => {
    if (!open.delete(cause)) return;
    ruledOut.push({ cause, why });
  };

  const repository = repositoryOf(pull);
  if (repository !== undefined && scene.knownRepositories.has(repository)) {
    strike("repository-not-found", `${repository} has been pulled in this cluster`);
  }
  if (sentNothing) {
    strike("credentials-rejected", "no pull secret of the pod is for this registry");
    strike("credentials-expired", "no pull secret of the pod is for this registry");
    if (said !== "access-denied") strike("access-denied", "the pull was anonymous");
  }
  const isHarbor = family === "harbor" && pull.reading.status === 401 && pull.reading.stage === "manifest";
  if (sent && !isHarbor) strike("credentials-missing", "the pod's pull secret matches this registry");
  if (sent && saysBoth(pull))
    strike("credentials-rejected", "a token was granted, so the login was accepted");

  if (family === "docker-hub" && sentNothing && isOfficial(pull) && open.has("repository-not-found")) {
    return {
      cause: "repository-not-found",
      open: [],
      ruledOut: [
        ...ruledOut,
        { cause: "credentials-missing", why: "everything under docker.io/library is public" },
      ],
    };
  }
  if (isHarbor && sent) {
    const why = "Harbor answers 401 for a missing project, a missing repository and a missing right alike";
    const causes: MessageCause[] = ["repository-not-found", "credentials-missing", "access-denied"];
    return {
      open: causes
        .filter(
          (cause) =>
            cause !== "repository-not-found" ||
            open.has(cause) ||
            repository === undefined ||
            !scene.knownRepositories.has(repository),
        )
        .map((cause) => ({ cause, why })),
      ruledOut,
    };
  }
  const answersAlike = `${familyTitles[family]} answers alike for a missing and for a private repository`;
  if (saysBoth(pull) && open.has("repository-not-found") && (family === "docker-hub" || sent)) {
    const cause: MessageCause = sent ? "access-denied" : "credentials-missing";
    // What was sent is not known: it may have been a login without the right.
    const mayBeKnown = !keyring.known && !sent && open.has("access-denied");
    const causes: MessageCause[] = [cause, "repository-not-found"];
    if (mayBeKnown) causes.push("access-denied");
    return { open: causes.map((one) => ({ cause: one, why: answersAlike })), ruledOut };
  }
  // A secret that the pod names and that could not be read may hold the login that was refused.
  const isUnread = !sent && keyring.named.some(({ secret, isMissing }) => secret === undefined && !isMissing);
  if (isUnread && said === "credentials-missing" && pull.reading.credentials === undefined) {
    const why = keyring.why ?? "the pod's pull secrets were not read";
    return { open: [...open].map((cause) => ({ cause, why })), ruledOut };
  }
  const first = preferred(pull, open, sent, sentNothing) ?? said;
  open.delete(first);
  const why = (cause: MessageCause): string => `${familyTitles[family]} answers alike ${alike(cause)}`;
  return { cause: first, open: [...open].map((cause) => ({ cause, why: why(cause) })), ruledOut };
}

/** For which two situations a registry has one answer, when this cause stays open. */
function alike(cause: MessageCause): string {
  switch (cause) {
    case "repository-not-found":
      return "for a missing and for a private repository";
    case "credentials-expired":
      return "to a login that is wrong and to one that has run out";
    case "credentials-rejected":
    case "credentials-missing":
      return "to a login that is wrong and to none";
    default:
      return "to a stranger and to a login without the right";
  }
}

/** With credentials sent, a 401 means they were refused; without, that there were none. */
function preferred(
  pull: Pull,
  open: ReadonlySet<MessageCause>,
  sent: boolean,
  sentNothing: boolean,
): MessageCause | undefined {
  const { cause, status } = pull.reading;
  if (cause === "credentials-missing" && sent) {
    if (saysBoth(pull)) return "access-denied";
    if (status === 403) return "access-denied";
    return "credentials-rejected";
  }
  if (cause === "repository-not-found" && sentNothing && open.has("credentials-missing"))
    return "credentials-missing";
  return open.has(cause as MessageCause) ? (cause as MessageCause) : [...open][0];
}

const isOfficial = (pull: Pull): boolean => pull.reference?.repository.startsWith("library/") ?? false;

const repositoryOf = (pull: Pull): string | undefined =>
  pull.reference === undefined ? undefined : `${pull.reference.registry}/${pull.reference.repository}`;
