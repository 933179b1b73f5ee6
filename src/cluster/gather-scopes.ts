// Pods and warnings of all that was asked about: in one piece, or namespace by namespace where the
// right is given so.

import { ToolError } from "../model/errors.js";
import type { Api } from "./api.js";
import { type EventsRead, readWarnings, tellsOfFailure } from "./gather-events.js";
import { placeOf, readKind } from "./gather-list.js";
import { PodSieve } from "./gather-pods.js";
import { inParallel, type ListAnswer, orRefusal, type Refusal, readPages } from "./paging.js";

export interface ScopeRequest {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** Label selector of pods. */
  readonly selector?: string;
  /** Pods to keep whatever their state. */
  readonly podNames: ReadonlySet<string>;
}

/** What was seen of one namespace, or of the cluster. */
export interface SeenScope {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly warnings: EventsRead;
  readonly pods: ListAnswer;
  readonly sieve: PodSieve;
}

export interface SeenScopes {
  readonly scopes: readonly SeenScope[];
  /** Why not all that was asked about could be looked for. */
  readonly narrowed?: string;
}

/** Namespaces asked one by one when the cluster may not be read as a whole. */
const maxNamespaces = 300;

/**
 * Throws ToolError `selector-invalid`, and `cluster-forbidden` when neither pods nor events may be
 * read anywhere, `cluster-unreadable` when pods cannot be listed for another reason.
 */
export async function readScopes(
  request: ScopeRequest,
  api: Api,
  progress: (text: string) => void,
): Promise<SeenScopes> {
  const asked = await readScope(request, api, progress);
  const { pods } = asked;
  if (pods.ok) return { scopes: [asked] };
  if (pods.status === 400) throw badSelector(pods, request.selector);
  if (pods.status !== 403) {
    if (asked.sieve.count === 0) throw noPods(pods, api);
    return { scopes: [asked] };
  }
  if (request.namespace !== undefined) {
    if (asked.warnings.refusal !== undefined && request.podNames.size === 0)
      throw forbidden(pods, request, api);
    return { scopes: [asked] };
  }
  const { namespaces, why } = await readNamespaces(api);
  const parts: SeenScope[] = [];
  const known = asked.warnings.refusal === undefined ? asked.warnings : undefined;
  await inParallel(namespaces.slice(0, maxNamespaces), async (namespace) => {
    parts.push(await readScope({ ...request, namespace }, api, progress, known));
  });
  if (known === undefined && parts.every((part) => !part.pods.ok && part.warnings.refusal !== undefined))
    throw forbidden(pods, request, api);
  const cut = namespaces.length - maxNamespaces;
  const narrowed =
    why === undefined
      ? cut > 0
        ? `${cut} of ${namespaces.length} namespaces were not asked`
        : undefined
      : `${pods.why}; the namespaces cannot be listed either, so only ${api.namespace} was read`;
  return { scopes: parts, ...(narrowed === undefined ? {} : { narrowed }) };
}

/** `known`: warnings that were read already. */
async function readScope(
  request: ScopeRequest,
  api: Api,
  progress: (text: string) => void,
  known?: EventsRead,
): Promise<SeenScope> {
  const { namespace, selector, podNames } = request;
  progress(`reading events${namespace === undefined ? "" : ` in ${namespace}`}`);
  const warnings = known ?? (await readWarnings(api, namespace));
  const sieve = new PodSieve({
    uids: new Set(warnings.events.filter(tellsOfFailure).map((event) => event.about.uid)),
    names: podNames,
  });
  progress(`reading pods${namespace === undefined ? "" : ` in ${namespace}`}`);
  const pods = await orRefusal(
    readPages(api, {
      path: placeOf("/api/v1", "pods", namespace),
      query: selector === undefined ? {} : { labelSelector: selector },
      item: (bytes) => {
        sieve.see(bytes);
        if (sieve.count % 1000 === 0) progress(`reading pods: ${sieve.count} so far`);
      },
      restart: () => {
        progress("the server let go of the list (410 Gone); reading pods again in one piece");
        sieve.clear();
      },
    }),
  );
  return { warnings, pods, sieve, ...(namespace === undefined ? {} : { namespace }) };
}

/** The context's own when they cannot be listed; `why` says why not. */
async function readNamespaces(
  api: Api,
): Promise<{ readonly namespaces: readonly string[]; readonly why?: string }> {
  const { objects, answer } = await readKind(api, "Namespace", { path: "/api/v1/namespaces", maxPages: 10 });
  if (!answer.ok) return { namespaces: [api.namespace], why: answer.why };
  return { namespaces: objects.map(({ name }) => name) };
}

function forbidden(refusal: Refusal, { namespace }: ScopeRequest, api: Api): ToolError {
  const where = namespace === undefined ? "in all namespaces" : `in namespace ${namespace}`;
  return new ToolError("cluster-forbidden", {
    what: `neither pods nor events ${where} of ${api.name} may be read`,
    why: refusal.why,
    do:
      namespace === undefined
        ? "name a namespace that you may read with -n; pulldoctor check --print-rbac prints the rights"
        : "choose another namespace with -n; pulldoctor check --print-rbac prints the rights to ask for",
  });
}

function noPods(refusal: Refusal, api: Api): ToolError {
  return new ToolError("cluster-unreadable", {
    what: `the pods of ${api.name} cannot be listed`,
    why: refusal.why,
    do: "run the command again; when it lasts, look at the API server: kubectl get --raw /readyz",
  });
}

function badSelector(refusal: Refusal, selector: string | undefined): ToolError {
  return new ToolError("selector-invalid", {
    what: `the API server does not take the selector ${selector ?? ""}`.trim(),
    why: refusal.why,
    do: "write it as kubectl takes it, such as -l app=checkout,tier!=cache",
  });
}
