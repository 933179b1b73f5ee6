// Request bodies: JSON, YAML or protobuf into JSON, fitted to the kind that the path names.

import { parse } from "yaml";
import { goSyntaxError } from "../admission/go-json.js";
import { ApiError, badRequest } from "../errors.js";
import { isJson, type Json, text } from "../json.js";
import { apiVersionOf } from "../resources.js";
import { decodeProtobuf } from "../schema/protobuf.js";
import { typeOfKind } from "../schema/schema.js";
import { fitToType } from "../schema/strict.js";
import type { Call } from "./call.js";

/** What the real server reads at most. */
export const BODY_LIMIT = 3 * 1024 * 1024;

export function tooLarge(): ApiError {
  return new ApiError({
    code: 413,
    reason: "RequestEntityTooLarge",
    message: `Request entity too large: limit is ${BODY_LIMIT}`,
  });
}

export function unsupportedMedia(accepted: readonly string[]): ApiError {
  return new ApiError({
    code: 415,
    reason: "UnsupportedMediaType",
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  });
}

export function mediaTypeOf(call: Call): string {
  return (call.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

const ENCODINGS = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"] as const;

/** The body as JSON; undefined when it is empty. Throws ApiError 400 and 415. */
export function readBody(call: Call): unknown {
  if (call.body.length === 0) return undefined;
  switch (mediaTypeOf(call)) {
    case "application/json":
    case "":
      return parseJson(call.body);
    case "application/yaml":
      return parseYaml(call.body);
    case "application/vnd.kubernetes.protobuf":
      return decodeProtobuf(call.body);
    default:
      throw unsupportedMedia(ENCODINGS);
  }
}

export function parseJson(body: Buffer): unknown {
  const source = body.toString("utf8");
  try {
    return JSON.parse(source) as unknown;
  } catch {
    const why = goSyntaxError(source) ?? "invalid JSON";
    throw badRequest(`couldn't get version/kind; json parse error: ${why}`);
  }
}

/** JSON is YAML. */
export function parseYaml(body: Buffer): unknown {
  try {
    return parse(body.toString("utf8")) as unknown;
  } catch (error) {
    throw badRequest(
      `error converting YAML to JSON: yaml: ${error instanceof Error ? error.message : "unreadable"}`,
    );
  }
}

/** Which kind a body must be of. */
export interface KindWanted {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * The object of a body, of the kind wanted: unknown fields are refused, warned about or dropped, as
 * `fieldValidation` asks. Throws ApiError 400.
 */
export function readObject(call: Call, wanted: KindWanted): Json {
  const body = readBody(call);
  const apiVersion = apiVersionOf(wanted);
  if (!isJson(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${wanted.kind}): couldn't get version/kind; json parse error`,
    );
  }
  // What a client leaves out is what the path says.
  const kind = text(body, "kind") || wanted.kind;
  const version = text(body, "apiVersion") || apiVersion;
  if (version !== apiVersion) {
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (kind !== wanted.kind) {
    const conversion = `converting (${wanted.version}.${kind}) to (core.${wanted.kind}): unknown conversion`;
    throw badRequest(
      `${kind} in version "${wanted.version}" cannot be handled as a ${wanted.kind}: ${conversion}`,
    );
  }
  const { object, unknown } = fitObject({ ...body, kind, apiVersion }, wanted);
  const troubles = unknown.map((field) => `unknown field "${field}"`);
  judgeUnknown(call, troubles, () =>
    badRequest(
      `${wanted.kind} in version "${wanted.version}" cannot be handled as a ${wanted.kind}: strict decoding error: ${troubles.join(", ")}`,
    ),
  );
  return object;
}

/** Throws ApiError 400 when a value has a wrong type. A kind without a table of fields is left as it is. */
export function fitObject(object: Json, wanted: KindWanted): { object: Json; unknown: readonly string[] } {
  const kind = { apiVersion: apiVersionOf(wanted), kind: wanted.kind };
  const type = typeOfKind(kind.apiVersion, kind.kind);
  return type === undefined ? { object, unknown: [] } : fitToType(object, type, kind);
}

/** Refuses, warns or is silent about fields that the kind does not have, as the caller wished. */
export function judgeUnknown(call: Call, troubles: readonly string[], refusal: () => ApiError): void {
  if (troubles.length === 0) return;
  const wish = call.query.get("fieldValidation") ?? "Warn";
  if (wish === "Strict") throw refusal();
  if (wish === "Warn") call.warnings.push(...troubles);
}
