// Writing whole objects: create, replace, delete, delete many.

import { checkEscalation } from "../access/escalation.js";
import { unsupported } from "../admission/trouble.js";
import type { Part } from "../admission.js";
import type { DeleteOptions } from "../deletion.js";
import { ApiError, badRequest, type FieldTrouble, invalid } from "../errors.js";
import { keptForm } from "../event-forms.js";
import { isJson, items, type Json, type KubeObject, strings, text } from "../json.js";
import { nameOf, type Resource } from "../resources.js";
import type { WriteOptions } from "../store.js";
import { readBody, readObject } from "./body.js";
import {
  type Answer,
  type Api,
  type Call,
  JSON_TYPE,
  jsonAnswer,
  numberIn,
  type ResourceCall,
} from "./call.js";
import { checkWriteOptions } from "./options.js";
import { scopeOf } from "./read.js";
import { listText, objectText, viewOf } from "./shape.js";

export function createObject(api: Api, call: ResourceCall): Answer {
  const { resource, namespace } = call.target;
  const options = writeOptions(call, "main");
  const object = readObject(call, resource);
  const metadata = metadataOf(object);
  checkNamespace(metadata, namespace);
  if (text(metadata, "resourceVersion") !== "") {
    const message = "resourceVersion should not be set on objects to be created";
    throw new ApiError({ code: 500, reason: "", message });
  }
  // A node brings its own status; everybody else's is the controllers' to write.
  if (resource.hasStatus && resource.kind !== "Node") delete object.status;
  return createWith(api, call, object, options);
}

/** Keeps a new object and answers with it. Throws ApiError for everything that is refused. */
export function createWith(api: Api, call: ResourceCall, object: Json, options: WriteOptions): Answer {
  const { resource } = call.target;
  checkEscalation(api.store, call.who, resource, object);
  warnOfSecrets(call, object);
  const made = api.store.create(nameOf(resource), keptForm(resource, object), options);
  return answerWith(api, call, made, 201);
}

/** A pull secret that is named twice, or not at all, is taken, and warned about. */
function warnOfSecrets(call: ResourceCall, object: Json): void {
  const path = call.target.resource.kind === "Pod" ? ["spec"] : ["spec", "template", "spec"];
  const seen = new Set<string>();
  for (const [index, secret] of items(object, ...path, "imagePullSecrets").entries()) {
    const name = text(secret, "name");
    const where = `${[...path, `imagePullSecrets[${index}]`].join(".")}.name`;
    if (name === "") call.warnings.push(`${where}: invalid empty name ""`);
    else if (seen.has(name)) call.warnings.push(`${where}: duplicate name "${name}"`);
    seen.add(name);
  }
}

/** Keeps an object in the place of the one that has its name, and answers with it. */
export function updateWith(api: Api, call: ResourceCall, object: Json, options: WriteOptions): Answer {
  const { resource } = call.target;
  checkEscalation(api.store, call.who, resource, object);
  return answerWith(api, call, api.store.update(nameOf(resource), keptForm(resource, object), options));
}

export function replaceObject(api: Api, call: ResourceCall, part: Part = "main"): Answer {
  const { resource } = call.target;
  const options = writeOptions(call, part);
  const object = readObject(call, resource);
  placeObject(call, object);
  return updateWith(api, call, object, options);
}

/** Makes an object of a PUT or PATCH stand where its path says. Throws ApiError 400 when it claims another place. */
export function placeObject(call: ResourceCall, object: Json): void {
  const { name = "", namespace } = call.target;
  const metadata = metadataOf(object);
  const claimed = text(metadata, "name");
  if (claimed === "") metadata.name = name;
  else if (claimed !== name) {
    throw badRequest(`the name of the object (${claimed}) does not match the name on the URL (${name})`);
  }
  checkNamespace(metadata, namespace);
}

function metadataOf(object: Json): Json {
  const metadata = isJson(object.metadata) ? object.metadata : {};
  object.metadata = metadata;
  return metadata;
}

function checkNamespace(metadata: Json, namespace: string | undefined): void {
  const claimed = text(metadata, "namespace");
  if (claimed !== "" && namespace !== undefined && claimed !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (namespace === undefined) delete metadata.namespace;
  else metadata.namespace = namespace;
}

/** What every write takes from the query. Throws ApiError 422 for a `dryRun` other than All. */
export function writeOptions(call: Call, part: Part, subresource?: string, isApply = false): WriteOptions {
  const name = call.query.get("fieldManager") || managerFromAgent(call.headers["user-agent"] ?? "");
  const now = {
    isDryRun: isDryRun(call, isApply),
    part,
    user: call.who.user,
    manager: { name, operation: "Update" as const, ...(subresource === undefined ? {} : { subresource }) },
  };
  return now;
}

/** `kubectl/v1.35.2 (linux/amd64)` writes as `kubectl`. */
function managerFromAgent(agent: string): string {
  return (agent.split("/")[0] ?? "").slice(0, 128) || "unknown";
}

/** Throws ApiError 422 for what no write takes. */
export function isDryRun(call: Call, isApply = false): boolean {
  checkWriteOptions(call, isApply);
  return call.query.getAll("dryRun").includes("All");
}

export function answerWith(api: Api, call: ResourceCall, object: KubeObject, code = 200): Answer {
  const body = objectText(api, call.target.resource, object, viewOf(call));
  return { is: "whole", code, contentType: JSON_TYPE, body: `${body}\n` };
}

export function deleteObject(api: Api, call: ResourceCall): Answer {
  const { resource, namespace, name = "" } = call.target;
  const options = deleteOptions(call);
  const was = api.store.get(nameOf(resource), namespace, name);
  const left = api.store.delete(nameOf(resource), namespace, name, options);
  const isGone = api.store.find(nameOf(resource), namespace, name)?.metadata.uid !== was.metadata.uid;
  // Pods answer with themselves, others with a Status once they are gone.
  if (!isGone || resource.kind === "Pod") return answerWith(api, call, left);
  return jsonAnswer(deletedStatus(resource, name, was.metadata.uid));
}

function deletedStatus(resource: Resource, name: string, uid: string): Json {
  const group = resource.group === "" ? {} : { group: resource.group };
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...group, kind: resource.plural, uid },
  };
}

export function deleteObjects(api: Api, call: ResourceCall): Answer {
  const { resource } = call.target;
  const options = deleteOptions(call);
  const found = api.store.list(nameOf(resource), scopeOf(call));
  for (const object of found) {
    const { namespace, name } = object.metadata;
    // An owner's deletion may have taken it along.
    if (api.store.find(nameOf(resource), namespace, name) !== undefined) {
      api.store.delete(nameOf(resource), namespace, name, options);
    }
  }
  const page = { objects: found, resourceVersion: api.store.resourceVersion };
  return jsonAnswer(`${listText(api, resource, page, viewOf(call))}\n`);
}

const PROPAGATIONS = ["Background", "Foreground", "Orphan"] as const;

/**
 * From the body when there is one, else from the query: with a body, the real server reads nothing of the
 * query, its `dryRun` included. Throws ApiError 400 and 422.
 */
export function deleteOptions(call: Call): DeleteOptions {
  const sent = readBody(call);
  return sent === undefined ? deleteOptionsOf(queryOptions(call)) : deleteOptionsOf(isJson(sent) ? sent : {});
}

function queryOptions(call: Call): Json {
  const text = (key: string): string | undefined => call.query.get(key) ?? undefined;
  return {
    dryRun: call.query.getAll("dryRun"),
    propagationPolicy: text("propagationPolicy"),
    gracePeriodSeconds: numberIn(call.query, "gracePeriodSeconds"),
    orphanDependents: text("orphanDependents") === "true",
  };
}

/** Throws ApiError 422. */
export function deleteOptionsOf(sent: Json): DeleteOptions {
  const troubles: FieldTrouble[] = [];
  const dry = strings(sent, "dryRun").filter((value) => value !== "");
  if (dry.some((value) => value !== "All")) troubles.push(unsupported("dryRun", dry, ["All"]));
  const asked = text(sent, "propagationPolicy");
  const propagation = PROPAGATIONS.find((one) => one === asked);
  if (asked !== "" && propagation === undefined) {
    troubles.push(unsupported("propagationPolicy", asked, [...PROPAGATIONS].sort()));
  }
  if (troubles.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", troubles);
  const uid = text(sent, "preconditions", "uid");
  const resourceVersion = text(sent, "preconditions", "resourceVersion");
  const chosen = propagation ?? (sent.orphanDependents === true ? ("Orphan" as const) : undefined);
  const grace = sent.gracePeriodSeconds;
  return {
    ...(typeof grace === "number" ? { graceSeconds: grace } : {}),
    ...(chosen === undefined ? {} : { propagation: chosen }),
    ...(uid === "" && resourceVersion === ""
      ? {}
      : {
          preconditions: {
            ...(uid === "" ? {} : { uid }),
            ...(resourceVersion === "" ? {} : { resourceVersion }),
          },
        }),
    ...(dry.length > 0 ? { isDryRun: true } : {}),
  };
}
