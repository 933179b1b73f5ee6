// What an API server refuses, worded as the real one words it: each refusal is a Status object.

import type { Json } from "./json.js";
import type { GroupResource } from "./resources.js";

/** One line of a 422: which field, what kind of trouble, and the text kubectl prints. */
export interface FieldTrouble {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldManagerConflict";
  readonly field: string;
  /** Without the field: `Required value`, `Invalid value: "x": must be ...`. */
  readonly message: string;
}

export interface StatusText {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Json;
  /** Of the Status itself: the continue token of an expired list. Default {}. */
  readonly metadata?: Json;
}

/** A refusal. `status` is the body that a client gets. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly reason: string;
  readonly details: Json | undefined;
  readonly metadata: Json;

  constructor(text: StatusText) {
    super(text.message);
    this.code = text.code;
    this.reason = text.reason;
    this.details = text.details;
    this.metadata = text.metadata ?? {};
  }

  get status(): Json {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.metadata,
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export function isApiError(error: unknown, reason?: string): error is ApiError {
  return error instanceof ApiError && (reason === undefined || error.reason === reason);
}

function detailsOf(resource: GroupResource, name: string): Json {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

/** `pods`, `deployments.apps`. */
function printed(resource: GroupResource): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function notFound(resource: GroupResource, name: string): ApiError {
  const message = `${printed(resource)} "${name}" not found`;
  return new ApiError({ code: 404, reason: "NotFound", message, details: detailsOf(resource, name) });
}

export function noSuchPath(): ApiError {
  const message = "the server could not find the requested resource";
  return new ApiError({ code: 404, reason: "NotFound", message, details: {} });
}

export function alreadyExists(resource: GroupResource, name: string): ApiError {
  const message = `${printed(resource)} "${name}" already exists`;
  return new ApiError({ code: 409, reason: "AlreadyExists", message, details: detailsOf(resource, name) });
}

/** `why` defaults to the sentence for a stale resourceVersion. */
export function conflict(resource: GroupResource, name: string, why?: string): ApiError {
  const because =
    why ?? "the object has been modified; please apply your changes to the latest version and try again";
  const message = `Operation cannot be fulfilled on ${printed(resource)} "${name}": ${because}`;
  return new ApiError({ code: 409, reason: "Conflict", message, details: detailsOf(resource, name) });
}

export function forbidden(resource: GroupResource, name: string, why: string): ApiError {
  const subject = name === "" ? printed(resource) : `${printed(resource)} "${name}"`;
  const message = `${subject} is forbidden: ${why}`;
  return new ApiError({ code: 403, reason: "Forbidden", message, details: detailsOf(resource, name) });
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: "BadRequest", message });
}

export function expired(asked: number, oldest: number): ApiError {
  return new ApiError({
    code: 410,
    reason: "Expired",
    message: `too old resource version: ${asked} (${oldest})`,
  });
}

export function methodNotAllowed(): ApiError {
  return new ApiError({
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
    details: {},
  });
}

/** A 422 with one cause a field. `kind` such as `Pod`, `group` "" for core. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  troubles: readonly FieldTrouble[],
): ApiError {
  const lines = troubles.map((trouble) => `${trouble.field}: ${trouble.message}`);
  const printedKind = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const told = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new ApiError({
    code: 422,
    reason: "Invalid",
    message: `${printedKind} "${name}" is invalid: ${told}`,
    details: {
      ...(name === "" ? {} : { name }),
      ...(kind.group === "" ? {} : { group: kind.group }),
      ...(kind.kind === "" ? {} : { kind: kind.kind }),
      causes: troubles.map(({ reason, message, field }) => ({ reason, message, field })),
    },
  });
}
