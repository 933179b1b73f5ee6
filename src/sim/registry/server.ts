// The HTTP face of a registry: finds out who asks and for what, and hands on to the routes.

import type { IncomingMessage, ServerResponse } from "node:http";
import { deny } from "./access.js";
import type { Identity } from "./accounts.js";
import { refuse, strike } from "./answer.js";
import { answerBlobHost } from "./blob-host.js";
import { answerBlob } from "./blob-route.js";
import {
  answerCatalogue,
  answerManifest,
  answerReferrers,
  answerTags,
  clientAddress,
} from "./content-routes.js";
import { insufficientScope, type Question, refusal } from "./dialects/dialect.js";
import type { Exchange, Registry } from "./registry.js";
import { answerToken } from "./token-route.js";
import { answerUpload } from "./upload-routes.js";

const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Answers one request that reached `registry` on `host`. */
export async function answer(
  registry: Registry,
  host: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", `https://${host}`);
  const exchange: Exchange = { registry, request, response, url, ...identify(registry, request) };
  if (host === registry.config.blobHost) return await answerBlobHost(exchange);
  const token = new URL(tokenUrl(registry));
  if (
    registry.dialect.scheme === "bearer" &&
    token.hostname === hostName(host) &&
    token.pathname === url.pathname
  ) {
    return await answerToken(exchange);
  }
  const question: Question = {
    host: registry.config.host,
    repository: "",
    reference: "",
    action: "pull",
    ...(exchange.who.is === "account" ? { account: exchange.who.name } : {}),
  };
  if (url.pathname === "/v2" || url.pathname === "/v2/") return await answerPing(exchange, question);
  if (url.pathname === "/v2/_catalog") {
    if (!mayPass(exchange, question)) return;
    return answerCatalogue(exchange);
  }
  const route = /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs|tags|referrers)(?:\/(.*))?$/.exec(url.pathname);
  if (route === null) {
    const body =
      "<html><head><title>404 Not Found</title></head><body><h1>404 page not found</h1></body></html>\n";
    return refuse(exchange, question, { status: 404, body });
  }
  const [, repository = "", kind = "", reference = ""] = route;
  const method = request.method ?? "GET";
  const action = method === "DELETE" ? "delete" : method === "GET" || method === "HEAD" ? "pull" : "push";
  const asked: Question = {
    ...question,
    repository,
    reference: kind === "tags" ? "" : decodeURIComponent(reference),
    action: kind === "blobs/uploads" ? "push" : action,
  };
  if (!repositoryName.test(repository)) {
    return refuse(exchange, asked, refusal(400, "NAME_INVALID", "invalid repository name"));
  }
  if (kind === "manifests") {
    // Docker Hub tells whom it counts, also where it refuses.
    const source = registry.accounts.pull(exchange.who, clientAddress, false)?.source;
    if (source !== undefined) response.setHeader("Docker-Ratelimit-Source", source);
  }
  if (!mayPass(exchange, asked)) return;
  switch (kind) {
    case "manifests":
      return await answerManifest(exchange, asked);
    case "blobs":
      return await answerBlob(exchange, asked);
    case "blobs/uploads":
      return await answerUpload(exchange, asked, asked.reference);
    case "referrers":
      return answerReferrers(exchange, asked);
    default:
      return answerTags(exchange, asked);
  }
}

async function answerPing(exchange: Exchange, question: Question): Promise<void> {
  const { registry, request, response } = exchange;
  const fault = registry.faults.meet({
    stages: ["ping"],
    method: request.method ?? "GET",
    repository: "",
    reference: "",
  });
  if (fault !== undefined && (await strike(exchange, question, fault))) return;
  if (!mayPass(exchange, question)) return;
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": 2,
    "Docker-Distribution-Api-Version": "registry/2.0",
  });
  response.end(request.method === "HEAD" ? undefined : "{}");
}

/** Refuses and returns false, or returns true. */
function mayPass(exchange: Exchange, question: Question): boolean {
  const { registry, who, hasLogin, scopes } = exchange;
  const { dialect } = registry;
  const isBearer = dialect.scheme === "bearer";
  if (isBearer && !hasLogin && !registry.config.openPush) {
    refuse(exchange, question, refusal(401, "UNAUTHORIZED", "authentication required", { challenge: {} }));
    return false;
  }
  if (question.repository === "") {
    if (who.is === "rejected" || who.is === "expired" || (dialect.alwaysLogin && who.is === "anonymous")) {
      refuse(exchange, question, dialect.refuse(who.is, question));
      return false;
    }
    return true;
  }
  const denial = deny(who, question.repository, question.action, registry);
  // Who may push what is not there yet may also look whether it is.
  const mayMake = denial === "missing" && scopes?.has(`repository:${question.repository}:push`) === true;
  if (denial !== undefined && !mayMake) {
    refuse(exchange, question, dialect.refuse(denial, question));
    return false;
  }
  const needed = `repository:${question.repository}:${question.action === "delete" ? "push" : question.action}`;
  if (isBearer && !registry.config.openPush && scopes !== undefined && !scopes.has(needed)) {
    refuse(exchange, question, insufficientScope(question));
    return false;
  }
  return true;
}

function identify(
  registry: Registry,
  request: IncomingMessage,
): { who: Identity; hasLogin: boolean; scopes?: ReadonlySet<string> } {
  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer") {
    const token = registry.accounts.token(value);
    if (token === undefined) return { who: { is: "anonymous" }, hasLogin: false };
    return { who: token.identity, hasLogin: true, scopes: token.scopes };
  }
  if (scheme.toLowerCase() === "basic") {
    const text = Buffer.from(value, "base64").toString("utf8");
    const colon = text.indexOf(":");
    const who = registry.accounts.login(text.slice(0, Math.max(0, colon)), text.slice(colon + 1));
    // Where tokens are asked for, a password mostly counts at the token endpoint only.
    const { scheme: wanted, takesBasic } = registry.dialect;
    return { who, hasLogin: wanted !== "bearer" || takesBasic === true };
  }
  return { who: { is: "anonymous" }, hasLogin: false };
}

function tokenUrl(registry: Registry): string {
  const { url } = registry.dialect.realm(registry.config.host);
  return URL.canParse(url) ? url : "https://none.invalid/";
}

function hostName(host: string): string {
  return host.split(":")[0] ?? host;
}
