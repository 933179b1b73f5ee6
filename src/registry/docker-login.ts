// Logins of a docker config, found as docker finds them: a credential helper for the registry, else the credential store,
// else what stands in the file. https://docs.docker.com/reference/cli/docker/login/#credential-stores

import { spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ToolError } from "../model/errors.js";
import type { Environment } from "../model/proxy-env.js";
import { Secret } from "../model/secret.js";
import type { Login } from "./credential.js";

/** A login and where it is from: `auths of config.json`, `docker-credential-pass`. */
export interface FoundLogin {
  readonly login: Login;
  readonly from: string;
}

export interface DockerConfig {
  readonly path: string;
  /** Undefined: it knows nobody for this registry. Rejects with ToolError `credential-helper-failed`. */
  find(registry: string): Promise<FoundLogin | undefined>;
}

interface HelperWorld {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

type Table = Readonly<Record<string, unknown>>;

/**
 * `path`: the file, or the folder it is in as config.json. Throws ToolError `docker-config-unreadable`. Helpers are run when
 * a registry is looked up that they are for.
 */
export async function openDockerConfig(path: string, world: HelperWorld): Promise<DockerConfig> {
  const file = await fileOf(path);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unreadable(file, codeOf(cause));
  });
  const config = tableOf(parsed(text, file));
  const auths = tableOf(config.auths);
  const helpers = tableOf(config.credHelpers);
  const store = textOf(config.credsStore);
  const known = new Map<string, Promise<FoundLogin | undefined>>();
  const look = async (registry: string): Promise<FoundLogin | undefined> => {
    const key = keyOf(registry);
    const helper = textOf(helpers[registry] ?? helpers[key]) || store;
    const stored = helper === "" ? undefined : await askHelper(helper, key, world);
    return stored ?? loginOf(entryOf(auths, key), file);
  };
  return {
    path: file,
    find: (registry) => {
      const found = known.get(registry) ?? look(registry);
      known.set(registry, found);
      return found;
    },
  };
}

/** Docker Hub's logins stand under the address of its first API. */
const keyOf = (registry: string): string =>
  registry === "docker.io" ? "https://index.docker.io/v1/" : registry;

/** Exact, else by the host alone: `https://registry.example.com/v2/` is for registry.example.com. */
function entryOf(auths: Table, key: string): Table | undefined {
  if (key in auths) return tableOf(auths[key]);
  const host = hostOf(key);
  const found = Object.keys(auths).find((written) => hostOf(written) === host);
  return found === undefined ? undefined : tableOf(auths[found]);
}

const hostOf = (key: string): string => key.replace(/^https?:\/\//, "").split("/")[0] ?? "";

function loginOf(entry: Table | undefined, file: string): FoundLogin | undefined {
  if (entry === undefined) return undefined;
  const from = `auths of ${file}`;
  const identity = textOf(entry.identitytoken);
  if (identity !== "") return { login: { is: "identity", token: new Secret(identity) }, from };
  const decoded = Buffer.from(textOf(entry.auth), "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  const [username, password] =
    colon > 0
      ? // Docker pads passwords with zero bytes.
        [decoded.slice(0, colon), decoded.slice(colon + 1).replace(/\0+$/, "")]
      : [textOf(entry.username), textOf(entry.password)];
  return username === ""
    ? undefined
    : { login: { is: "basic", username, password: new Secret(password) }, from };
}

const helperMs = 20_000;
const maxOutput = 64 * 1024;

/** `docker-credential-NAME get`: the key on stdin, JSON on stdout. Undefined: it has no login for the key. */
async function askHelper(name: string, key: string, world: HelperWorld): Promise<FoundLogin | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]{1,100}$/.test(name)) throw failed(program, "its name is none that docker would run");
  const { code, out } = await run(program, key, world);
  const answer = jsonOf(out);
  if (code !== 0) {
    // Helpers say so on stdout, each in these words: docker-credential-helpers, credentials/error.go.
    if (/credentials not found/i.test(out)) return undefined;
    const [said = ""] = out.trim().split("\n");
    // Errors are plain words; what begins as an answer may hold the login.
    throw failed(program, /^[^{]/.test(said) ? said.slice(0, 200) : `it ended with code ${code}`);
  }
  const [username, secret] = [textOf(answer?.Username), textOf(answer?.Secret)];
  if (answer === undefined) throw failed(program, "its answer is no JSON");
  if (secret === "") return undefined;
  const token = new Secret(secret);
  return username === "<token>"
    ? { login: { is: "identity", token }, from: program }
    : { login: { is: "basic", username, password: token }, from: program };
}

function run(
  program: string,
  stdin: string,
  { env, signal }: HelperWorld,
): Promise<{ code: number; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], {
      env: { ...env },
      stdio: ["pipe", "pipe", "ignore"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(helperMs)]),
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (out.length > maxOutput) child.kill();
    });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "ENOENT"
          ? "it is not in the PATH"
          : error.name === "AbortError"
            ? "it gave no answer in time"
            : String(error.code);
      reject(failed(program, why));
    });
    child.once("close", (code) => resolve({ code: code ?? 1, out: out.slice(0, maxOutput) }));
  });
}

const failed = (program: string, why: string): ToolError =>
  new ToolError("credential-helper-failed", {
    what: `the docker config's helper ${program} gives no login`,
    why,
    do: "mend the helper, or ask without it: --anonymous",
  });

async function fileOf(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? join(path, "config.json") : path;
  } catch (cause) {
    throw unreadable(path, codeOf(cause));
  }
}

const codeOf = (cause: unknown): string =>
  String(cause instanceof Error ? Reflect.get(cause, "code") : cause);

function parsed(text: string, path: string): unknown {
  const value = jsonOf(text);
  if (value === undefined) throw unreadable(path, "it is no JSON object");
  return value;
}

const unreadable = (path: string, why: string): ToolError =>
  new ToolError("docker-config-unreadable", {
    what: `the docker config ${path} cannot be read`,
    why,
    do: "name a config.json, or the folder it is in",
  });

function jsonOf(text: string): Table | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const tableOf = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
