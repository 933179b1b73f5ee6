// OpenAPI v3, made from the tables of fields: what `explain` reads, and what tells kubectl that this
// server validates fields. Strategic merge is left out on purpose: kubectl then uses the rules that it
// was built with, which hold for every kind here.

import { apiVersionOf, RESOURCES, type Resource } from "../resources.js";
import { type FieldType, type ObjectType, typeOf, typeOfKind } from "../schema/schema.js";
import { type Answer, type Api, jsonAnswer } from "./call.js";

const made = new Map<string, string>();

/**
 * A document of version 2 that says `swagger: "2.0"` and nothing else. kubectl asks for it when it meets
 * a kind that v3 does not have, or wants rules for a patch: finding none, it goes on without.
 */
const EMPTY_V2 = Buffer.from("\x0a\x032.0", "latin1");

/** undefined when the path is none of OpenAPI's. */
export function openApi(api: Api, path: string): Answer | undefined {
  if (path === "/openapi/v2") {
    const contentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    return { is: "whole", code: 200, contentType, body: EMPTY_V2 };
  }
  const places = new Map(RESOURCES.map((one) => [placeOf(one), apiVersionOf(one)]));
  if (path === "/openapi/v3" || path === "/openapi/v3/") {
    const paths = [...places.keys()].map((place) => [
      place,
      { serverRelativeURL: `/openapi/v3/${place}?hash=${api.version.text}` },
    ]);
    return jsonAnswer({ paths: Object.fromEntries(paths) });
  }
  const place = path.replace(/^\/openapi\/v3\//, "");
  const apiVersion = places.get(place);
  if (apiVersion === undefined) return undefined;
  const key = `${api.version.text} ${place}`;
  let text = made.get(key);
  if (text === undefined) {
    text = JSON.stringify(documentOf(apiVersion, api.version.text));
    made.set(key, text);
  }
  return jsonAnswer(text);
}

function placeOf(resource: Resource): string {
  return `${resource.group === "" ? "api" : "apis"}/${apiVersionOf(resource)}`;
}

function documentOf(apiVersion: string, version: string): object {
  const resources = RESOURCES.filter((one) => apiVersionOf(one) === apiVersion);
  const schemas: Record<string, object> = {};
  for (const resource of resources) {
    const type = typeOfKind(apiVersion, resource.kind);
    if (type !== undefined) addSchema(schemas, type, resource);
  }
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version },
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas },
  };
}

const parameter = (name: string): object => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
});
const PARAMETERS = ["dryRun", "fieldManager", "fieldValidation"].map(parameter);

function pathsOf(resource: Resource): [string, object][] {
  const { group, version, kind } = resource;
  const root = group === "" ? "/api/v1" : `/apis/${group}/${version}`;
  const collection = `${root}${resource.isNamespaced ? "/namespaces/{namespace}" : ""}/${resource.plural}`;
  const operation = (action: string): object => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
    parameters: PARAMETERS,
    responses: { "200": { description: "OK" } },
  });
  const post: [string, object] = [collection, { post: operation("post") }];
  if (resource.isReview) return [post];
  return [post, [`${collection}/{name}`, { put: operation("put"), patch: operation("patch") }]];
}

/** `core/v1.PodSpec` is `io.k8s.api.core.v1.PodSpec`. */
function schemaName(type: string): string {
  const [group = "", rest = ""] = type.split("/");
  return group === "meta" ? `io.k8s.apimachinery.pkg.apis.meta.${rest}` : `io.k8s.api.${group}.${rest}`;
}

function addSchema(schemas: Record<string, object>, type: ObjectType, kind?: Resource): void {
  const name = schemaName(type.name);
  if (schemas[name] !== undefined) return;
  const properties: Record<string, object> = {};
  const schema = {
    type: "object",
    properties,
    ...(kind === undefined
      ? {}
      : {
          "x-kubernetes-group-version-kind": [{ group: kind.group, version: kind.version, kind: kind.kind }],
        }),
  };
  schemas[name] = schema;
  if (kind !== undefined) {
    properties.apiVersion = { type: "string" };
    properties.kind = { type: "string" };
  }
  const required: string[] = [];
  for (const field of type.fields.values()) {
    properties[field.name] = schemaOf(schemas, field.type);
    if (field.isRequired) required.push(field.name);
  }
  if (required.length > 0) Object.assign(schema, { required });
}

const SCALARS: Readonly<Record<string, object>> = {
  string: { type: "string" },
  int: { type: "integer", format: "int32" },
  float: { type: "number", format: "double" },
  bool: { type: "boolean" },
  bytes: { type: "string", format: "byte" },
  Time: { type: "string", format: "date-time" },
  MicroTime: { type: "string", format: "date-time" },
  Quantity: { type: "string" },
  IntOrString: { type: "string", format: "int-or-string" },
  Json: { type: "object" },
};

function schemaOf(schemas: Record<string, object>, type: FieldType): object {
  switch (type.is) {
    case "list":
      return { type: "array", items: schemaOf(schemas, type.of) };
    case "map":
      return { type: "object", additionalProperties: schemaOf(schemas, type.of) };
    case "object":
      addSchema(schemas, typeOf(type.type));
      return { allOf: [{ $ref: `#/components/schemas/${schemaName(type.type)}` }], default: {} };
    default:
      return SCALARS[type.scalar] ?? { type: "string" };
  }
}
