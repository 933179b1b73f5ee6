// An object, or a list of them, in the shape that a client asked for: whole, as a table, or as
// metadata only. Texts are put together from parts that were serialised once.

import { ApiError, badRequest } from "../errors.js";
import { shownForm } from "../event-forms.js";
import { jsonText, type KubeObject } from "../json.js";
import { apiVersionOf, type Resource } from "../resources.js";
import { type IncludeObject, metadataText } from "../tables/table.js";
import { type Shape, shapeOf } from "./accept.js";
import type { Api, Call } from "./call.js";
import type { Page } from "./pages.js";

/** How the answers to one call look. */
export interface View {
  readonly shape: Shape;
  readonly include: IncludeObject;
}

const INCLUDES: readonly IncludeObject[] = ["Metadata", "Object", "None"];

/** Throws ApiError 406, and 400 for an `includeObject` that is none. */
export function viewOf(call: Call): View {
  const shape = shapeOf(call.headers.accept);
  if (shape === undefined) {
    throw new ApiError({
      code: 406,
      reason: "NotAcceptable",
      message:
        "only the following media types are accepted: application/json, application/json;as=Table;g=meta.k8s.io;v=v1",
    });
  }
  const asked = call.query.get("includeObject") ?? "Metadata";
  const include = INCLUDES.find((one) => one === asked);
  if (include === undefined) throw badRequest(`unrecognized includeObject value: "${asked}"`);
  return { shape, include };
}

export function objectText(api: Api, resource: Resource, object: KubeObject, view: View): string {
  switch (view.shape) {
    case "object":
      return jsonText(shownForm(resource, object));
    case "metadata":
      return metadataText(object);
    default:
      return tableText(
        api,
        resource,
        [object],
        view,
        `"resourceVersion":"${object.metadata.resourceVersion}"`,
      );
  }
}

export function listText(api: Api, resource: Resource, page: Page, view: View): string {
  let metadata = `"resourceVersion":"${page.resourceVersion}"`;
  if (page.next !== undefined) metadata += `,"continue":"${page.next}"`;
  // With a selector the real server does not know how many are left; nobody relies on its silence.
  if (page.remaining !== undefined) metadata += `,"remainingItemCount":${page.remaining}`;
  if (view.shape === "table") return tableText(api, resource, page.objects, view, metadata);
  const isWhole = view.shape === "object";
  const kind = isWhole ? `${resource.kind}List` : "PartialObjectMetadataList";
  const apiVersion = isWhole ? apiVersionOf(resource) : "meta.k8s.io/v1";
  const items = page.objects.map((object) =>
    isWhole ? itemText(shownForm(resource, object)) : metadataText(object),
  );
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":{${metadata}},"items":[${items.join(",")}]}`;
}

const itemTexts = new WeakMap<KubeObject, string>();

/** An object of a list: its kind is the list's to tell. Made once for each version. */
function itemText(object: KubeObject): string {
  let text = itemTexts.get(object);
  if (text === undefined) {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    text = JSON.stringify(rest);
    itemTexts.set(object, text);
  }
  return text;
}

/** `isLater`: the columns were sent before, so they are left out. */
export function tableText(
  api: Api,
  resource: Resource,
  objects: readonly KubeObject[],
  view: View,
  metadata: string,
  isLater = false,
): string {
  const maker = api.tables(resource);
  const now = api.clock.now();
  const rows = objects.map((object) => maker.row(object, view.include, now));
  const columns = isLater ? "null" : maker.columns;
  return `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{${metadata}},"columnDefinitions":${columns},"rows":[${rows.join(",")}]}`;
}
