// The contents of pull secrets, changed as little as possible: entries that are not meant stay byte for byte.

import { isRecord, type Json, record, text } from "../cluster/objects-fields.js";
import { matchCredentials } from "../model/keyring.js";
import type { RegistryEntry } from "../model/objects.js";

export const dockerType = "kubernetes.io/dockerconfigjson";
export const dockerKey = ".dockerconfigjson";
const oldType = "kubernetes.io/dockercfg";
const oldKey = ".dockercfg";

type Login = Pick<RegistryEntry, "username" | "password">;

/** The key under which kubelets look for a registry's login. */
export const registryKeyFor = (registry: string): string =>
  registry === "docker.io" ? "https://index.docker.io/v1/" : registry;

const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");

/** One entry as kubectl writes it. */
function entryOf({ username, password }: Login): Json {
  const secret = password.reveal();
  return { username, password: secret, auth: base64(`${username}:${secret}`) };
}

/** A new Secret with one login. */
export function newPullSecret(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  registry: string,
  login: Login,
): Json {
  return pullSecret(namespace, name, { auths: { [registryKeyFor(registry)]: entryOf(login) } });
}

export function pullSecret(namespace: string, name: string, config: Json): Json {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name },
    type: dockerType,
    data: { [dockerKey]: base64(JSON.stringify(config)) },
  };
}

/** The registries of a Secret as they are written; undefined when it holds no JSON that could be one. */
export function registriesIn(secret: Json): Json | undefined {
  const data = record(secret.data);
  for (const [key, wraps] of [
    [dockerKey, true],
    [oldKey, false],
  ] as const) {
    const encoded = text(data[key]);
    if (encoded === undefined) continue;
    const parsed = tryParse(Buffer.from(encoded, "base64").toString("utf8"));
    if (!isRecord(parsed)) return undefined;
    return wraps ? record(parsed.auths) : parsed;
  }
  return undefined;
}

/** The Secret with other registries in it, in the form that it has. */
export function withRegistries(secret: Json, registries: Json): Json {
  const isOld = secret.type === oldType;
  const key = isOld ? oldKey : dockerKey;
  const encoded = text(record(secret.data)[key]) ?? "";
  const whole = record(tryParse(Buffer.from(encoded, "base64").toString("utf8")));
  const config = isOld ? registries : { ...whole, auths: registries };
  return { ...secret, data: { ...record(secret.data), [key]: base64(JSON.stringify(config)) } };
}

/**
 * The registries with this login under every key that the kubelet would use for the image, or under a new one where there
 * is none.
 */
export function withLogin(registries: Json, image: string, registry: string, login: Login): Json {
  const used = Object.keys(registries).filter((key) => opens(key, image));
  const keys = used.length > 0 ? used : [registryKeyFor(registry)];
  return { ...registries, ...Object.fromEntries(keys.map((key) => [key, entryOf(login)])) };
}

/** Whether the kubelet would use an entry of this key for the image. */
export const opens = (key: string, image: string): boolean =>
  matchCredentials(image, [{ auths: { [key]: { username: "u", password: "p" } } }]).length > 0;

function tryParse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
