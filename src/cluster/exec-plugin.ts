// Login plugins: a program of the user's that prints an ExecCredential. Follows
// plugin/pkg/client/auth/exec/exec.go of client-go 1.32 (v1 and v1beta1; v1alpha1 is gone since 1.24).

import { spawn } from "node:child_process";
import { ToolError } from "../model/errors.js";
import { Secret } from "../model/secret.js";
import type { ClusterWorld } from "./client-world.js";
import { fieldsOf, given, textIn } from "./kubeconfig-fields.js";
import type { ExecSpec } from "./kubeconfig-file.js";

/** What a plugin gave. At least a token or a certificate with its key. */
export interface ExecCredential {
  readonly token?: Secret;
  readonly certificate?: { readonly cert: string; readonly key: Secret };
  /** Absent: as long as the server takes it. */
  readonly endsAt?: Date;
}

/** `spec.cluster` of an ExecCredential, for plugins that set `provideClusterInfo`. */
export interface ExecClusterInfo {
  readonly server: string;
  readonly caPem?: string;
  readonly tlsServerName?: string;
  readonly isInsecure: boolean;
  readonly proxyUrl?: Secret;
  readonly config?: unknown;
}

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
const outputLimit = 1024 * 1024;
const silentLimitMs = 60_000;
const quoteLimit = 300;

/** Throws ToolError `login-plugin-missing`, `login-plugin-failed`. */
export async function runExecPlugin(
  spec: ExecSpec,
  info: ExecClusterInfo,
  world: ClusterWorld,
): Promise<ExecCredential> {
  if (!versions.includes(spec.apiVersion)) {
    throw failed(spec, {
      why: `the kubeconfig asks it for ${spec.apiVersion === "" ? "no apiVersion" : spec.apiVersion}`,
      do: `set its apiVersion to ${versions[0]}; newer releases of the plugin speak it`,
    });
  }
  const isInteractive = spec.interactive !== "Never" && world.isInteractive === true;
  if (spec.interactive === "Always" && !isInteractive) {
    throw failed(spec, {
      why: "it asks questions (interactiveMode: Always), and stdin is no terminal",
      do: "run it from a terminal, or choose a login that needs no questions",
    });
  }
  const printed = await run(spec, envOf(spec, info, isInteractive, world), isInteractive, world);
  return readCredential(printed, spec);
}

function envOf(
  spec: ExecSpec,
  info: ExecClusterInfo,
  isInteractive: boolean,
  { env }: ClusterWorld,
): Record<string, string> {
  const cluster = {
    server: info.server,
    ...given("tls-server-name", info.tlsServerName),
    ...(info.isInsecure ? { "insecure-skip-tls-verify": true } : {}),
    ...(info.caPem === undefined
      ? {}
      : { "certificate-authority-data": Buffer.from(info.caPem).toString("base64") }),
    ...given("proxy-url", info.proxyUrl?.reveal()),
    ...given("config", info.config),
  };
  const asked = {
    kind: "ExecCredential",
    apiVersion: spec.apiVersion,
    spec: { interactive: isInteractive, ...(spec.isClusterInfoWanted ? { cluster } : {}) },
  };
  const own = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(spec.env.map(({ name, value }) => [name, value.reveal()])),
    KUBERNETES_EXEC_INFO: JSON.stringify(asked),
  };
}

/** What it printed on stdout. */
function run(
  spec: ExecSpec,
  env: Record<string, string>,
  isInteractive: boolean,
  world: ClusterWorld,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(spec.command, [...spec.args], {
      env,
      cwd: world.cwd,
      stdio: [isInteractive ? "inherit" : "ignore", "pipe", "pipe"],
      windowsHide: true,
      ...given("signal", world.signal),
    });
    const out: Buffer[] = [];
    let outBytes = 0;
    let said = "";
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped ??= why;
      child.kill("SIGKILL");
      // A grandchild may keep the pipes open; nothing more is read from them.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = isInteractive
      ? undefined
      : setTimeout(() => stop(`it gave no answer in ${silentLimitMs / 1000} s`), silentLimitMs);
    child.stdout?.on("data", (chunk: Buffer) => {
      outBytes += chunk.length;
      if (outBytes > outputLimit) stop("it printed more than 1 MB");
      else out.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      said = (said + text).slice(-4096);
      world.err?.(text);
    });
    child.once("error", (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(cause.code === "ABORT_ERR" ? interrupted(cause) : notStarted(spec, cause));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (stopped === undefined && code === 0) resolve(Buffer.concat(out).toString("utf8"));
      else reject(ended(spec, stopped ?? endOf(code, signal), said));
    });
  });
}

function readCredential(printed: string, spec: ExecSpec): ExecCredential {
  let parsed: unknown;
  try {
    parsed = JSON.parse(printed);
  } catch {
    // The text may hold the token: it is not quoted.
    throw failed(spec, { why: "it printed something that is no JSON", do: hintFor(spec) });
  }
  const root = fieldsOf(parsed);
  if (root.kind !== "ExecCredential" || root.apiVersion !== spec.apiVersion) {
    const got = `${String(root.apiVersion ?? "no apiVersion")} ${String(root.kind ?? "no kind")}`.slice(
      0,
      120,
    );
    throw failed(spec, {
      why: `it printed ${got}, and the kubeconfig asks for ${spec.apiVersion} ExecCredential`,
      do: "make apiVersion in the kubeconfig the one that the plugin prints",
    });
  }
  const status = fieldsOf(root.status);
  const token = textIn(status, "token");
  const cert = textIn(status, "clientCertificateData");
  const key = textIn(status, "clientKeyData");
  const endsAt = new Date(textIn(status, "expirationTimestamp") ?? Number.NaN);
  if (token === undefined && (cert === undefined || key === undefined)) {
    throw failed(spec, {
      why: "it printed neither a token nor a certificate with its key",
      do: hintFor(spec),
    });
  }
  return {
    ...given("token", token === undefined ? undefined : new Secret(token)),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key: new Secret(key) } }),
    ...(Number.isNaN(endsAt.getTime()) ? {} : { endsAt }),
  };
}

function failed(spec: ExecSpec, text: { why: string; do: string; cause?: unknown }): ToolError {
  return new ToolError("login-plugin-failed", {
    what: `the login plugin ${spec.command} gave no login`,
    ...text,
  });
}

function notStarted(spec: ExecSpec, cause: NodeJS.ErrnoException): ToolError {
  if (cause.code !== "ENOENT") {
    const why = cause.code === "EACCES" ? "it may not be executed" : (cause.code ?? cause.message);
    return failed(spec, { why, do: hintFor(spec), cause });
  }
  return new ToolError("login-plugin-missing", {
    what: `the login plugin ${spec.command} is not installed`,
    why: "the kubeconfig's user signs in with it, and it was not found",
    do: spec.installHint === undefined ? `install ${spec.command}, or add its folder to PATH` : hintFor(spec),
    cause,
  });
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `it was ended by ${signal ?? "a signal"}` : `it ended with exit code ${code}`;
}

/** The plugin's last line says why; what looks like a token in it is hidden. */
function ended(spec: ExecSpec, why: string, said: string): ToolError {
  const last = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
  const quote = last?.replace(/[A-Za-z0-9_\-.+/=]{60,}/g, "[hidden]").slice(0, quoteLimit);
  return failed(spec, { why: quote === undefined ? why : `${why}: ${quote}`, do: hintFor(spec) });
}

function hintFor(spec: ExecSpec): string {
  const hint = spec.installHint?.replace(/\s+/g, " ").trim();
  if (hint !== undefined && hint !== "") return hint;
  return `run it by itself to see more: ${[spec.command, ...spec.args].join(" ")}`;
}

/** Ctrl-C while something was under way. */
export function interrupted(cause: unknown): ToolError {
  return new ToolError("interrupted", {
    what: "stopped before the end",
    why: "the program was interrupted",
    do: "run it again; nothing was changed",
    cause,
  });
}
