// What is wrong with a pull secret's content and can be put right without a new login.

import { isRecord, type Json, record, text } from "../../cluster/objects-fields.js";
import { decodePullSecret } from "../../model/docker-config.js";
import { dockerKey, dockerType, opens, pullSecret, registryKeyFor } from "../docker-data.js";

export interface Mended {
  readonly secret: Json;
  /** What was put right: one clause each. */
  readonly says: readonly string[];
}

const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");
const decoded = (value: string): string => Buffer.from(value, "base64").toString("utf8");

/** Undefined when only a new login can help. */
export function mendData(secret: Json, image: string, registry: string): Mended | undefined {
  const config = configIn(record(secret.data));
  if (config === undefined) return undefined;
  const says = [...config.says];
  let auths = config.auths;
  if (!Object.keys(auths).some((key) => opens(key, image))) {
    const [only, ...others] = Object.entries(auths);
    // Of several logins nobody can tell which one was meant.
    if (only === undefined || others.length > 0) return undefined;
    const key = registryKeyFor(registry);
    auths = { [key]: only[1] };
    says.push(`its login stands under ${only[0]}, and pods look for ${key}`);
  }
  const trimmed = Object.entries(auths).map(([key, value]) => [key, withoutSpace(value)] as const);
  if (trimmed.some(([key, value]) => value !== auths[key]))
    says.push("its password has a space or a line end around it");
  auths = Object.fromEntries(trimmed);
  if (secret.type !== dockerType) says.push(`its type is ${text(secret.type) ?? "Opaque"}`);
  if (says.length === 0) return undefined;
  const { namespace = "", name = "" } = record(secret.metadata);
  const made = pullSecret(String(namespace), String(name), { ...config.rest, auths });
  const mended = {
    ...secret,
    type: dockerType,
    data: secret.type === dockerType ? { ...record(secret.data), ...record(made.data) } : made.data,
  };
  const check = decodePullSecret({
    type: dockerType,
    data: { [dockerKey]: String(record(mended.data)[dockerKey]) },
  });
  return check.trouble === undefined && check.entries.every(({ password }) => !password.isEmpty)
    ? { secret: mended, says }
    : undefined;
}

interface Config {
  readonly auths: Json;
  readonly rest: Json;
  readonly says: readonly string[];
}

/** The logins wherever they are: under another key, encoded twice, or without `auths` around them. */
function configIn(data: Json): Config | undefined {
  const keys = [dockerKey, ".dockercfg", ...Object.keys(data)].filter(
    (key, at, all) => all.indexOf(key) === at,
  );
  for (const key of keys) {
    const value = text(data[key]);
    if (value === undefined) continue;
    const found = parsed(decoded(value)) ?? parsed(decoded(decoded(value)));
    if (found === undefined) continue;
    const isTwice = parsed(decoded(value)) === undefined;
    const says = [
      ...(isTwice ? ["it was base64-encoded twice"] : []),
      ...(key === dockerKey ? [] : [`its logins stand under ${key}`]),
    ];
    if (isRecord(found.auths)) {
      const { auths, ...rest } = found;
      return { auths: record(auths), rest, says };
    }
    const looksLikeLogins = Object.values(found).some(
      (one) => isRecord(one) && ("auth" in one || "password" in one),
    );
    if (looksLikeLogins)
      return {
        auths: found,
        rest: {},
        says: key === dockerKey ? [...says, "its registries stand beside auths"] : says,
      };
  }
  return undefined;
}

function parsed(source: string): Json | undefined {
  for (const candidate of [source, source.replace(/,(\s*[}\]])/g, "$1")]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (isRecord(value)) return value;
    } catch {
      // Not this way; the next one may do.
    }
  }
  return undefined;
}

/** The login without spaces around user and password; the same object when there are none. */
function withoutSpace(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const [username, password] =
    text(value.auth) === undefined
      ? [text(value.username) ?? "", text(value.password) ?? ""]
      : split(decoded(String(value.auth).trim()));
  if (username === username.trim() && password === password.trim()) return value;
  const [user, word] = [username.trim(), password.trim()];
  return { ...value, username: user, password: word, auth: base64(`${user}:${word}`) };
}

function split(auth: string): readonly [string, string] {
  const colon = auth.indexOf(":");
  return colon === -1 ? ["", auth] : [auth.slice(0, colon), auth.slice(colon + 1)];
}
