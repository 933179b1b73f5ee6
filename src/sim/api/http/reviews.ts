// Access reviews: who am I, and what may I do.

import type { Identity } from "../access/identity.js";
import { mayDo, type Question, rulesOf } from "../access/rbac.js";
import { invalidValue } from "../admission/trouble.js";
import { badRequest, type FieldTrouble, invalid } from "../errors.js";
import { type Json, record, strings, text, timestamp } from "../json.js";
import { readObject } from "./body.js";
import { type Answer, type Api, jsonAnswer, type ResourceCall } from "./call.js";

export function review(api: Api, call: ResourceCall): Answer {
  const { resource } = call.target;
  const object = readObject(call, resource);
  const spec = record(object, "spec");
  const status = statusOf(api, call, resource.kind, spec);
  const isAboutMe = resource.kind === "SelfSubjectReview";
  const answer = {
    kind: resource.kind,
    apiVersion: `${resource.group}/${resource.version}`,
    metadata: { creationTimestamp: isAboutMe ? timestamp(api.clock.now()) : null },
    ...(isAboutMe ? {} : { spec }),
    status,
  };
  return jsonAnswer(answer, 201);
}

function statusOf(api: Api, call: ResourceCall, kind: string, spec: Json): Json {
  switch (kind) {
    case "SelfSubjectReview":
      return {
        userInfo: {
          username: call.who.user,
          ...(call.who.uid === undefined ? {} : { uid: call.who.uid }),
          groups: call.who.groups,
        },
      };
    case "SelfSubjectRulesReview":
      if (text(spec, "namespace") === "") throw badRequest("no namespace on request");
      return rulesStatus(api, call.who, text(spec, "namespace"));
    case "SelfSubjectAccessReview":
      return accessStatus(api, kind, call.who, spec);
    default:
      return accessStatus(api, kind, subjectOf(spec), spec);
  }
}

/** Throws ApiError 422. */
function checkReview(kind: string, spec: Json): void {
  const troubles: FieldTrouble[] = [];
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if (resource !== undefined && path !== undefined) {
    const why = "cannot be specified in combination with resourceAttributes";
    troubles.push(invalidValue("spec.nonResourceAttributes", path, why));
  }
  if (resource === undefined && path === undefined) {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    troubles.push(invalidValue("spec.resourceAttributes", null, why));
  }
  const isAboutOthers = kind !== "SelfSubjectAccessReview";
  if (isAboutOthers && text(spec, "user") === "" && strings(spec, "groups").length === 0) {
    const why = "at least one of user or group must be specified";
    troubles.push(invalidValue("spec.user", "", why));
  }
  if (troubles.length > 0) throw invalid({ group: "authorization.k8s.io", kind }, "", troubles);
}

function subjectOf(spec: Json): Identity {
  return { user: text(spec, "user"), groups: strings(spec, "groups") };
}

function accessStatus(api: Api, kind: string, who: Identity, spec: Json): Json {
  checkReview(kind, spec);
  const { isAllowed, reason } = mayDo(api.store, who, questionOf(spec));
  return { allowed: isAllowed, ...(reason === "" ? {} : { reason }) };
}

function questionOf(spec: Json): Question {
  if (spec.nonResourceAttributes !== undefined) {
    const asked = record(spec, "nonResourceAttributes");
    return { is: "path", verb: text(asked, "verb"), path: text(asked, "path") };
  }
  const asked = record(spec, "resourceAttributes");
  const subresource = text(asked, "subresource");
  return {
    is: "resource",
    verb: text(asked, "verb"),
    group: text(asked, "group"),
    resource: text(asked, "resource") + (subresource === "" ? "" : `/${subresource}`),
    name: text(asked, "name"),
    namespace: text(asked, "namespace"),
  };
}

function rulesStatus(api: Api, who: Identity, namespace: string): Json {
  const rules = rulesOf(api.store, who, namespace);
  return {
    resourceRules: rules.filter((rule) => rule.resources !== undefined),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs !== undefined),
    incomplete: false,
  };
}
