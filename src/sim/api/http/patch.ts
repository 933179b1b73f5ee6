// PATCH in its four kinds, on an object or on one of its subresources.

import type { Part } from "../admission.js";
import { type ApiError, badRequest, invalid } from "../errors.js";
import { shownForm } from "../event-forms.js";
import { copy, isJson, type Json, type KubeObject } from "../json.js";
import { jsonPatch } from "../patch/json-patch.js";
import { mergePatch } from "../patch/merge-patch.js";
import { strategicPatch } from "../patch/strategic-patch.js";
import { apiVersionOf, nameOf } from "../resources.js";
import { typeOfKind } from "../schema/schema.js";
import { applyObject } from "./apply.js";
import {
  fitObject,
  judgeUnknown,
  type KindWanted,
  mediaTypeOf,
  parseJson,
  parseYaml,
  unsupportedMedia,
} from "./body.js";
import type { Answer, Api, ResourceCall } from "./call.js";
import { goMapText } from "./go-map.js";
import { placeObject, updateWith, writeOptions } from "./write.js";

const APPLY = "application/apply-patch+yaml";
const JSON_PATCH = "application/json-patch+json";
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";

export function patchObject(api: Api, call: ResourceCall, part: Part = "main"): Answer {
  const { resource, namespace, name = "", subresource } = call.target;
  if (mediaTypeOf(call) === APPLY) return applyObject(api, call, part);
  const options = writeOptions(call, part, subresource);
  const before = shownForm(resource, api.store.get(nameOf(resource), namespace, name));
  const patched = patchedObject(call, before, resource);
  placeObject(call, patched);
  return updateWith(api, call, patched, options);
}

/** The object as the call's patch makes it. Throws ApiError 400, 415 and 422. */
export function patchedObject(call: ResourceCall, before: KubeObject | Json, wanted: KindWanted): Json {
  const type = mediaTypeOf(call);
  if (type === APPLY) throw unsupportedMedia([JSON_PATCH, MERGE, STRATEGIC]);
  const patch = type.endsWith("+yaml") ? parseYaml(call.body) : parseJson(call.body);
  const patched = applied(type, before, patch, wanted);
  const shown = type === STRATEGIC ? goMapText(patch) : JSON.stringify(patched);
  try {
    const { object, unknown } = fitObject(patched, wanted);
    const troubles = unknown.map((field) => `unknown field "${field}"`);
    judgeUnknown(call, troubles, () => refused(shown, `strict decoding error: ${troubles.join(", ")}`));
    return object;
  } catch (error) {
    if (!isWrongType(error)) throw error;
    throw refused(shown, error.message.replace(/^.*? cannot be handled as a \w+: /, ""));
  }
}

function applied(type: string, before: Json, patch: unknown, wanted: KindWanted): Json {
  if (type === JSON_PATCH) return jsonPatch(before, patch);
  if (type !== MERGE && type !== STRATEGIC) throw unsupportedMedia([JSON_PATCH, MERGE, STRATEGIC, APPLY]);
  if (!isJson(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}",
    );
  }
  if (type === MERGE) return mergePatch(copy(before), patch);
  return strategicPatch(copy(before), patch, typeOfKind(apiVersionOf(wanted), wanted.kind));
}

function isWrongType(error: unknown): error is Error {
  return error instanceof Error && /: (json: cannot unmarshal|illegal base64) /.test(error.message);
}

function refused(patch: string, why: string): ApiError {
  // The real server names neither kind nor object here.
  return invalid({ group: "", kind: "" }, "", [
    {
      reason: "FieldValueInvalid",
      field: "patch",
      message: `Invalid value: ${JSON.stringify(patch)}: ${why}`,
    },
  ]);
}
