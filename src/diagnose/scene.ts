// The snapshot with its indexes: everything a cause may look at beside the pull itself.

import type { KeyringAnswer, Known, Scene } from "../causes/define.js";
import { matchCredentials } from "../model/keyring.js";
import type { PullSecret, ServiceAccount } from "../model/objects.js";
import type { Pull } from "../model/pull.js";
import { tryParseReference } from "../model/reference.js";
import { registryFamily } from "../model/registry-family.js";
import type { Readable, Snapshot } from "../model/snapshot.js";
import type { WorkloadIndex } from "./owners.js";
import type { FoundPulls } from "./pulls.js";

export function buildScene(snapshot: Snapshot, found: FoundPulls, workloads: WorkloadIndex): Scene {
  const secretsByNamespace = new Map<string, PullSecret[]>();
  for (const secret of snapshot.secrets) {
    secretsByNamespace.set(secret.namespace, [...(secretsByNamespace.get(secret.namespace) ?? []), secret]);
  }
  const accounts = new Map<string, ServiceAccount>();
  for (const account of snapshot.serviceAccounts)
    accounts.set(`${account.namespace}/${account.name}`, account);
  const keyrings = new Map<Pull, KeyringAnswer>();

  const secretsIn = (namespace: string): Known<PullSecret> => {
    const items = secretsByNamespace.get(namespace) ?? [];
    const known = isComplete(snapshot, "secrets", namespace);
    return known ? { known, items } : { known, items, why: whyUnread(snapshot, "secrets", namespace) };
  };

  const keyring = (pull: Pull): KeyringAnswer => {
    const cached = keyrings.get(pull);
    if (cached) return cached;
    const answer = answerKeyring(pull, secretsIn(pull.pod.namespace));
    keyrings.set(pull, answer);
    return answer;
  };

  return {
    snapshot,
    now: snapshot.at,
    pulls: found.pulls,
    working: found.working,
    secretsIn,
    allSecrets: {
      known: isComplete(snapshot, "secrets", undefined),
      items: snapshot.secrets,
      why: whyUnread(snapshot, "secrets", undefined),
    },
    serviceAccount: (namespace, name) => accounts.get(`${namespace}/${name}`),
    keyring,
    opens: (secret, pull) => (pull.reference ? matchCredentials(pull.reference, [secret]) : []),
    family(pull) {
      const users = keyring(pull).credentials.map((credential) => credential.username);
      return registryFamily(pull.reference?.registry ?? pull.reading.registry ?? "", users);
    },
    knownRepositories: repositoriesSeen(snapshot, found),
    revisions: (workload) => workloads.revisionsOf(workload),
    from: (object) => snapshot.origin.get(object) ?? snapshot.from,
  };
}

/** What the kubelet would try: the pod's named secrets in order, each matched against the image. */
function answerKeyring(pull: Pull, secrets: Known<PullSecret>): KeyringAnswer {
  const { pod, reference } = pull;
  if (pod.notShown?.includes("pullSecrets")) {
    return {
      known: false,
      why: "the pod's pull secrets are not shown by this source",
      named: [],
      credentials: [],
    };
  }
  const named = pod.pullSecrets
    .filter((name) => name !== "")
    .map((name) => {
      const secret = secrets.items.find((candidate) => candidate.name === name);
      return { name, isMissing: secret === undefined && secrets.known, ...(secret ? { secret } : {}) };
    });
  // One keyring of all of them: it orders by key over all secrets, and falls back as a whole.
  const held = named.flatMap(({ name, secret }) => (secret === undefined ? [] : [{ name, secret }]));
  const matching =
    reference === undefined
      ? []
      : matchCredentials(
          reference,
          held.map(({ secret }) => secret),
        );
  const credentials = matching.map((one) => ({ ...one, secretName: held[one.secretIndex]?.name ?? "" }));
  const blank = named.find(({ secret }) => secret?.trouble?.is === "not-shown");
  if (blank !== undefined) {
    return {
      known: false,
      why: `the values of secret ${blank.name} are not shown in this source`,
      named,
      credentials,
    };
  }
  const unread = named.filter(({ secret, isMissing }) => secret === undefined && !isMissing);
  if (unread.length > 0) {
    const names = unread.map(({ name }) => name).join(", ");
    return {
      known: false,
      why: `secret ${names} was not read: ${secrets.why ?? "not in this source"}`,
      named,
      credentials,
    };
  }
  return { known: true, named, credentials };
}

function isComplete(snapshot: Snapshot, what: Readable, namespace: string | undefined): boolean {
  return snapshot.complete.some(
    (scope) => scope.what === what && (scope.namespace === undefined || scope.namespace === namespace),
  );
}

function whyUnread(snapshot: Snapshot, what: Readable, namespace: string | undefined): string {
  const unread = snapshot.unread.find(
    (entry) => entry.what === what && (entry.namespace === undefined || entry.namespace === namespace),
  );
  if (unread !== undefined) return unread.why;
  const some = what === "secrets" && snapshot.secrets.some((one) => one.namespace === namespace);
  return some ? `${snapshot.from} shows others, and may not show all` : `${what} are not in ${snapshot.from}`;
}

/** An image that was built on a node or loaded onto it lies there too, and says nothing of any registry. */
const isImported = ({ container }: Pull): boolean => {
  const id = container?.imageId ?? "";
  return id !== "" && (!id.includes("@") || /(?:^|\/)import-\d{4}-\d{2}-\d{2}@/.test(id));
};

function repositoriesSeen(snapshot: Snapshot, found: FoundPulls): ReadonlySet<string> {
  const seen = new Set<string>();
  const add = (image: string): void => {
    const parsed = tryParseReference(image);
    if (parsed.ok) seen.add(`${parsed.reference.registry}/${parsed.reference.repository}`);
  };
  for (const { pull } of found.working) if (!isImported(pull)) add(pull.image);
  // Only a pull leaves a digest under the repository's own name.
  for (const node of snapshot.nodes) {
    for (const image of node.images) for (const name of image.names) if (name.includes("@")) add(name);
  }
  return seen;
}
