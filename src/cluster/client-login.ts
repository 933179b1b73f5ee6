// As whom to ask: headers and client certificate of the kubeconfig's user, renewed when they end.

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ToolError } from "../model/errors.js";
import { Secret } from "../model/secret.js";
import type { ClusterWorld } from "./client-world.js";
import { type ExecClusterInfo, type ExecCredential, runExecPlugin } from "./exec-plugin.js";
import { type Access, whyUnreadable } from "./kubeconfig.js";
import { given } from "./kubeconfig-fields.js";
import type { Impersonation, KubeUser, Material } from "./kubeconfig-file.js";

export interface Certificate {
  readonly cert: string;
  readonly key: Secret;
}

/** One state of the login. */
export interface Login {
  readonly authorization?: Secret;
  /** The same object as long as the certificate is the same one. */
  readonly certificate?: Certificate;
  /** When the token or the certificate itself says it ends; absent when neither says. */
  readonly endsAt?: Date;
  /** For messages: `client certificate`, `token`, `login plugin aws`, or `no login`. */
  readonly how: string;
}

export interface LoginSource {
  /** Impersonation headers; empty for most. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  login(): Promise<Login>;
  /** After a 401 for `rejected`: true when there is now another login to try. */
  renew(rejected: Login): Promise<boolean>;
}

// A mounted service account token changes about every hour; client-go rereads it once a minute.
const rereadMs = 60_000;
// A login is renewed a little before it ends, so that it does not end on the way.
const leewayMs = 10_000;

/** Throws ToolError: `login-unsupported`, `kubeconfig-file-missing`, `kubeconfig-invalid`. */
export async function openLogin(
  access: Access,
  info: ExecClusterInfo,
  world: ClusterWorld,
): Promise<LoginSource> {
  const { user } = access;
  if (user.authProvider !== undefined) throw unsupported(user, user.authProvider);
  const certificate = await readCertificate(user);
  const headers = user.impersonates === undefined ? {} : impersonationHeaders(user.impersonates);
  if (user.tokenPath !== undefined) return fileLogin(user.tokenPath, user, certificate, headers, world);
  const fixed = fixedLogin(user, certificate);
  if (user.exec === undefined || fixed.authorization !== undefined) {
    return { headers, login: async () => fixed, renew: async () => false };
  }
  const { exec } = user;
  return execLogin(() => runExecPlugin(exec, info, world), exec.command, certificate, headers, world);
}

function fixedLogin(user: KubeUser, certificate: Certificate | undefined): Login {
  const basic =
    user.username === undefined
      ? undefined
      : new Secret(Buffer.from(`${user.username}:${user.password?.reveal() ?? ""}`).toString("base64"));
  if (user.token !== undefined) return tokenLogin(user.token, "token", certificate);
  const authorization = basic === undefined ? undefined : new Secret(`Basic ${basic.reveal()}`);
  const how =
    authorization !== undefined ? "password" : certificate !== undefined ? "client certificate" : "no login";
  return {
    ...given("authorization", authorization),
    ...given("certificate", certificate),
    ...given("endsAt", endOfCertificate(certificate)),
    how,
  };
}

function tokenLogin(token: Secret, how: string, certificate: Certificate | undefined, endsAt?: Date): Login {
  // Header values cannot hold line ends; a token pasted with one is meant without it.
  const value = token.reveal().trim();
  return {
    authorization: new Secret(`Bearer ${value}`),
    ...given("certificate", certificate),
    ...given("endsAt", endsAt ?? endOfToken(value)),
    how,
  };
}

function fileLogin(
  path: string,
  user: KubeUser,
  certificate: Certificate | undefined,
  headers: LoginSource["headers"],
  world: ClusterWorld,
): LoginSource {
  let token = user.token;
  let readAt: number | undefined;
  const read = async (): Promise<Login> => {
    readAt = world.now().getTime();
    try {
      token = new Secret((await readFile(path, "utf8")).trim());
    } catch (cause) {
      // While the kubelet swaps the file, the last good token goes on being used.
      if (token === undefined) throw unreadableFile("token file", path, cause);
    }
    return tokenLogin(token, how, certificate);
  };
  const how = `token in ${path}`;
  return {
    headers,
    login: async () => {
      const isOld = readAt === undefined || world.now().getTime() - readAt >= rereadMs;
      return isOld || token === undefined ? read() : tokenLogin(token, how, certificate);
    },
    renew: async (rejected) => (await read()).authorization?.reveal() !== rejected.authorization?.reveal(),
  };
}

function execLogin(
  run: () => Promise<ExecCredential>,
  command: string,
  fallback: Certificate | undefined,
  headers: LoginSource["headers"],
  world: ClusterWorld,
): LoginSource {
  let current: Promise<Login> | undefined;
  const how = `login plugin ${command}`;
  const start = async (): Promise<Login> => {
    const { token, certificate = fallback, endsAt } = await run();
    if (token !== undefined) return tokenLogin(token, how, certificate, endsAt);
    const end = endsAt ?? endOfCertificate(certificate);
    return { ...given("certificate", certificate), ...given("endsAt", end), how };
  };
  // Many requests that need a login at once share one run of the plugin.
  const fresh = (): Promise<Login> => {
    const started = start();
    current = started;
    started.catch(() => {
      if (current === started) current = undefined;
    });
    return started;
  };
  const isEnding = ({ endsAt }: Login): boolean =>
    endsAt !== undefined && endsAt.getTime() - world.now().getTime() < leewayMs;
  let isStale = false;
  return {
    headers,
    login: async () => {
      if (current === undefined) return fresh();
      const login = await current;
      if (!isEnding(login) || isStale) return login;
      const renewed = await fresh();
      // A plugin whose new login has ended too would run for each request: the server decides then.
      isStale = isEnding(renewed);
      return renewed;
    },
    renew: async (rejected) => {
      if (current === undefined || (await current) === rejected) await fresh();
      return true;
    },
  };
}

async function readCertificate(user: KubeUser): Promise<Certificate | undefined> {
  if (user.certificate === undefined || user.key === undefined) return undefined;
  const cert = await readMaterial(user.certificate, "client certificate");
  return { cert: cert.reveal(), key: await readMaterial(user.key, "client key") };
}

/** Throws ToolError `kubeconfig-file-missing`. */
export async function readMaterial(material: Material, what: string): Promise<Secret> {
  if (material.is === "data") return material.value;
  try {
    return new Secret(await readFile(material.path, "utf8"));
  } catch (cause) {
    throw unreadableFile(what, material.path, cause);
  }
}

function unreadableFile(what: string, path: string, cause: unknown): ToolError {
  return new ToolError("kubeconfig-file-missing", {
    what: `the ${what} ${path} cannot be read`,
    why: `the kubeconfig names it; ${whyUnreadable(cause)}`,
    do: "correct the path in the kubeconfig, or put the file there",
    cause,
  });
}

function impersonationHeaders(as: Impersonation): Record<string, string | string[]> {
  const extra = Object.entries(as.extra).map(([key, values]) => [
    `Impersonate-Extra-${encodeURIComponent(key)}`,
    [...values],
  ]);
  return {
    "Impersonate-User": as.user,
    ...given("Impersonate-Uid", as.uid),
    ...(as.groups.length === 0 ? {} : { "Impersonate-Group": [...as.groups] }),
    ...Object.fromEntries(extra),
  };
}

function endOfCertificate(certificate: Certificate | undefined): Date | undefined {
  if (certificate === undefined) return undefined;
  try {
    return new Date(new X509Certificate(certificate.cert).validTo);
  } catch {
    // An unreadable certificate is named when TLS refuses it.
    return undefined;
  }
}

/** A JWT says when it ends; other tokens do not tell. */
function endOfToken(token: string): Date | undefined {
  const [, claims, signature] = token.split(".");
  if (claims === undefined || signature === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
    const exp = typeof parsed === "object" && parsed !== null && "exp" in parsed ? parsed.exp : undefined;
    return typeof exp === "number" && Number.isFinite(exp) ? new Date(exp * 1000) : undefined;
  } catch {
    // Three parts that are no JWT: an opaque token.
    return undefined;
  }
}

function unsupported(user: KubeUser, provider: string): ToolError {
  const instead: Readonly<Record<string, string>> = {
    gcp: "gke-gcloud-auth-plugin: gcloud container clusters get-credentials NAME writes the new entry",
    azure: "kubelogin: kubelogin convert-kubeconfig rewrites the entry",
    oidc: "an exec plugin such as kubectl oidc-login",
  };
  return new ToolError("login-unsupported", {
    what: `user "${user.name}" signs in with auth-provider ${provider}`,
    why: "kubectl dropped auth providers in 1.26 in favour of exec plugins",
    do: `use ${instead[provider] ?? "an exec plugin in its place"}`,
  });
}
