// Copies of what must not stand in a file: a Secret that a fix rewrites, a Pod or Job that it makes again, a template of which
// more than images changes. The copy is a
// Secret beside the object, labelled with the change; `undo` restores from it and removes it.

import type { WritingApi } from "../cluster/api.js";
import { isRecord, type Json, record, text } from "../cluster/objects-fields.js";
import type { ObjectRef } from "../cluster/resources.js";
import { createObject, deleteObject, getObject, type Written } from "../cluster/writing.js";
import { ownPart } from "../fixes/edits.js";
import { ToolError } from "../model/errors.js";
import { digestOf } from "./journal.js";

export const changeLabel = "pulldoctor.dev/change";
const backupType = "pulldoctor.dev/backup";

export interface Backup {
  /** The object as it can be created again. */
  readonly before: Json;
  /** The digest of its own part as the fix left it. */
  readonly afterDigest: string;
  /** The object as the fix left it; absent for Secrets. */
  readonly after?: Json;
}

export const backupName = (ref: ObjectRef, change: string): string =>
  `${ref.name.slice(0, 200)}-before-${change}`;

const backupRef = (ref: ObjectRef, name: string): ObjectRef => ({
  apiVersion: "v1",
  kind: "Secret",
  ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
  name,
});

/** `before` and `after` as they would be created. */
export function writeBackup(
  writing: WritingApi,
  ref: ObjectRef,
  { name, change, before, after }: { name: string; change: string; before: Json; after: Json },
): Promise<Written> {
  const encode = (value: string): string => Buffer.from(value, "utf8").toString("base64");
  return createObject(writing, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: ref.namespace,
      labels: { "app.kubernetes.io/managed-by": "pulldoctor", [changeLabel]: change },
    },
    type: backupType,
    data: {
      before: encode(JSON.stringify(before)),
      "after-digest": encode(digestOf(ownPart(after))),
      ...(ref.kind === "Secret" ? {} : { after: encode(JSON.stringify(ownPart(after))) }),
    },
  });
}

/** Undefined: there is no such copy. */
export async function readBackup(
  writing: WritingApi,
  ref: ObjectRef,
  name: string,
): Promise<Backup | undefined | { readonly why: string }> {
  const answer = await getObject(writing, backupRef(ref, name));
  if (!answer.ok) return answer.is === "missing" ? undefined : { why: answer.why };
  const data = record(answer.object.data);
  const decode = (value: unknown): string => Buffer.from(text(value) ?? "", "base64").toString("utf8");
  const before: unknown = tryParse(decode(data.before));
  if (answer.object.type !== backupType || !isRecord(before))
    return { why: `Secret ${name} is no copy that pulldoctor made` };
  const after = tryParse(decode(data.after));
  return {
    before,
    afterDigest: decode(data["after-digest"]),
    ...(isRecord(after) ? { after } : {}),
  };
}

/** Undefined when there is none any more; else why not. */
export async function removeBackup(
  writing: WritingApi,
  ref: ObjectRef,
  name: string,
): Promise<string | undefined> {
  const own = backupRef(ref, name);
  try {
    const answer = await getObject(writing, own);
    if (!answer.ok) return answer.is === "missing" ? undefined : answer.why;
    if (answer.object.type !== backupType) return `Secret ${name} is no copy that pulldoctor made`;
    const gone = await deleteObject(writing, own, { uid: text(record(answer.object.metadata).uid) ?? "" });
    return gone.ok || gone.is === "missing" ? undefined : gone.why;
  } catch (error) {
    if (error instanceof ToolError) return `${error.what}: ${error.why}`;
    throw error;
  }
}

function tryParse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
