// Fits a sent object to its kind: unknown fields are dropped and named, wrong types refused, in the
// words of the Go decoder.

import { decodeGoBase64 } from "../../../model/go-base64.js";
import { badRequest } from "../errors.js";
import { isJson, type Json } from "../json.js";
import { type FieldType, type ObjectType, type Scalar, typeOf } from "./schema.js";

export interface Fitted {
  readonly object: Json;
  /** Paths such as `spec.containers[0].imge`, in the order in which Go reports them. */
  readonly unknown: readonly string[];
}

/** Throws ApiError 400 when a value has the wrong type. */
export function fitToType(
  object: Json,
  type: ObjectType,
  kind: { apiVersion: string; kind: string },
): Fitted {
  const unknown: string[] = [];
  const { apiVersion, kind: name, ...rest } = object;
  const complain = (value: unknown, path: string, where: string, wanted: string): never => {
    const field = path.replace(/\[\d+\]/g, "");
    const got = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    throw badRequest(
      `${kind.kind} in version "${versionOf(kind.apiVersion)}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ${got} into Go struct field ${where}.${field} of type ${wanted}`,
    );
  };

  const fitObject = (value: Json, of: ObjectType, path: string): Json => {
    const made: Json = {};
    for (const [key, item] of Object.entries(value)) {
      const field = of.fields.get(key);
      const here = path === "" ? key : `${path}.${key}`;
      if (field === undefined) unknown.push(here);
      else if (item !== null && item !== undefined)
        made[key] = fitValue(item, field.type, here, shortName(of.name));
    }
    return made;
  };

  const fitValue = (value: unknown, of: FieldType, path: string, where: string): unknown => {
    if (of.is === "object") {
      return isJson(value)
        ? fitObject(value, typeOf(of.type), path)
        : complain(value, path, where, goName(of));
    }
    if (of.is === "list") {
      if (!Array.isArray(value)) return complain(value, path, where, goName(of));
      return value.map((item, index) =>
        item === null ? item : fitValue(item, of.of, `${path}[${index}]`, where),
      );
    }
    if (of.is === "map") {
      if (!isJson(value)) return complain(value, path, where, goName(of));
      const made: Json = {};
      for (const [key, item] of Object.entries(value)) {
        if (item === null) made[key] = of.of.is === "scalar" ? "" : {};
        else made[key] = fitValue(item, of.of, `${path}.${key}`, where);
      }
      return made;
    }
    if (of.scalar === "bytes" && typeof value === "string") checkBytes(value, kind);
    return FITS[of.scalar](value) ? value : complain(value, path, where, goName(of));
  };

  const fitted = fitObject(rest, type, "");
  return { object: { apiVersion, kind: name, ...fitted }, unknown };
}

/** Go decodes bytes as it reads them. */
function checkBytes(value: string, { apiVersion, kind }: { apiVersion: string; kind: string }): void {
  const read = decodeGoBase64(value, "padded");
  if (read.ok) return;
  const version = versionOf(apiVersion);
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${read.why}`);
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNumber = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
const FITS: { readonly [scalar in Scalar]: (value: unknown) => boolean } = {
  string: isText,
  bytes: isText,
  Time: isText,
  MicroTime: isText,
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  Quantity: isTextOrNumber,
  IntOrString: isTextOrNumber,
  Json: () => true,
};

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf("/") + 1);
}

function shortName(type: string): string {
  return type.slice(type.lastIndexOf(".") + 1);
}

/** How Go prints the type: `[]v1.Container`, `map[string]string`, `int32`. */
function goName(type: FieldType): string {
  switch (type.is) {
    case "list":
      return `[]${goName(type.of)}`;
    case "map":
      return `map[string]${goName(type.of)}`;
    case "object":
      return `v1.${shortName(type.type)}`;
    default:
      return (
        { int: "int32", float: "float64", bytes: "[]uint8", Json: "json" }[type.scalar as string] ??
        type.scalar
      );
  }
}
