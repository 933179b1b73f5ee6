// From an authenticated request to its handler: the path, the verb, whether RBAC lets it pass.

import { mayDo, type Question } from "../access/rbac.js";
import { ApiError, badRequest, forbidden, methodNotAllowed, noSuchPath } from "../errors.js";
import { nameOf } from "../resources.js";
import { type Answer, type Api, type Call, isSet, type ResourceCall, textAnswer } from "./call.js";
import { discover, isServed } from "./discovery.js";
import { podLog } from "./logs.js";
import { openApi } from "./openapi.js";
import { patchObject } from "./patch.js";
import { getObject, listObjects } from "./read.js";
import { type RequestInfo, requestInfo } from "./request-info.js";
import { review } from "./reviews.js";
import { bind, ephemeralContainers, evict, scale, token } from "./subresources.js";
import { targetOf, verbOf } from "./target.js";
import { watchObjects } from "./watch.js";
import { createObject, deleteObject, deleteObjects, replaceObject } from "./write.js";

/** Throws ApiError for everything that is refused. */
export function dispatch(api: Api, call: Call): Answer {
  const info = requestInfo(call);
  if (info === undefined) return otherPath(api, call);
  authorize(api, call, info);
  const target = targetOf(call.path);
  if (target === undefined) throw noSuchPath();
  const verb = verbOf(call.method, target, isSet(call.query, "watch"));
  if (verb === undefined) throw methodNotAllowed();
  return handle(api, { ...call, target }, verb);
}

function otherPath(api: Api, call: Call): Answer {
  const verb = call.method === "HEAD" ? "get" : call.method.toLowerCase();
  const { isAllowed } = mayDo(api.store, call.who, { is: "path", verb, path: call.path });
  if (!isAllowed) {
    throw new ApiError({
      code: 403,
      reason: "Forbidden",
      message: `forbidden: User "${call.who.user}" cannot ${verb} path "${call.path}"`,
      details: {},
    });
  }
  if (verb !== "get") throw noSuchPath();
  if (/^\/(healthz|livez|readyz)(\/.*)?$/.test(call.path)) return textAnswer("ok");
  const found = call.path.startsWith("/openapi/") ? openApi(api, call.path) : discover(api, call);
  if (found !== undefined) return found;
  // A group that is served answers for its own paths; beyond them nobody does.
  const [, root = "", group = ""] = call.path.split("/");
  if (root === "api" || (root === "apis" && isServed(group))) throw noSuchPath();
  return textAnswer("404 page not found\n", 404);
}

/** Throws ApiError 403 with the authorizer's sentence. */
export function authorize(api: Api, call: Call, info: RequestInfo): void {
  const { verb, group, resource, asked, namespace, name } = info;
  const question: Question = { is: "resource", verb, group, resource: asked, name, namespace };
  if (mayDo(api.store, call.who, question).isAllowed) return;
  const scope = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  throw forbidden(
    { group, plural: resource },
    name,
    `User "${call.who.user}" cannot ${verb} resource "${asked}" in API group "${group}" ${scope}`,
  );
}

type Handler = (api: Api, call: ResourceCall) => Answer;

const WHOLE: Readonly<Record<string, Handler>> = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create: createObject,
  update: (api, call) => replaceObject(api, call),
  patch: (api, call) => patchObject(api, call),
  delete: deleteObject,
  deletecollection: deleteObjects,
};

const onlyPost =
  (handler: Handler): Handler =>
  (api, call) => {
    if (call.method !== "POST") throw methodNotAllowed();
    return handler(api, call);
  };

const needsUpgrade: Handler = () => {
  throw badRequest("Upgrade request required");
};

const SUBRESOURCES: Readonly<Record<string, Handler>> = {
  status: (api, call) => {
    if (call.method === "GET") return getObject(api, call);
    if (call.method === "PUT") return replaceObject(api, call, "status");
    if (call.method === "PATCH") return patchObject(api, call, "status");
    throw methodNotAllowed();
  },
  scale,
  log: podLog,
  eviction: onlyPost(evict),
  binding: onlyPost(bind),
  token: onlyPost(token),
  ephemeralcontainers: ephemeralContainers,
  exec: needsUpgrade,
  attach: needsUpgrade,
  portforward: needsUpgrade,
};

function handle(api: Api, call: ResourceCall, verb: string): Answer {
  const { resource, subresource, name } = call.target;
  if (resource.isReview) {
    if (call.method !== "POST" || name !== undefined) throw methodNotAllowed();
    return review(api, call);
  }
  if (subresource !== undefined) {
    const handler = SUBRESOURCES[subresource];
    if (handler === undefined) throw new Error(`no handler for ${nameOf(resource)}/${subresource}`);
    return handler(api, call);
  }
  if (verb === "create" && name !== undefined) throw methodNotAllowed();
  // Objects are made and cleared away in one namespace at a time.
  const isOfAll = resource.isNamespaced && call.target.namespace === undefined;
  if (isOfAll && (verb === "create" || verb === "deletecollection")) throw methodNotAllowed();
  const handler = WHOLE[verb];
  if (handler === undefined) throw methodNotAllowed();
  return handler(api, call);
}
