// What the API server refuses in secrets and config maps. Of a pull secret it asks only that its
// value is a JSON object: bad base64 inside, wrong hosts and typos pass.

import { isDeepStrictEqual } from "node:util";
import type { FieldTrouble } from "../errors.js";
import { type Json, type KubeObject, record, text } from "../json.js";
import { goMapError } from "./go-json.js";
import { forbiddenField, invalidValue, required, tooLong } from "./trouble.js";

const LIMIT_BYTES = 1024 * 1024;
const KEY_WORDS =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const REDACTED = "<secret contents redacted>";

export function dataTroubles(object: KubeObject, key: string): FieldTrouble[] {
  const data = record(object, key);
  const troubles: FieldTrouble[] = [];
  let size = 0;
  for (const [name, value] of Object.entries(data)) {
    size += object.kind === "Secret" ? (String(value).length * 3) / 4 : Buffer.byteLength(String(value));
    if (!/^[-._a-zA-Z0-9]+$/.test(name)) troubles.push(invalidValue(`${key}[${name}]`, name, KEY_WORDS));
  }
  if (size > LIMIT_BYTES)
    troubles.push(
      tooLong(object.kind === "Secret" ? "data" : "", `may not be more than ${LIMIT_BYTES} bytes`),
    );
  return troubles;
}

export function secretTroubles(secret: KubeObject): FieldTrouble[] {
  return [...dataTroubles(secret, "data"), ...typeTroubles(secret)];
}

function typeTroubles(secret: KubeObject): FieldTrouble[] {
  const data = record(secret, "data");
  switch (text(secret, "type")) {
    case "kubernetes.io/dockerconfigjson":
      return configTroubles(data, ".dockerconfigjson");
    case "kubernetes.io/dockercfg":
      return configTroubles(data, ".dockercfg");
    case "kubernetes.io/basic-auth":
      return data.username === undefined && data.password === undefined
        ? [required("data[username]"), required("data[password]")]
        : [];
    case "kubernetes.io/ssh-auth":
      return data["ssh-privatekey"] === undefined ? [required("data[ssh-privatekey]")] : [];
    case "kubernetes.io/tls":
      return ["tls.crt", "tls.key"]
        .filter((key) => data[key] === undefined)
        .map((key) => required(`data[${key}]`));
    case "kubernetes.io/service-account-token":
      return text(secret, "metadata", "annotations", "kubernetes.io/service-account.name") === ""
        ? [required("metadata.annotations[kubernetes.io/service-account.name]")]
        : [];
    default:
      return [];
  }
}

function configTroubles(data: Json, key: string): FieldTrouble[] {
  const value = data[key];
  if (value === undefined) return [required(`data[${key}]`)];
  const error = goMapError(Buffer.from(String(value), "base64").toString("utf8"));
  return error === undefined ? [] : [invalidValue(`data[${key}]`, REDACTED, error)];
}

export function secretUpdateTroubles(secret: KubeObject, before: KubeObject): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  if (secret.type !== before.type) troubles.push(invalidValue("type", secret.type, "field is immutable"));
  return [...troubles, ...immutableTroubles(secret, before)];
}

/** For secrets and config maps that were sealed. */
export function immutableTroubles(object: KubeObject, before: KubeObject): FieldTrouble[] {
  if (before.immutable !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const troubles = object.immutable === true ? [] : [forbiddenField("immutable", why)];
  for (const key of ["data", "binaryData"]) {
    if (!isDeepStrictEqual(object[key] ?? {}, before[key] ?? {})) troubles.push(forbiddenField(key, why));
  }
  return troubles;
}
