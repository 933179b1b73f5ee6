// The parts of a world file that become objects of the cluster: namespaces, secrets, service
// accounts and workloads in short form, and manifests in full.

import { parseAllDocuments } from "yaml";
import { isJson, type Json } from "../api/json.js";
import type { WorldObject } from "./config.js";
import { placeOf } from "./place.js";
import { readWorkload } from "./read-workloads.js";
import type { Fields, Part } from "./yaml.js";

export const objectFields = ["namespaces", "secrets", "serviceAccounts", "workloads", "manifests"] as const;

/** Reads a file that the world file names; undefined: it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Namespaces first, those that are only mentioned too. */
export function readObjects(
  fields: Fields<(typeof objectFields)[number]>,
  readText: ReadText,
): readonly WorldObject[] {
  const objects: WorldObject[] = [
    ...fields.entries("secrets").map(readSecret),
    ...fields.entries("serviceAccounts").map(readServiceAccount),
    ...fields.entries("workloads").map(readWorkload),
    ...fields.items("manifests").flatMap((part) => readManifest(part, readText)),
  ];
  const listed = fields.get("namespaces", (part) => part.texts()) ?? [];
  const mentioned = objects.flatMap(({ metadata: { namespace } }) =>
    namespace === undefined ? [] : [namespace],
  );
  const made = objects.flatMap(({ kind, metadata: { name = "" } }) => (kind === "Namespace" ? [name] : []));
  const needed = [...new Set([...listed, ...mentioned])].filter((name) => !made.includes(name));
  const namespaces = needed.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const isNamespace = ({ kind }: WorldObject): boolean => kind === "Namespace";
  return [...namespaces, ...objects.filter(isNamespace), ...objects.filter((one) => !isNamespace(one))];
}

/** Registry keys with a user name and a password each: a secret of the type dockerconfigjson. */
function readSecret([key, part]: readonly [string, Part]): WorldObject {
  const auths = part.entries().map(([registry, login]) => {
    const fields = login.fields("username", "password");
    const username = fields.need("username", (one) => one.text());
    const password = fields.need("password", (one) => one.text());
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return [registry, { username, password, auth }];
  });
  const config = JSON.stringify({ auths: Object.fromEntries(auths) });
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: placeOf(key, part),
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(config).toString("base64") },
  };
}

/** The names of its pull secrets. */
function readServiceAccount([key, part]: readonly [string, Part]): WorldObject {
  const imagePullSecrets = part.texts().map((name) => ({ name }));
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: placeOf(key, part), imagePullSecrets };
}

/** An object as kubectl takes it, or `file: PATH` with any number of them. */
function readManifest(part: Part, readText: ReadText): readonly WorldObject[] {
  const value = part.json();
  if (isJson(value) && typeof value.file === "string" && value.kind === undefined) {
    const text = readText(value.file) ?? part.fail(`the file ${value.file} cannot be read`);
    return parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error !== undefined)
        return part.fail(`${String(value.file)} is no YAML: ${error.message.split("\n")[0]}`);
      const found: unknown = document.toJS();
      return found === null ? [] : withItems(found, part);
    });
  }
  return withItems(value, part);
}

function withItems(value: unknown, part: Part): readonly WorldObject[] {
  const isList = isJson(value) && value.kind === "List" && Array.isArray(value.items);
  return (isList ? (value.items as readonly unknown[]) : [value]).map((item) => objectOf(item, part));
}

function objectOf(value: unknown, part: Part): WorldObject {
  if (!isJson(value)) return part.fail("is no object with apiVersion, kind and metadata");
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isJson(metadata)) {
    return part.fail("is no object with apiVersion, kind and metadata");
  }
  return { ...value, apiVersion, kind, metadata: metadata as Json & { name?: string; namespace?: string } };
}
