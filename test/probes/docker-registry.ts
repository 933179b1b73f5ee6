// A real docker-registry (Debian) in a folder of its own, and a token server as small as one can be.

import { spawn } from "node:child_process";
import { createHash, createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stringify } from "yaml";
import type { Shown } from "../../src/sim/network/certificates.js";
import { bareEnv, requireProgram } from "../sim/programs.js";

/** bcrypt of `right-4f1c`, by libxcrypt; the registry takes no other kind of hash. */
export const password = "right-4f1c";
const hashed = "$2b$05$abcdefghijklmnopqrstuudhq4PJfyw615dPX0M5Jkzp4FWZP1n8K";

export interface DockerRegistry {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Storage {
  readonly folder: string;
  remove(): void;
}

/** Shared by registries that serve the same content behind different doors. */
export function newStorage(): Storage {
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-registry-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Doors {
  readonly htpasswd?: true;
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly cert: string;
  };
  readonly tls?: Shown;
}

export async function startDockerRegistry({ folder }: Storage, doors: Doors): Promise<DockerRegistry> {
  requireProgram("docker-registry");
  const port = await freePort();
  const own = join(folder, `${port}`);
  const keep = (name: string, text: string): string => {
    writeFileSync(`${own}.${name}`, text, { mode: 0o600 });
    return `${own}.${name}`;
  };
  const { token, tls } = doors;
  const auth = {
    ...(doors.htpasswd === true
      ? { htpasswd: { realm: "basic-realm", path: keep("htpasswd", `ci:${hashed}\n`) } }
      : {}),
    ...(token === undefined
      ? {}
      : {
          token: {
            realm: token.realm,
            service: token.service,
            issuer: token.issuer,
            rootcertbundle: keep("root.pem", token.cert),
          },
        }),
  };
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "content") } },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(tls === undefined
        ? {}
        : { tls: { certificate: keep("cert.pem", tls.cert), key: keep("key.pem", tls.key) } }),
    },
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
  };
  const child = spawn("docker-registry", ["serve", keep("config.yml", stringify(config))], {
    env: { ...bareEnv(), OTEL_TRACES_EXPORTER: "none" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = once(child, "exit");
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries === 200 || child.exitCode !== null) throw new Error(`docker-registry did not start: ${said}`);
    await wait(50);
  }
  return {
    port,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return bound !== null && typeof bound === "object" ? bound.port : 0;
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Pushes an index of one image for each architecture, through a registry without a login. Returns the index's digest. */
export async function push(
  port: number,
  repository: string,
  tag: string,
  architectures: readonly string[],
): Promise<string> {
  const base = `http://127.0.0.1:${port}/v2/${repository}`;
  const blob = async (bytes: Buffer): Promise<string> => {
    const begun = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const url = new URL(begun.headers.get("location") ?? "", base);
    url.searchParams.set("digest", digestOf(bytes));
    const put = await fetch(url, { method: "PUT", body: new Uint8Array(bytes) });
    if (put.status !== 201) throw new Error(`the push of a blob was answered ${put.status}`);
    return digestOf(bytes);
  };
  const manifest = async (
    name: string,
    value: Readonly<Record<string, unknown>>,
  ): Promise<{ digest: string; size: number }> => {
    const bytes = Buffer.from(JSON.stringify(value));
    const target = name === "" ? digestOf(bytes) : name;
    const put = await fetch(`${base}/manifests/${target}`, {
      method: "PUT",
      headers: { "content-type": String(value.mediaType) },
      body: new Uint8Array(bytes),
    });
    if (put.status !== 201) throw new Error(`the push of a manifest was answered ${put.status}`);
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const layer = Buffer.alloc(2048, 7);
  const manifests = [];
  for (const architecture of architectures) {
    const config = Buffer.from(
      JSON.stringify({ os: "linux", architecture, created: "2026-11-01T00:00:00Z" }),
    );
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const made = await manifest("", {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: await blob(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          digest: await blob(layer),
          size: layer.length,
        },
      ],
    });
    manifests.push({ mediaType, ...made, platform: { os: "linux", architecture } });
  }
  const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests };
  return (await manifest(tag, index)).digest;
}

/** Grants `pull` to `ci` for what is below `private/`, and to everybody for the rest. */
export function tokenServer({ cert, key }: Shown, issuer: string): RequestListener {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const x5c = [new X509Certificate(cert).raw.toString("base64")];
  const answer = (access: readonly unknown[], service: string): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: "",
      aud: service,
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const body = `${encoded({ typ: "JWT", alg: "ES256", x5c })}.${encoded(claims)}`;
    const signature = sign("sha256", Buffer.from(body), {
      key: createPrivateKey(key),
      dsaEncoding: "ieee-p1363",
    });
    return JSON.stringify({ token: `${body}.${signature.toString("base64url")}`, expires_in: 300 });
  };
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://token");
    const [, name = ""] = (url.searchParams.get("scope") ?? "").split(":");
    const login = request.headers.authorization;
    const isRight = login === `Basic ${Buffer.from(`ci:${password}`).toString("base64")}`;
    if (login !== undefined && !isRight) {
      response
        .writeHead(401, { "content-type": "application/json" })
        .end('{"details":"incorrect username or password"}');
      return;
    }
    const isGiven = name !== "" && (isRight || !name.startsWith("private/"));
    const access = isGiven ? [{ type: "repository", name, actions: ["pull"] }] : [];
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(answer(access, url.searchParams.get("service") ?? ""));
  };
}
