// Reading: one object, a list (in pages), or the choice between a list and a watch.

import { ApiError, badRequest, expired, invalid } from "../errors.js";
import { nameOf } from "../resources.js";
import type { Scope } from "../selectors.js";
import type { Store } from "../store.js";
import { type Answer, type Api, JSON_TYPE, numberIn, type ResourceCall } from "./call.js";
import { checkListOptions } from "./options.js";
import { listText, objectText, viewOf } from "./shape.js";

export function getObject(api: Api, call: ResourceCall): Answer {
  const { resource, namespace, name = "" } = call.target;
  const object = api.store.get(nameOf(resource), namespace, name);
  const text = objectText(api, resource, object, viewOf(call));
  return { is: "whole", code: 200, contentType: JSON_TYPE, body: `${text}\n` };
}

export function listObjects(api: Api, call: ResourceCall): Answer {
  const { resource } = call.target;
  const limit = limitIn(call);
  const token = call.query.get("continue") ?? "";
  checkListOptions(call, false);
  checkVersion(api.store, call, token);
  const page = api.pages.read(nameOf(resource), scopeOf(call), limit, token);
  const text = listText(api, resource, page, viewOf(call));
  return { is: "whole", code: 200, contentType: JSON_TYPE, body: `${text}\n` };
}

/** 0: no limit. Throws ApiError 400 for what is no number. */
function limitIn(call: ResourceCall): number {
  const asked = call.query.get("limit") ?? "";
  if (asked !== "" && !/^[+-]?\d+$/.test(asked)) {
    throw badRequest(`strconv.ParseInt: parsing "${asked}": invalid syntax`);
  }
  return numberIn(call.query, "limit") ?? 0;
}

/** The selectors of a list, a watch or a deletion of many. */
export function scopeOf(call: ResourceCall): Scope {
  const { namespace, name } = call.target;
  const fields = [
    ...(name === undefined ? [] : [`metadata.name=${name}`]),
    ...(call.query.get("fieldSelector") ? [call.query.get("fieldSelector")] : []),
  ].join(",");
  const labels = call.query.get("labelSelector") ?? "";
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === "" ? {} : { labels }),
    ...(fields === "" ? {} : { fields }),
  };
}

/** A resourceVersion of the query; undefined when absent. Throws ApiError 400 for what is no number. */
export function versionIn(call: ResourceCall): number | undefined {
  const asked = call.query.get("resourceVersion") ?? "";
  if (asked === "") return undefined;
  if (/^\d+$/.test(asked)) return Number(asked);
  const message = `Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`;
  throw invalid({ group: "", kind: "ListOptions.meta.k8s.io" }, "", [
    { reason: "FieldValueInvalid", field: "resourceVersion", message },
  ]);
}

/** Lists show the present: a version from the future, or exactly one from the past, cannot be had. */
function checkVersion(store: Store, call: ResourceCall, token: string): void {
  const asked = versionIn(call);
  const match = call.query.get("resourceVersionMatch") ?? "";
  if (token !== "" && asked !== undefined && asked !== 0) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  if (asked === undefined) return;
  const current = store.resourceVersion;
  if (asked > current) throw tooNew(asked, current);
  if (match === "Exact" && asked < current) throw expired(asked, current);
}

export function tooNew(asked: number, current: number): ApiError {
  return new ApiError({
    code: 504,
    reason: "Timeout",
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}
