// Logins that docker, podman and their helpers keep on this machine.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, record, text } from "../../cluster/objects-fields.js";
import { decodeConfigObject } from "../../model/docker-config.js";
import { Secret } from "../../model/secret.js";
import { type ProgramWorld, runProgram } from "./program.js";

export interface DockerWorld extends ProgramWorld {
  /** `--docker-config`: a file, or the folder that holds config.json. */
  readonly path?: string | undefined;
}

export type DockerLogin =
  | { readonly ok: true; readonly username: string; readonly password: Secret; readonly from: string }
  | { readonly ok: false; readonly why: string };

/** Keys under which logins for a registry are kept. */
function keysFor(registry: string): readonly string[] {
  const hosts =
    registry === "docker.io" ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io"] : [registry];
  return hosts.flatMap((host) => [
    host,
    `https://${host}`,
    `https://${host}/`,
    `https://${host}/v1/`,
    `https://${host}/v2/`,
  ]);
}

function filesOf({ env, path }: DockerWorld): readonly string[] {
  if (path !== undefined) return [path, join(path, "config.json")];
  const home = env.HOME ?? "";
  const folders = [
    env.REGISTRY_AUTH_FILE,
    join(env.DOCKER_CONFIG ?? join(home, ".docker"), "config.json"),
    env.XDG_RUNTIME_DIR === undefined ? undefined : join(env.XDG_RUNTIME_DIR, "containers", "auth.json"),
    join(home, ".config", "containers", "auth.json"),
  ];
  return folders.filter((file): file is string => file !== undefined && file !== "");
}

/** The first that is found: a helper for the registry, an entry of a file, the store of all logins. */
export async function dockerLogin(registry: string, world: DockerWorld): Promise<DockerLogin> {
  const why: string[] = [];
  for (const file of filesOf(world)) {
    const config = await readConfig(file);
    if (config === undefined) continue;
    const found = await loginIn(config, registry, file, world);
    if (found.ok) return found;
    why.push(found.why);
  }
  return { ok: false, why: why[0] ?? "no docker config is on this machine" };
}

async function readConfig(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
    return isRecord(parsed) ? { ...parsed } : undefined;
  } catch {
    // Not there, or nothing that docker could read either.
    return undefined;
  }
}

async function loginIn(
  config: Record<string, unknown>,
  registry: string,
  file: string,
  world: DockerWorld,
): Promise<DockerLogin> {
  const keys = keysFor(registry);
  const helpers = record(config.credHelpers);
  const named = keys.map((key) => text(helpers[key])).find((helper) => helper !== undefined);
  if (named !== undefined) return askHelper(named, keys.slice(0, 1), world);
  const auths = Object.entries(record(config.auths)).filter(([key]) => keys.includes(key));
  const entry = decodeConfigObject({ auths: Object.fromEntries(auths) }).find(
    ({ password }) => !password.isEmpty,
  );
  if (entry !== undefined)
    return { ok: true, username: entry.username, password: entry.password, from: file };
  const store = text(config.credsStore);
  if (store !== undefined) return askHelper(store, keys, world);
  return { ok: false, why: `${file} holds no login for ${registry}` };
}

/** `docker-credential-NAME get`: the key goes in, JSON comes out. */
async function askHelper(name: string, keys: readonly string[], world: ProgramWorld): Promise<DockerLogin> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) return { ok: false, why: "the credential helper's name cannot be read" };
  let why = `${program} has no login for ${keys[0]}`;
  for (const key of keys) {
    const answer = await runProgram(program, ["get"], world, key);
    if (answer.is === "missing") return { ok: false, why: `${program} is not installed here` };
    if (answer.is === "failed") {
      why = `${program}: ${answer.why}`;
      continue;
    }
    const found = parsed(answer.out);
    const [username, password] = [text(found.Username), text(found.Secret)];
    // `<token>` marks an identity token, which kubelets cannot use.
    if (username === undefined || password === undefined || username === "<token>") {
      why = `${program} gives a login that a kubelet cannot use`;
      continue;
    }
    return { ok: true, username, password: new Secret(password), from: program };
  }
  return { ok: false, why };
}

function parsed(source: string) {
  try {
    return record(JSON.parse(source));
  } catch {
    return record(undefined);
  }
}
