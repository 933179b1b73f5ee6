// One kubeconfig file: its YAML becomes narrow types, paths are resolved against its folder, and
// everything secret is wrapped at once. Follows tools/clientcmd/api/v1/types.go of client-go 1.32.

import { dirname, isAbsolute, resolve } from "node:path";
import { parse } from "yaml";
import { ToolError } from "../model/errors.js";
import { Secret } from "../model/secret.js";
import { type Fields, fieldsOf, given, listOf, textIn, textsIn } from "./kubeconfig-fields.js";

/** Something that stands in the kubeconfig itself (base64 undone) or in a file beside it. */
export type Material =
  | { readonly is: "data"; readonly value: Secret }
  | { readonly is: "file"; readonly path: string };

export interface KubeCluster {
  readonly name: string;
  /** As written; "" when the entry names none. */
  readonly server: string;
  readonly ca?: Material;
  readonly tlsServerName?: string;
  readonly isInsecure: boolean;
  /** May hold a password. */
  readonly proxyUrl?: Secret;
  readonly isUncompressed: boolean;
  /** The raw entry of the exec extension, handed to plugins that ask for it. */
  readonly execConfig?: unknown;
}

export interface ExecSpec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: Secret }[];
  readonly installHint?: string;
  readonly isClusterInfoWanted: boolean;
  readonly interactive: "Never" | "IfAvailable" | "Always";
}

export interface Impersonation {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface KubeUser {
  readonly name: string;
  readonly certificate?: Material;
  readonly key?: Material;
  readonly token?: Secret;
  readonly tokenPath?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly exec?: ExecSpec;
  /** The name of a provider that kubectl dropped in 1.26, such as `gcp`. */
  readonly authProvider?: string;
  readonly impersonates?: Impersonation;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export interface Kubeconfig {
  readonly currentContext?: string;
  readonly contexts: ReadonlyMap<string, KubeContext>;
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
}

/** Throws `kubeconfig-invalid` when the text is no kubeconfig. `path` is absolute. */
export async function parseKubeconfig(text: string, path: string): Promise<Kubeconfig> {
  let root: unknown;
  try {
    root = parse(text, { logLevel: "error", uniqueKeys: false });
  } catch (cause) {
    // The parser's message quotes the line, which may hold a token: only its place is passed on.
    const place = /at line \d+/.exec(cause instanceof Error ? cause.message : "")?.[0];
    throw invalid(path, `it is no YAML${place === undefined ? "" : `: there is a mistake ${place}`}`);
  }
  if (root === null || root === undefined) root = {};
  if (typeof root !== "object" || Array.isArray(root)) throw invalid(path, "it does not hold an object");
  const fields = fieldsOf(root);
  const kind = textIn(fields, "kind");
  if (kind !== undefined && kind !== "Config") throw invalid(path, `it holds a ${kind}, not a Config`);
  const folder = dirname(path);
  return {
    ...given("currentContext", textIn(fields, "current-context")),
    contexts: named(fields, "contexts", "context", readContext),
    clusters: named(fields, "clusters", "cluster", (entry, name) => readCluster(entry, name, folder, path)),
    users: named(fields, "users", "user", (entry, name) => readUser(entry, name, folder, path)),
  };
}

function invalid(path: string, why: string): ToolError {
  return new ToolError("kubeconfig-invalid", {
    what: `${path} is not a kubeconfig`,
    why,
    do: "correct the file, or name another one with --kubeconfig FILE",
  });
}

/** `clusters: [{ name, cluster: {...} }]` by name; the first of two entries with one name counts. */
function named<T>(
  root: Fields,
  list: string,
  key: string,
  read: (entry: Fields, name: string) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const item of listOf(root[list])) {
    const fields = fieldsOf(item);
    const name = typeof fields.name === "string" ? fields.name : String(fields.name ?? "");
    if (!found.has(name)) found.set(name, read(fieldsOf(fields[key]), name));
  }
  return found;
}

function readContext(entry: Fields, name: string): KubeContext {
  return {
    name,
    cluster: textIn(entry, "cluster") ?? "",
    user: textIn(entry, "user") ?? "",
    ...given("namespace", textIn(entry, "namespace")),
  };
}

function readCluster(entry: Fields, name: string, folder: string, path: string): KubeCluster {
  const exec = listOf(entry.extensions)
    .map(fieldsOf)
    .find((extension) => extension.name === "client.authentication.k8s.io/exec");
  return {
    name,
    server: textIn(entry, "server") ?? "",
    ...given("ca", readMaterial(entry, "certificate-authority", folder, path)),
    ...given("tlsServerName", textIn(entry, "tls-server-name")),
    isInsecure: entry["insecure-skip-tls-verify"] === true,
    ...given("proxyUrl", secretIn(entry, "proxy-url")),
    isUncompressed: entry["disable-compression"] === true,
    ...given("execConfig", exec?.extension),
  };
}

function readUser(entry: Fields, name: string, folder: string, path: string): KubeUser {
  const tokenFile = textIn(entry, "tokenFile");
  return {
    name,
    ...given("certificate", readMaterial(entry, "client-certificate", folder, path)),
    ...given("key", readMaterial(entry, "client-key", folder, path)),
    ...given("token", secretIn(entry, "token")),
    ...given("tokenPath", tokenFile === undefined ? undefined : resolve(folder, tokenFile)),
    ...given("username", textIn(entry, "username")),
    ...given("password", secretIn(entry, "password")),
    ...given("exec", entry.exec === undefined ? undefined : readExec(fieldsOf(entry.exec), folder)),
    ...given("authProvider", textIn(fieldsOf(entry["auth-provider"]), "name")),
    ...given("impersonates", readImpersonation(entry)),
  };
}

function readExec(entry: Fields, folder: string): ExecSpec | undefined {
  const command = textIn(entry, "command");
  if (command === undefined) return undefined;
  const mode = textIn(entry, "interactiveMode");
  // A bare name is looked for in PATH; one with a slash belongs to the kubeconfig's folder.
  const isBare = !/[/\\]/.test(command);
  return {
    apiVersion: textIn(entry, "apiVersion") ?? "",
    command: isBare || isAbsolute(command) ? command : resolve(folder, command),
    args: textsIn(entry, "args"),
    env: listOf(entry.env)
      .map(fieldsOf)
      .map(({ name, value }) => ({ name: String(name ?? ""), value: new Secret(String(value ?? "")) })),
    ...given("installHint", textIn(entry, "installHint")),
    isClusterInfoWanted: entry.provideClusterInfo === true,
    interactive: mode === "Never" || mode === "Always" ? mode : "IfAvailable",
  };
}

function readImpersonation(entry: Fields): Impersonation | undefined {
  const user = textIn(entry, "as");
  if (user === undefined) return undefined;
  const extra = fieldsOf(entry["as-user-extra"]);
  return {
    user,
    ...given("uid", textIn(entry, "as-uid")),
    groups: textsIn(entry, "as-groups"),
    extra: Object.fromEntries(Object.keys(extra).map((key) => [key, textsIn(extra, key)])),
  };
}

/** `<key>-data` (base64) goes before the file `<key>`. */
function readMaterial(entry: Fields, key: string, folder: string, path: string): Material | undefined {
  const data = textIn(entry, `${key}-data`);
  if (data !== undefined) {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data)) throw invalid(path, `${key}-data is no base64`);
    return { is: "data", value: new Secret(Buffer.from(data, "base64").toString("utf8")) };
  }
  const file = textIn(entry, key);
  return file === undefined ? undefined : { is: "file", path: resolve(folder, file) };
}

function secretIn(entry: Fields, key: string): Secret | undefined {
  const value = textIn(entry, key);
  return value === undefined ? undefined : new Secret(value);
}
