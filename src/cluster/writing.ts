// Single objects, read whole and written: one function for each verb, and every refusal told apart by what it means for
// the writer. Nothing here is tried twice.

import { ToolError } from "../model/errors.js";
import type { ApiAnswer, WriteRequest, WritingApi } from "./api.js";
import { readText } from "./client-body.js";
import { isRecord, type Json, record, records, text } from "./objects-fields.js";
import { collectionPath, type ObjectRef, objectPath } from "./resources.js";

/**
 * `conflict`: the object is not the one that the change was computed from. `denied`: an admission webhook or
 * policy. `unclear`: no answer came, so that nobody knows whether it was done.
 */
export type RefusalKind =
  | "conflict"
  | "exists"
  | "forbidden"
  | "quota"
  | "denied"
  | "missing"
  | "invalid"
  | "other"
  | "unclear";

export interface WriteRefusal {
  readonly ok: false;
  readonly is: RefusalKind;
  /** 0: no answer came. */
  readonly status: number;
  /** The API server's own words on one line; foreign text. */
  readonly why: string;
}

export type Written = { readonly ok: true; readonly object: Json } | WriteRefusal;

interface WriteChoice {
  /** Asks the API server to check it, admission included, and to keep nothing. */
  readonly isDryRun?: boolean;
}

const manager = "fieldManager=pulldoctor";
const objectLimit = 16 * 1024 * 1024;

export async function getObject(writing: WritingApi, ref: ObjectRef): Promise<Written> {
  return writtenOf(await writing.api.get(objectPath(ref)));
}

export function createObject(writing: WritingApi, object: Json, choice: WriteChoice = {}): Promise<Written> {
  const { namespace } = record(object.metadata);
  return write(writing, {
    method: "POST",
    path: `${collectionPath(String(object.kind), text(namespace))}?${query(choice)}`,
    body: object,
  });
}

/** `patch` is a JSON patch (RFC 6902). One that sets metadata.resourceVersion is refused with `conflict` when that is not the present one. */
export function patchObject(
  writing: WritingApi,
  ref: ObjectRef,
  patch: readonly unknown[],
  choice: WriteChoice = {},
): Promise<Written> {
  return write(writing, {
    method: "PATCH",
    path: `${objectPath(ref)}?${query(choice)}`,
    body: patch,
    contentType: "application/json-patch+json",
  });
}

/**
 * Deletes this very object: another one of the same name is refused with `conflict`. What is asked for
 * stands in the body, dry run included: an API server that is given a body reads nothing of the query.
 */
export function deleteObject(
  writing: WritingApi,
  ref: ObjectRef,
  { uid, isDryRun, graceSeconds }: WriteChoice & { readonly uid: string; readonly graceSeconds?: number },
): Promise<Written> {
  return write(writing, {
    method: "DELETE",
    path: objectPath(ref),
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(isDryRun === true ? { dryRun: ["All"] } : {}),
      preconditions: { uid },
      propagationPolicy: "Background",
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    },
  });
}

const query = ({ isDryRun }: WriteChoice): string => (isDryRun === true ? `dryRun=All&${manager}` : manager);

async function write(writing: WritingApi, request: WriteRequest): Promise<Written> {
  let answer: ApiAnswer;
  try {
    answer = await writing.write(request);
    return await writtenOf(answer);
  } catch (error) {
    if (!(error instanceof ToolError) || /^login/.test(error.code)) throw error;
    return { ok: false, is: "unclear", status: 0, why: `${error.what}: ${error.why}` };
  }
}

async function writtenOf(answer: ApiAnswer): Promise<Written> {
  const body = await readText(answer.body, objectLimit);
  const parsed = tryParse(body);
  if (answer.status >= 200 && answer.status < 300) {
    if (isRecord(parsed)) return { ok: true, object: parsed };
    return { ok: false, is: "unclear", status: answer.status, why: "the answer is no JSON" };
  }
  const status = record(parsed);
  const said = text(status.message) ?? body.slice(0, 300);
  return {
    ok: false,
    is: kindOf(answer.status, text(status.reason) ?? "", said, status),
    status: answer.status,
    why: `${answer.status} ${said}`.replace(/\s+/g, " ").trim().slice(0, 1000),
  };
}

function kindOf(status: number, reason: string, said: string, body: Json): RefusalKind {
  // A webhook may answer with any status; the API server words what it passes on.
  if (/admission webhook ".*" denied|ValidatingAdmissionPolicy .* denied request/.test(said)) return "denied";
  if (status === 404) return "missing";
  if (status === 409) return reason === "AlreadyExists" ? "exists" : "conflict";
  if (status === 403) return /exceeded quota/.test(said) ? "quota" : "forbidden";
  if (status === 422 || status === 400) {
    const causes = records(record(body.details).causes);
    const isStale = causes.some(({ field }) => field === "metadata.resourceVersion");
    return isStale ? "conflict" : "invalid";
  }
  // The gateway in front or the server behind may have done it before it failed.
  return status >= 500 ? "unclear" : "other";
}

function tryParse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
