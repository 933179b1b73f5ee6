// What the kubelet reads out of a Secret that a pod names as pull secret. Follows
// pkg/credentialprovider/config.go and secrets.go; semantics reference 4.3.

import { decodeGoBase64 } from "./go-base64.js";
import { GoObject, type GoValue, goKind, parseGoJson } from "./go-json.js";
import type { PullSecret, RegistryEntry } from "./objects.js";
import { Secret } from "./secret.js";
import { notesOf } from "./secret-notes.js";

/** A Secret as the API gives it: values of `data` are base64. */
export interface SecretData {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

export type DecodedSecret = Pick<PullSecret, "dataKeys" | "entries" | "trouble" | "notes">;

const dockerConfigJson: Shape = { key: ".dockerconfigjson", wrapsAuths: true };

const shapes: Readonly<Record<string, Shape>> = {
  "kubernetes.io/dockerconfigjson": dockerConfigJson,
  "kubernetes.io/dockercfg": { key: ".dockercfg", wrapsAuths: false },
};

interface Shape {
  readonly key: string;
  /** The registries stand under `auths`; else at the top. */
  readonly wrapsAuths: boolean;
}

/**
 * The credentials in a Secret, by the kubelet's rules. A `malformed` secret carries the Go error as
 * `why`, word for word as events of today's kubelets have it; older ones leave out which field of an entry
 * has the wrong type. Passwords are `Secret`s; no error or note holds
 * any part of one.
 */
export function decodePullSecret({ type, data }: SecretData): DecodedSecret {
  const dataKeys = Object.keys(data);
  const nothing = (
    is: NonNullable<PullSecret["trouble"]>["is"],
    why: string,
    notes: PullSecret["notes"] = [],
  ) => ({
    dataKeys,
    entries: [],
    trouble: { is, why },
    notes,
  });
  const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  if (shape === undefined) {
    return nothing("wrong-type", `the kubelet reads ${Object.keys(shapes).join(" and ")} alone`);
  }
  const value = Object.hasOwn(data, shape.key) ? data[shape.key] : undefined;
  if (value === undefined) return nothing("wrong-key", `the kubelet looks only at ${shape.key} in this type`);
  if (value === "") return nothing("empty", `${shape.key} is empty`);
  const content = decodeGoBase64(value, "padded");
  if (!content.ok) return nothing("malformed", content.why);
  const config = decodeDockerConfig(content.bytes, shape);
  if (!config.ok) {
    return nothing("malformed", config.why, isBase64Again(content.bytes) ? [encodedTwice(shape)] : []);
  }
  const { written } = config;
  const hollow = emptiness(written, config.others, shape);
  if (hollow !== undefined) return nothing("empty", hollow);
  return { dataKeys, entries: written.map(({ entry }) => entry), notes: written.flatMap(notesOf) };
}

/** The entries of a decoded `.dockerconfigjson`; [] when the kubelet could not decode it. */
export function decodeConfigObject(config: object): readonly RegistryEntry[] {
  const decoded = decodeDockerConfig(Buffer.from(JSON.stringify(config), "utf8"), dockerConfigJson);
  return decoded.ok ? decoded.written.map(({ entry }) => entry) : [];
}

/** One registry key with the names of all fields under it, for what the kubelet does not use. */
export interface WrittenEntry {
  readonly entry: RegistryEntry;
  readonly fields: readonly string[];
}

type DecodedConfig =
  | { readonly ok: true; readonly written: readonly WrittenEntry[]; readonly others: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** A decoded config file: its entries, and the names of what else stands at the top. */
function decodeDockerConfig(bytes: Uint8Array, shape: Shape): DecodedConfig {
  const parsed = parseGoJson(bytes);
  if (!parsed.ok) return parsed;
  return shape.wrapsAuths ? readConfigJson(parsed.value) : readConfigMap(parsed.value, undefined);
}

/** Go's DockerConfigJSON: `auths`, and headers that only have to be of the right type. */
function readConfigJson(config: GoValue): DecodedConfig {
  if (config === null) return { ok: true, written: [], others: [] };
  if (!(config instanceof GoObject))
    return refused(`${mismatch(config)} into Go value of type credentialprovider.DockerConfigJSON`);
  let entries = new Map<string, WrittenEntry>();
  // Go goes on after a wrong type and reports the first one, unless something worse comes.
  let wrongType: string | undefined;
  for (const [name, value] of config.members) {
    const field = foldedName(name);
    if (field === "auths") {
      if (value === null) entries = new Map();
      else if (value instanceof GoObject) {
        const read = readConfigMap(value, "DockerConfigJSON.auths");
        if (!read.ok) return read;
        for (const written of read.written) entries.set(written.entry.key, written);
      } else
        wrongType ??= `${mismatch(value)} into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig`;
    }
    if (field === "httpheaders") wrongType ??= wrongHeaders(value);
  }
  if (wrongType !== undefined) return refused(wrongType);
  return { ok: true, written: [...entries.values()], others: config.members.map(([name]) => name) };
}

function wrongHeaders(value: GoValue): string | undefined {
  if (value === null) return undefined;
  const into = "into Go struct field DockerConfigJSON.HttpHeaders of type";
  if (!(value instanceof GoObject)) return `${mismatch(value)} ${into} map[string]string`;
  const wrong = value.members.find(([, header]) => header !== null && typeof header !== "string");
  return wrong === undefined ? undefined : `${mismatch(wrong[1])} ${into} string`;
}

/** Go's DockerConfig: registry keys and their entries. `within` is the struct field that holds it. */
function readConfigMap(config: GoValue, within: string | undefined): DecodedConfig {
  if (config === null) return { ok: true, written: [], others: [] };
  if (!(config instanceof GoObject))
    return refused(`${mismatch(config)} into Go value of type credentialprovider.DockerConfig`);
  const entries = new Map<string, WrittenEntry>();
  for (const [key, value] of config.members) {
    const read = readEntry(key, value, within);
    if (!read.ok) return read;
    entries.set(key, read);
  }
  return { ok: true, written: [...entries.values()], others: [] };
}

type ReadEntry = ({ readonly ok: true } & WrittenEntry) | { readonly ok: false; readonly why: string };

function readEntry(key: string, value: GoValue, within: string | undefined): ReadEntry {
  const into = within === undefined ? "Go value" : `Go struct field ${within}`;
  if (value !== null && !(value instanceof GoObject)) {
    return refused(`${mismatch(value)} into ${into} of type credentialprovider.dockerConfigEntryWithAuth`);
  }
  const members = value === null ? [] : value.members;
  const fields = { username: "", password: "", email: "", auth: "" };
  let wrongType: string | undefined;
  for (const [name, text] of members) {
    const field = foldedName(name);
    if (!isField(field) || text === null) continue;
    if (typeof text === "string") fields[field] = text;
    else
      wrongType ??= `${mismatch(text)} into Go struct field ${within ?? "dockerConfigEntryWithAuth"}.${field} of type string`;
  }
  if (wrongType !== undefined) return refused(wrongType);
  const login = fields.auth === "" ? { ok: true as const, ...fields } : decodeAuth(fields.auth);
  if (!login.ok) return login;
  const email = fields.email === "" ? {} : { email: fields.email };
  const entry = { key, username: login.username, password: new Secret(login.password), ...email };
  return { ok: true, entry, fields: members.map(([name]) => name) };
}

/** Go takes `Auths` and even `auth\u017f`, with a long s, for `auths`. */
const foldedName = (name: string): string => name.toLowerCase().replaceAll("\u017f", "s");

const isField = (name: string): name is "username" | "password" | "email" | "auth" =>
  name === "username" || name === "password" || name === "email" || name === "auth";

/** `auth` is base64 of `user:password`, with padding or without; it overrides the two fields. */
function decodeAuth(
  auth: string,
):
  | { readonly ok: true; readonly username: string; readonly password: string }
  | { readonly ok: false; readonly why: string } {
  const decoded = decodeGoBase64(auth, auth.trim().endsWith("=") ? "padded" : "unpadded");
  if (!decoded.ok) return decoded;
  const text = Buffer.from(decoded.bytes).toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1)
    return refused("unable to parse auth field, must be formatted as base64(username:password)");
  return { ok: true, username: text.slice(0, colon), password: text.slice(colon + 1) };
}

const refused = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

const mismatch = (value: GoValue): string => `json: cannot unmarshal ${goKind(value)}`;

/** Why there is nothing in it for the kubelet, when that is so. */
function emptiness(
  written: readonly WrittenEntry[],
  others: readonly string[],
  shape: Shape,
): string | undefined {
  if (written.length === 0) {
    const store = others.find((name) => /^cred(sStore|Helpers)$/i.test(name));
    if (store !== undefined)
      return `it names a credential store (${store}), which the kubelet does not use, and no registry`;
    const strange = others.find((name) => /[.:/]/.test(name));
    if (strange !== undefined) return "its registries stand at the top instead of under auths";
    if (!shape.wrapsAuths) return "it names no registry";
    return others.some((name) => foldedName(name) === "auths")
      ? "its auths name no registry"
      : "it has no auths";
  }
  const [first, ...more] = written;
  if (!shape.wrapsAuths && more.length === 0 && first?.entry.key === "auths") {
    return "it is written like a .dockerconfigjson, so that the kubelet takes the word auths for a registry";
  }
  return undefined;
}

/** JSON text begins with `{`; encoded once more it begins with `ey`. */
function isBase64Again(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString("latin1").trim();
  const again = /^e[w-z0-9]/.test(text) ? decodeGoBase64(text, "padded") : undefined;
  return again?.ok === true && parseGoJson(again.bytes).ok;
}

const encodedTwice = (shape: Shape): PullSecret["notes"][number] => ({
  is: "encoded-twice",
  key: shape.key,
  text: `${shape.key} is base64 of base64: it was encoded before it came into the Secret, and again there`,
});
