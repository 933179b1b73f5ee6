// Access reviews: who am I, and what may I do.

import type { Identity } from "../access/identity.js";
import { mayDo, type Question, rulesOf } from "../access/rbac.js";
import { badRequest } from "../errors.js";
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
      return rulesStatus(api, call.who, text(spec, "namespace"));
    case "SelfSubjectAccessReview":
      return accessStatus(api, call.who, spec);
    default:
      return accessStatus(api, subjectOf(spec), spec);
  }
}

function subjectOf(spec: Json): Identity {
  const user = text(spec, "user");
  const groups = strings(spec, "groups");
  if (user === "" && groups.length === 0) throw badRequest("at least one of user or group must be specified");
  return { user, groups };
}

function accessStatus(api: Api, who: Identity, spec: Json): Json {
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
