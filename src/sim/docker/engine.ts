// The parts of the Docker Engine API that people use to try a pull by hand, on a Unix socket: the real
// docker command pulls, logs in and lists images against the world. Version 1.41 to 1.49 of the API.

import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isJson, record } from "../api/json.js";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import type { Platform } from "../runtime/pull-types.js";
import { DockerImages } from "./images.js";
import { type Login, logIn } from "./login.js";
import { reply, say } from "./reply.js";

export interface EngineParts {
  readonly network: Network;
  readonly clock: Clock;
  /** The socket's path. A file that is there is taken for an old socket, and goes. */
  readonly path: string;
  /** Default: linux/amd64. */
  readonly platform?: Platform;
}

const engineVersion = "28.2.2";
const apiVersion = "1.49";
const oldestApi = "1.24";

/** Rejects with the file system's error when the socket cannot be made. */
export async function startDockerEngine(parts: EngineParts): Promise<{ close(): Promise<void> }> {
  const images = new DockerImages(parts, engineVersion);
  const server = createServer((request, response) => {
    route(request, response, parts, images).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else say(response, 500, error instanceof Error ? error.message : "internal error");
    });
  });
  rmSync(parts.path, { force: true });
  server.listen(parts.path);
  await once(server, "listening");
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      rmSync(parts.path, { force: true });
    },
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  parts: EngineParts,
  images: DockerImages,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://docker");
  const path = decodeURIComponent(url.pathname).replace(/^\/v1\.\d+(?=\/)/, "");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const image = /^\/images\/(.+?)(\/(json|tag|history))?$/.exec(path);
  response.setHeader("Api-Version", apiVersion);
  response.setHeader("Docker-Experimental", "false");
  response.setHeader("Ostype", "linux");
  response.setHeader("Server", `Docker/${engineVersion} (linux)`);
  switch (`${method} ${path}`) {
    case "GET /_ping":
      response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": 2 });
      response.end(request.method === "HEAD" ? undefined : "OK");
      return;
    case "GET /version":
      return reply(response, 200, versionAnswer(parts));
    case "GET /info":
      return reply(response, 200, infoAnswer(parts, images));
    case "POST /auth":
      return await answerLogin(request, response, parts);
    case "POST /images/create":
      return await images.pull(url.searchParams, request, response);
    case "GET /images/json":
      return reply(response, 200, images.list(referenceFilter(url.searchParams)));
    case "GET /containers/json":
      return reply(response, 200, []);
  }
  if (image !== null && method === "GET" && image[3] === "json")
    return images.inspect(image[1] ?? "", response);
  if (image !== null && method === "DELETE") return images.remove(image[1] ?? "", response);
  say(response, 501, "the simulated docker daemon pulls, logs in and lists images; it does nothing else");
}

/** `filters={"reference":{"nginx":true}}`; undefined: none is asked for. */
function referenceFilter(query: URLSearchParams): string | undefined {
  try {
    const filters: unknown = JSON.parse(query.get("filters") ?? "{}");
    return isJson(filters) ? Object.keys(record(filters, "reference"))[0] : undefined;
  } catch {
    return undefined;
  }
}

/** `docker login`: whatever the registry says decides. */
async function answerLogin(
  request: IncomingMessage,
  response: ServerResponse,
  parts: EngineParts,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const login = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Login;
  const refused = await logIn(login, parts);
  if (refused === undefined) reply(response, 200, { Status: "Login Succeeded", IdentityToken: "" });
  else say(response, refused.status, refused.message);
}

function versionAnswer({ platform }: EngineParts): object {
  const details = {
    ApiVersion: apiVersion,
    MinAPIVersion: oldestApi,
    Os: "linux",
    Arch: platform?.architecture ?? "amd64",
    KernelVersion: "6.1.0",
    GitCommit: "none",
    GoVersion: "none",
    BuildTime: "2026-01-01T00:00:00.000000000+00:00",
    Experimental: "false",
  };
  return {
    Platform: { Name: "simulated by pulldoctor" },
    Components: [{ Name: "Engine", Version: engineVersion, Details: details }],
    Version: engineVersion,
    ...details,
  };
}

function infoAnswer({ platform }: EngineParts, images: DockerImages): object {
  return {
    ID: "00000000-0000-4000-8000-000000000000",
    Containers: 0,
    Images: images.list().length,
    Driver: "overlay2",
    OSType: "linux",
    OperatingSystem: "a world simulated by pulldoctor",
    Architecture: platform?.architecture ?? "amd64",
    IndexServerAddress: "https://index.docker.io/v1/",
    RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: [], Mirrors: [] },
    ServerVersion: engineVersion,
    NCPU: 4,
    MemTotal: 8_589_934_592,
  };
}
