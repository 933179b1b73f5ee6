// JSON patch (RFC 6902), refusing what the real server refuses in its words.

import { isDeepStrictEqual } from "node:util";
import { ApiError, badRequest } from "../errors.js";
import { copy, isJson, items, type Json, text } from "../json.js";

/** Throws ApiError 400 for a patch that is none, 422 for one that does not apply. */
export function jsonPatch(target: Json, patch: unknown): Json {
  if (!Array.isArray(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    );
  }
  let document: unknown = copy(target);
  for (const operation of items({ patch }, "patch")) document = apply(document, operation);
  return isJson(document) ? document : target;
}

function apply(document: unknown, operation: Json): unknown {
  const op = text(operation, "op");
  const path = steps(text(operation, "path"));
  const where = text(operation, "path");
  switch (op) {
    case "add":
      return add(document, path, copy(operation.value), where);
    case "remove":
      return remove(document, path, where).document;
    case "replace":
      if (path.length === 0) return copy(operation.value);
      if (read(document, path) === undefined) {
        throw refused(`replace operation does not apply: doc is missing key: ${where}: missing value`);
      }
      return write(document, path, copy(operation.value), where);
    case "test":
      if (isDeepStrictEqual(read(document, path) ?? null, operation.value ?? null)) return document;
      throw refused(`testing value ${where} failed: test failed`);
    case "move": {
      const taken = remove(document, steps(text(operation, "from")), text(operation, "from"));
      return add(taken.document, path, taken.value, where);
    }
    case "copy":
      return add(document, path, copy(read(document, steps(text(operation, "from")))), where);
    default:
      throw refused(`Unexpected kind: ${op}`);
  }
}

/** The real server keeps why to itself. `_why` is for whoever reads the code. */
function refused(_why: string): ApiError {
  return new ApiError({
    code: 422,
    reason: "Invalid",
    message: "the server rejected our request due to an error in our request",
    details: {},
  });
}

/** `/a/b~1c/0` becomes ["a", "b/c", "0"]. */
function steps(pointer: string): string[] {
  return pointer === ""
    ? []
    : pointer
        .split("/")
        .slice(1)
        .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isJson(value) ? value[step] : undefined;
}

function read(document: unknown, path: readonly string[]): unknown {
  return path.reduce(child, document);
}

function parentOf(document: unknown, path: readonly string[], where: string, op: string): Json | unknown[] {
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent) || isJson(parent)) return parent;
  throw refused(`${op} operation does not apply: doc is missing path: "${where}": missing value`);
}

function write(document: unknown, path: readonly string[], value: unknown, where: string): unknown {
  const parent = parentOf(document, path, where, "replace");
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent[Number(last)] = value;
  else parent[last] = value;
  return document;
}

function add(document: unknown, path: readonly string[], value: unknown, where: string): unknown {
  if (path.length === 0) return value;
  const parent = parentOf(document, path, where, "add");
  const last = path.at(-1) ?? "";
  if (!Array.isArray(parent)) {
    parent[last] = value;
    return document;
  }
  const index = last === "-" ? parent.length : Number(last);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) {
    throw refused(`add operation does not apply: doc is missing path: "${where}": invalid index referenced`);
  }
  parent.splice(index, 0, value);
  return document;
}

function remove(
  document: unknown,
  path: readonly string[],
  where: string,
): { document: unknown; value: unknown } {
  const parent = parentOf(document, path, where, "remove");
  const last = path.at(-1) ?? "";
  const value = child(parent, last);
  if (value === undefined) {
    throw refused(`remove operation does not apply: doc is missing key: ${where}: missing value`);
  }
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return { document, value };
}
