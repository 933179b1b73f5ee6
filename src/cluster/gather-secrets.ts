// Pull secrets: those of the right types, and by name those that failing pods name. Other Secrets
// are never asked for.

import type { PullSecret } from "../model/objects.js";
import type { Api } from "./api.js";
import { placeOf, readKind, readNamed, type UnreadList } from "./gather-list.js";
import { inParallel } from "./paging.js";

const types = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"] as const;
/** OpenShift keeps several in each namespace: beyond this the namespaces concerned are asked alone. */
const clusterPages = 10;
/** Names asked for one by one. */
const maxNamed = 64;
/** Names that are missing where a pod wants them and are looked for in other namespaces. */
const maxSought = 8;

export interface SecretsRead {
  readonly secrets: readonly PullSecret[];
  /** Namespaces in which every pull secret, and every secret named by a failing pod, was found or is missing. */
  readonly complete: readonly string[];
}

/**
 * `named`: by namespace of a failing pod, the secrets that its failing pods name. `scope`: the one
 * namespace that the user asked about; then secrets of others are read only by a name missing here.
 */
export async function readSecrets(
  api: Api,
  named: ReadonlyMap<string, ReadonlySet<string>>,
  scope: string | undefined,
  unread: UnreadList,
): Promise<SecretsRead> {
  const found = new Map<string, PullSecret>();
  const keep = (secret: PullSecret): void => void found.set(keyOf(secret), secret);
  const refused = new Map<string, string>();
  const listed = new Set<string>();

  if (scope === undefined && (await readTypes(api, undefined, keep)).isWhole) {
    for (const namespace of named.keys()) listed.add(namespace);
  } else {
    await inParallel([...named.keys()], async (namespace) => {
      const { isWhole, why } = await readTypes(api, namespace, keep);
      if (isWhole) listed.add(namespace);
      else refused.set(namespace, why ?? "the list is too long");
    });
  }

  const wanted = [...named].flatMap(([namespace, all]) => [...all].map((name) => ({ namespace, name })));
  const open = wanted.filter((one) => one.name !== "" && !found.has(keyOf(one)));
  const unknown = new Set<string>();
  const missing = new Set<string>();
  await inParallel(open.slice(0, maxNamed), async ({ namespace, name }) => {
    const path = `${placeOf("/api/v1", "secrets", namespace)}/${encodeURIComponent(name)}`;
    const answer = await readNamed(api, "Secret", path);
    if (answer.ok) return keep(answer.object);
    if (answer.status === 404) return void missing.add(name);
    unknown.add(namespace);
    if (!refused.has(namespace)) refused.set(namespace, answer.why);
  });
  for (const { namespace } of open.slice(maxNamed)) {
    unknown.add(namespace);
    refused.set(namespace, `failing pods name more than ${maxNamed} secrets that are no pull secrets`);
  }
  if (scope !== undefined) await seekElsewhere(api, [...missing], keep);
  for (const [namespace, why] of refused) unread.add("secrets", why, { namespace, isMinor: true });
  const complete = [...listed].filter((namespace) => !unknown.has(namespace));
  return { secrets: [...found.values()], complete };
}

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** Both types in one scope; the second is not asked for when the first is refused. */
async function readTypes(
  api: Api,
  namespace: string | undefined,
  keep: (secret: PullSecret) => void,
): Promise<{ readonly isWhole: boolean; readonly why?: string }> {
  for (const type of types) {
    const { objects, answer } = await readKind(api, "Secret", {
      path: placeOf("/api/v1", "secrets", namespace),
      query: { fieldSelector: `type=${type}` },
      ...(namespace === undefined ? { maxPages: clusterPages } : {}),
    });
    for (const secret of objects) keep(secret);
    if (!answer.ok) return { isWhole: false, why: answer.why };
    if (!answer.isWhole) return { isWhole: false };
  }
  return { isWhole: true };
}

/** A secret of the wanted name in another namespace: a refusal leaves no gap that was asked about. */
async function seekElsewhere(
  api: Api,
  missing: readonly string[],
  keep: (secret: PullSecret) => void,
): Promise<void> {
  await inParallel(missing.slice(0, maxSought), async (name) => {
    const { objects } = await readKind(api, "Secret", {
      path: "/api/v1/secrets",
      query: { fieldSelector: `metadata.name=${name}` },
      maxPages: 1,
    });
    for (const secret of objects) keep(secret);
  });
}
