// containerd's hosts.toml: https://github.com/containerd/containerd/blob/main/docs/hosts.md, semantics reference 5.6.

import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { ToolError } from "../../model/errors.js";
import { Secret } from "../../model/secret.js";
import { type Place, registryItself } from "../where.js";

/** The folders that containerd looks into for a registry, in order: below `config_path`, such as /etc/containerd/certs.d. */
export function hostFolders(registry: string): readonly string[] {
  const at = registry.lastIndexOf(":");
  const withPort = at > registry.lastIndexOf("]");
  return [...(withPort ? [`${registry.slice(0, at)}_${registry.slice(at + 1)}_`] : []), registry, "_default"];
}

/** The places for a registry by the files below `folder`; undefined when none speaks of it. Throws ToolError `mirrors-unreadable`. */
export async function placesFromCertsD(
  folder: string,
  registry: string,
): Promise<readonly Place[] | undefined> {
  for (const name of hostFolders(registry)) {
    const path = join(folder, name, "hosts.toml");
    const text = await readIfThere(path);
    if (text !== undefined) return placesFromHostsToml(text, { registry, path, folder: join(folder, name) });
  }
  return undefined;
}

export interface HostsTomlSource {
  readonly registry: string;
  /** For messages. */
  readonly path: string;
  /** Relative certificate paths start here. */
  readonly folder: string;
}

export async function placesFromHostsToml(text: string, source: HostsTomlSource): Promise<readonly Place[]> {
  const document = tableOf(parsed(text, source.path));
  const hosts = Object.entries(tableOf(document.host));
  const mirrors = await Promise.all(
    hosts.map(([url, settings]) => placeOf(url, tableOf(settings), source, true)),
  );
  const server = document.server;
  const last =
    typeof server === "string" && server !== ""
      ? await placeOf(server, document, source, !isSame(server, source.registry))
      : registryItself(source.registry, false);
  return [...mirrors, last];
}

const isSame = (server: string, registry: string): boolean =>
  URL.canParse(server) && new URL(server).host === registryItself(registry, false).url.host;

async function placeOf(
  text: string,
  settings: Readonly<Record<string, unknown>>,
  source: HostsTomlSource,
  isMirror: boolean,
): Promise<Place> {
  const full = /^[a-z]+:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) throw unreadable(source.path, `"${text}" is no URL`);
  const listed = settings.capabilities;
  const can = (what: string): boolean => !Array.isArray(listed) || listed.includes(what);
  const ca = await pems(settings.ca, source.folder);
  const client = await clientOf(settings.client, source.folder);
  const headers = Object.entries(tableOf(settings.header)).map(
    ([name, value]) =>
      [name.toLowerCase(), Array.isArray(value) ? value.map(String).join(", ") : String(value)] as const,
  );
  return {
    url: new URL(full),
    canResolve: can("resolve"),
    canPull: can("pull"),
    isMirror,
    from: source.path,
    ...(settings.override_path === true ? { ownPath: true } : {}),
    ...(settings.skip_verify === true ? { isInsecure: true } : {}),
    ...(ca.length === 0 ? {} : { ca }),
    ...(client === undefined ? {} : { client }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
  };
}

/** `ca`: one path or several. */
async function pems(value: unknown, folder: string): Promise<readonly string[]> {
  const paths = (Array.isArray(value) ? value : [value]).filter((path) => typeof path === "string");
  return Promise.all(paths.map((path) => readNamed(path, folder)));
}

/** `client`: a file that holds both, or pairs of certificate and key; the first pair is used. */
async function clientOf(value: unknown, folder: string): Promise<Place["client"]> {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") {
    const both = await readNamed(first, folder);
    return { cert: both, key: new Secret(both) };
  }
  if (!Array.isArray(first)) return undefined;
  const [cert, key]: readonly unknown[] = first;
  if (typeof cert !== "string" || typeof key !== "string") return undefined;
  return {
    cert: await readNamed(cert, folder),
    key: new Secret(await readNamed(key === "" ? cert : key, folder)),
  };
}

async function readNamed(path: string, folder: string): Promise<string> {
  const full = isAbsolute(path) ? path : join(folder, path);
  const text = await readIfThere(full);
  if (text === undefined) throw unreadable(full, "it is named in hosts.toml and is not there");
  return text;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(path, String(code));
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `line ${error.line}, column ${error.column}` : "somewhere";
    throw unreadable(
      path,
      `it is no TOML at ${where}; containerd would log that and fall back to certificate files`,
    );
  }
}

const unreadable = (path: string, why: string): ToolError =>
  new ToolError("mirrors-unreadable", {
    what: `the mirror configuration ${path} cannot be read`,
    why,
    do: "correct the file, or leave --mirrors out",
  });

const tableOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
