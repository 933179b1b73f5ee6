// Can the doctor see? Asks for one object of each kind that diagnose reads; where the whole cluster
// is refused, which namespaces are open. Nothing is kept of what is read.

import type { Api } from "./api.js";
import { type RegistryInUse, registriesInUse } from "./check-registries.js";
import { readText } from "./client-body.js";
import { readKind } from "./gather-list.js";
import { checkNamespace } from "./gather-targets.js";
import { record, records, text, texts } from "./objects-fields.js";
import { inParallel, orRefusal, type Refusal, readOne } from "./paging.js";
import { listPath, newerEvents, type Resource, type Right, rights } from "./rights.js";

/** Whether one kind of thing can be read. `everywhere`: in all that was asked about. */
export type Sight =
  | { readonly is: "everywhere" }
  | { readonly is: "some"; readonly namespaces: readonly string[] }
  | { readonly is: "refused"; readonly why: string }
  | { readonly is: "unknown"; readonly why: string };

export interface ReadCheck {
  readonly right: Right;
  readonly sight: Sight;
}

export interface ClusterCheck {
  readonly cluster: string;
  readonly server: string;
  /** `v1.32.4`; absent when the server does not say. */
  readonly serverVersion?: string;
  /** Of one small question on an open connection. */
  readonly latencyMs: number;
  /** As the API server knows the login; absent before Kubernetes 1.28. */
  readonly user?: string;
  /** Absent: the whole cluster was asked about. */
  readonly namespace?: string;
  readonly reads: readonly ReadCheck[];
  /** Of the pods that can be read, most pods first. */
  readonly registries: readonly RegistryInUse[];
  readonly podsLookedAt: number;
}

/** Namespaces looked at one by one when the whole cluster is refused. */
const maxNamespaces = 50;

/** `namespace` absent: the whole cluster. Throws what `api` throws. */
export async function checkCluster(
  namespace: string | undefined,
  api: Api,
  progress: (text: string) => void = () => {},
): Promise<ClusterCheck> {
  const started = performance.now();
  const serverVersion = await versionOf(api);
  const latencyMs = Math.round(performance.now() - started);
  const user = await userOf(api);
  progress("asking for one object of each kind");
  const answers = new Map<Right, Refusal | undefined>();
  await inParallel(rights, async (right) => {
    answers.set(right, await firstRefusal(right, namespace, api));
  });
  const isClosed = [...answers.values()].some((refusal) => refusal?.status === 403);
  const open = namespace === undefined && isClosed ? await openNamespaces(api) : undefined;
  const reads = rights.map((right) => ({ right, sight: sightOf(right, answers.get(right), open) }));
  const pods = reads.find(({ right }) => right.what === "pods")?.sight;
  const scopes = pods?.is === "everywhere" ? [namespace] : pods?.is === "some" ? pods.namespaces : [];
  progress("reading which images are in use");
  const { registries, podsLookedAt } = await registriesInUse(scopes, api);
  if (namespace !== undefined && podsLookedAt === 0) await checkNamespace(namespace, api);
  return {
    cluster: api.name,
    server: api.server,
    latencyMs,
    reads,
    registries,
    podsLookedAt,
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(user === undefined ? {} : { user }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

async function versionOf(api: Api): Promise<string | undefined> {
  const answer = await orRefusal(readOne(api, "/version"));
  return answer.ok ? text(record(answer.value).gitVersion) : undefined;
}

/** A server that does not know the question answers 404: then nothing is said. */
async function userOf(api: Api): Promise<string | undefined> {
  const { status } = await review(api, "authentication.k8s.io", "SelfSubjectReview", {});
  return text(record(record(status).userInfo).username);
}

async function review(
  api: Api,
  group: string,
  kind: string,
  spec: object,
): Promise<{ readonly status: unknown }> {
  const body = { apiVersion: `${group}/v1`, kind, spec };
  const answer = await api.post(`/apis/${group}/v1/${kind.toLowerCase()}s`, body);
  const said = await readText(answer.body);
  if (answer.status !== 200 && answer.status !== 201) return { status: undefined };
  try {
    const parsed: unknown = JSON.parse(said);
    return { status: record(parsed).status };
  } catch {
    // Whatever answered is no API server; the reads will say so.
    return { status: undefined };
  }
}

/** The first refusal among the resources of a right; none when all can be listed. */
async function firstRefusal(
  right: Right,
  namespace: string | undefined,
  api: Api,
): Promise<Refusal | undefined> {
  const scope = right.isClusterWide === true ? undefined : namespace;
  for (const resource of right.resources) {
    const answer = await listOne(resource, scope, api);
    if (answer === undefined) continue;
    const isForbidden = answer.status === 403 && right.what === "events";
    if (!isForbidden || (await listOne(newerEvents, scope, api)) !== undefined) return answer;
  }
  return undefined;
}

async function listOne(
  resource: Resource,
  namespace: string | undefined,
  api: Api,
): Promise<Refusal | undefined> {
  // Of secrets one pull secret: others are not asked for here either.
  const only = resource.name === "secrets" ? "&fieldSelector=type%3Dkubernetes.io%2Fdockerconfigjson" : "";
  const answer = await orRefusal(readOne(api, `${listPath(resource, namespace)}?limit=1${only}`));
  return answer.ok ? undefined : answer;
}

/** By namespace, the rules that its SelfSubjectRulesReview shows. */
type OpenNamespaces = ReadonlyMap<string, readonly Rule[]>;

interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
}

async function openNamespaces(api: Api): Promise<OpenNamespaces> {
  const { objects, answer } = await readKind(api, "Namespace", { path: "/api/v1/namespaces", maxPages: 1 });
  const names = answer.ok ? objects.map(({ name }) => name) : [api.namespace];
  const found = new Map<string, readonly Rule[]>();
  await inParallel(names.slice(0, maxNamespaces), async (namespace) => {
    const { status } = await review(api, "authorization.k8s.io", "SelfSubjectRulesReview", { namespace });
    const rules = records(record(status).resourceRules).filter((rule) => !Array.isArray(rule.resourceNames));
    found.set(
      namespace,
      rules.map((rule) => ({
        verbs: texts(rule.verbs),
        groups: texts(rule.apiGroups),
        resources: texts(rule.resources),
      })),
    );
  });
  return found;
}

function sightOf(right: Right, refusal: Refusal | undefined, open: OpenNamespaces | undefined): Sight {
  if (refusal === undefined) return { is: "everywhere" };
  if (refusal.status !== 403) return { is: "unknown", why: refusal.why };
  const namespaces = [...(open ?? [])]
    .filter(([, rules]) => right.isClusterWide !== true && right.resources.every((one) => allows(rules, one)))
    .map(([namespace]) => namespace)
    .sort();
  return namespaces.length === 0 ? { is: "refused", why: refusal.why } : { is: "some", namespaces };
}

function allows(rules: readonly Rule[], { group, name }: Resource): boolean {
  const has = (list: readonly string[], value: string): boolean => list.includes(value) || list.includes("*");
  return rules.some(
    (rule) => has(rule.verbs, "list") && has(rule.groups, group) && has(rule.resources, name),
  );
}
