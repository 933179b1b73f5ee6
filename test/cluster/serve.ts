// An API server over loopback that serves given objects as a real one does: lists with selectors
// and pages, single objects, refusals by rights, and faults where a test asks for them.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ApiError, forbidden, isApiError, noSuchPath, notFound } from "../../src/sim/api/errors.js";
import type { KubeObject } from "../../src/sim/api/json.js";
import { findResource, RESOURCES, type Resource } from "../../src/sim/api/resources.js";
import { matcher } from "../../src/sim/api/selectors.js";

/** One question, taken apart. `namespace` absent: in all, or of no namespace. */
export interface Ask {
  readonly path: string;
  readonly verb: "get" | "list" | "create";
  /** As a role names it. */
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly query: URLSearchParams;
}

export interface ServeOptions {
  /** Refused with 403. */
  readonly forbid?: (ask: Ask) => boolean;
  /** Answers in the server's place when it returns true. */
  readonly fault?: (ask: Ask, response: ServerResponse) => boolean;
  /** Of SelfSubjectReview and of refusals. Default `dev`. */
  readonly user?: string;
}

export interface ServedCluster {
  readonly url: string;
  /** Every question but `/version`, in order. */
  readonly asked: Ask[];
  close(): Promise<void>;
}

export async function serveObjects(
  objects: readonly KubeObject[],
  options: ServeOptions = {},
): Promise<ServedCluster> {
  const asked: Ask[] = [];
  const user = options.user ?? "dev";
  const server = createServer(async (request, response) => {
    if (request.url === "/version") return send(response, 200, { gitVersion: "v1.32.4" });
    const ask = askOf(request);
    if (ask === undefined) return send(response, 404, noSuchPath().status);
    asked.push(ask);
    if (options.fault?.(ask, response) === true) return;
    try {
      if (options.forbid?.(ask) === true) throw refused(ask, user);
      if (ask.verb === "create") send(response, 201, reviewOf(ask, await bodyOf(request), options));
      else send(response, 200, answerOf(ask, objects));
    } catch (error) {
      if (!isApiError(error)) throw error;
      send(response, error.code, error.status);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function askOf(request: IncomingMessage): Ask | undefined {
  const url = new URL(request.url ?? "", "http://server");
  const found = /^\/(?:api|apis\/([^/]+))\/v1(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/.exec(
    url.pathname,
  );
  if (found === null) return undefined;
  const [, group = "", namespace, resource = "", name] = found;
  const verb = request.method === "POST" ? "create" : name === undefined ? "list" : "get";
  return {
    path: request.url ?? "",
    verb,
    group,
    resource,
    query: url.searchParams,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
  };
}

function refused(ask: Ask, user: string): ApiError {
  const where = ask.namespace === undefined ? "at the cluster scope" : `in the namespace "${ask.namespace}"`;
  const what = `cannot ${ask.verb} resource "${ask.resource}" in API group "${ask.group}" ${where}`;
  return forbidden({ group: ask.group, plural: ask.resource }, ask.name ?? "", `User "${user}" ${what}`);
}

async function bodyOf(request: IncomingMessage): Promise<{ spec: { namespace?: string } }> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as { spec: { namespace?: string } };
}

function reviewOf(ask: Ask, { spec }: { spec: { namespace?: string } }, options: ServeOptions): unknown {
  const { user = "dev", forbid } = options;
  if (ask.resource === "selfsubjectreviews")
    return { status: { userInfo: { username: user, groups: ["system:authenticated"] } } };
  if (ask.resource !== "selfsubjectrulesreviews") throw noSuchPath();
  const { namespace = "" } = spec;
  const open = RESOURCES.filter(({ group, plural }) => {
    const list = {
      path: "",
      verb: "list",
      group,
      resource: plural,
      namespace,
      query: new URLSearchParams(),
    } as const;
    return forbid?.(list) !== true;
  });
  const rules = open.map(({ group, plural }) => ({
    verbs: ["list"],
    apiGroups: [group],
    resources: [plural],
  }));
  return { status: { resourceRules: rules, nonResourceRules: [], incomplete: false } };
}

function answerOf(ask: Ask, objects: readonly KubeObject[]): unknown {
  const isNewerEvent = ask.group === "events.k8s.io";
  const kind = findResource(ask.group === "" || isNewerEvent ? ask.resource : `${ask.resource}.${ask.group}`);
  if (kind === undefined) throw noSuchPath();
  const matches = matcher(ask.resource === "events" ? "events" : nameIn(kind), {
    ...(ask.namespace === undefined ? {} : { namespace: ask.namespace }),
    labels: ask.query.get("labelSelector") ?? "",
    fields: (ask.query.get("fieldSelector") ?? "").replaceAll("regarding.", "involvedObject."),
  });
  const all = objects.filter((object) => object.kind === kind.kind && matches(object));
  const shown = isNewerEvent ? all.map(asNewerEvent) : all;
  if (ask.name !== undefined) {
    const one = shown.find((object) => object.metadata.name === ask.name);
    if (one === undefined) throw notFound(kind, ask.name);
    return one;
  }
  return pageOf(shown, kind, ask.query);
}

const nameIn = ({ group, plural }: Resource): string => (group === "" ? plural : `${plural}.${group}`);

function pageOf(shown: readonly KubeObject[], kind: Resource, query: URLSearchParams): unknown {
  const from = Number(query.get("continue") ?? 0);
  const limit = Number(query.get("limit") ?? 0) || shown.length;
  const left = shown.length - from - limit;
  return {
    kind: `${kind.kind}List`,
    apiVersion: kind.group === "" ? "v1" : `${kind.group}/v1`,
    metadata: {
      resourceVersion: "9000",
      ...(left > 0 ? { continue: String(from + limit), remainingItemCount: left } : {}),
    },
    items: shown.slice(from, from + limit).map(({ kind: _, apiVersion: __, ...item }) => item),
  };
}

function asNewerEvent(event: KubeObject): KubeObject {
  const { involvedObject, message, source, count, firstTimestamp, lastTimestamp, ...rest } = event;
  return {
    ...rest,
    regarding: involvedObject ?? null,
    note: message ?? null,
    deprecatedSource: source ?? null,
    deprecatedCount: count ?? null,
    deprecatedFirstTimestamp: firstTimestamp ?? null,
    deprecatedLastTimestamp: lastTimestamp ?? null,
  };
}
