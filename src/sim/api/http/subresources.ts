// The subresources that are neither streams nor the object itself: scale, eviction, binding, token,
// ephemeral containers.

import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Secret } from "../../../model/secret.js";
import { serviceAccountIdentity } from "../access/identity.js";
import { forbiddenField } from "../admission/trouble.js";
import { ApiError, badRequest, conflict, invalid, methodNotAllowed } from "../errors.js";
import {
  copy,
  count,
  isJson,
  items,
  type Json,
  type KubeObject,
  put,
  record,
  text,
  timestamp,
} from "../json.js";
import { nameOf } from "../resources.js";
import { readBody, readObject } from "./body.js";
import { type Answer, type Api, jsonAnswer, type ResourceCall } from "./call.js";
import { patchedObject } from "./patch.js";
import { answerWith, deleteOptionsOf, isDryRun, writeOptions } from "./write.js";

const SCALE = { group: "autoscaling", version: "v1", kind: "Scale" } as const;

/** `-l` form of a workload's selector. */
function selectorText(object: KubeObject): string {
  const labels = Object.entries(record(object, "spec", "selector", "matchLabels"));
  return labels
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(",");
}

function scaleOf(object: KubeObject): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = count(object, "spec", "replicas");
  const running = count(object, "status", "replicas") ?? 0;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === undefined || replicas === 0 ? {} : { replicas },
    status: { replicas: running, selector: selectorText(object) },
  };
}

export function scale(api: Api, call: ResourceCall): Answer {
  const { resource, namespace, name = "" } = call.target;
  const object = api.store.get(nameOf(resource), namespace, name);
  if (call.method === "GET") return jsonAnswer(scaleOf(object));
  if (call.method !== "PUT" && call.method !== "PATCH") throw methodNotAllowed();
  const asked = call.method === "PUT" ? readObject(call, SCALE) : patchedObject(call, scaleOf(object), SCALE);
  const replicas = count(asked, "spec", "replicas") ?? 0;
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid(SCALE, name, [{ reason: "FieldValueInvalid", field: "spec.replicas", message }]);
  }
  const version = text(asked, "metadata", "resourceVersion");
  if (version !== "" && version !== object.metadata.resourceVersion) throw conflict(resource, name);
  const draft = copy(object);
  put(draft, ["spec", "replicas"], replicas);
  return jsonAnswer(scaleOf(api.store.update(nameOf(resource), draft, writeOptions(call, "main", "scale"))));
}

const success = (code: number): Answer =>
  jsonAnswer({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code }, code);

/** Refused while a disruption budget has nothing left to give. */
export function evict(api: Api, call: ResourceCall): Answer {
  const { resource, namespace, name = "" } = call.target;
  const pod = api.store.get("pods", namespace, name);
  const body = readBody(call);
  const budget = api.store
    .list("poddisruptionbudgets.policy", namespace === undefined ? {} : { namespace })
    .find((one) => isCovered(one, pod));
  if (budget !== undefined && (count(budget, "status", "disruptionsAllowed") ?? 0) <= 0) {
    throw new ApiError({
      code: 429,
      reason: "TooManyRequests",
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: "DisruptionBudget",
            message: `The disruption budget ${budget.metadata.name} needs ${count(budget, "status", "desiredHealthy") ?? 0} healthy pods and has ${count(budget, "status", "currentHealthy") ?? 0} currently`,
          },
        ],
      },
    });
  }
  const sent = isJson(body) ? record(body, "deleteOptions") : {};
  const options = deleteOptionsOf(sent);
  const isDry = options.isDryRun === true || isDryRun(call);
  api.store.delete(nameOf(resource), namespace, name, { ...options, ...(isDry ? { isDryRun: true } : {}) });
  return success(201);
}

function isCovered(budget: KubeObject, pod: KubeObject): boolean {
  const wanted = Object.entries(record(budget, "spec", "selector", "matchLabels"));
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** What a scheduler does: gives a pod its node. */
export function bind(api: Api, call: ResourceCall): Answer {
  const { namespace, name = "" } = call.target;
  const body = readObject(call, { group: "", version: "v1", kind: "Binding" });
  const node = text(body, "target", "name");
  const pod = api.store.get("pods", namespace, name);
  const bound = text(pod, "spec", "nodeName");
  if (bound !== "") {
    throw conflict(call.target.resource, name, `pod ${name} is already assigned to node "${bound}"`);
  }
  if (node === "") throw badRequest("target.name is required");
  const now = timestamp(api.clock.now());
  const change = (draft: KubeObject): void => {
    put(draft, ["spec", "nodeName"], node);
    const others = items(draft, "status", "conditions").filter((one) => one.type !== "PodScheduled");
    const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: now };
    put(draft, ["status", "conditions"], [...others, scheduled]);
  };
  api.store.patch("pods", namespace, name, change, { isDryRun: isDryRun(call) });
  return success(201);
}

const DEFAULT_TOKEN_SECONDS = 3600;

/** A token that this server takes for the account until it ends. */
export function token(api: Api, call: ResourceCall): Answer {
  const { namespace = "", name = "" } = call.target;
  const account = api.store.get("serviceaccounts", namespace, name);
  const body = readObject(call, { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" });
  const seconds = count(body, "spec", "expirationSeconds") ?? DEFAULT_TOKEN_SECONDS;
  if (seconds < 600) {
    throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
      {
        reason: "FieldValueInvalid",
        field: "spec.expirationSeconds",
        message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      },
    ]);
  }
  const identity = serviceAccountIdentity(namespace, name, account.metadata.uid);
  const until = api.clock.now() + seconds * 1000;
  const audiences = Array.isArray(record(body, "spec").audiences)
    ? record(body, "spec").audiences
    : ["https://kubernetes.default.svc.cluster.local"];
  const claims = {
    aud: audiences,
    exp: Math.floor(until / 1000),
    iat: Math.floor(api.clock.now() / 1000),
    iss: "https://kubernetes.default.svc.cluster.local",
    "kubernetes.io": { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    sub: identity.user,
  };
  const made = [{ alg: "RS256", kid: "simulated" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signed = new Secret(`${made}.${randomBytes(64).toString("base64url")}`);
  if (!isDryRun(call)) api.tokens.add(signed, identity, until);
  const answer = {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: timestamp(api.clock.now()) },
    spec: {
      audiences,
      expirationSeconds: seconds,
      boundObjectRef: record(body, "spec").boundObjectRef ?? null,
    },
    status: { token: signed.reveal(), expirationTimestamp: timestamp(until) },
  };
  return jsonAnswer(answer, 201);
}

/** Adds ephemeral containers; nothing else of the pod may change this way. */
export function ephemeralContainers(api: Api, call: ResourceCall): Answer {
  const { resource, namespace, name = "" } = call.target;
  const before = api.store.get("pods", namespace, name);
  if (call.method === "GET") return answerWith(api, call, before);
  if (call.method !== "PUT" && call.method !== "PATCH") throw methodNotAllowed();
  const asked = call.method === "PUT" ? readObject(call, resource) : patchedObject(call, before, resource);
  const wanted = items(asked, "spec", "ephemeralContainers");
  for (const old of items(before, "spec", "ephemeralContainers")) {
    const now = wanted.find((one) => one.name === old.name);
    const doing = now === undefined ? "removed" : isDeepStrictEqual(now, old) ? "" : "changed";
    if (doing === "") continue;
    const why = `existing ephemeral containers "${text(old, "name")}" may not be ${doing}\n`;
    throw invalid(resource, name, [forbiddenField("spec.ephemeralContainers", why)]);
  }
  const draft = copy(before);
  put(draft, ["spec", "ephemeralContainers"], wanted);
  const made = api.store.update("pods", draft, writeOptions(call, "main", "ephemeralcontainers"));
  return answerWith(api, call, made);
}
