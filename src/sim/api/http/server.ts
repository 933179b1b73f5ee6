// The simulated API server: HTTPS on one loopback port, with its own certificate authority.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { ToolError } from "../../../model/errors.js";
import { Secret } from "../../../model/secret.js";
import type { Clock } from "../../clock.js";
import { ADMIN, authenticate, type Identity, signedIn, Tokens } from "../access/identity.js";
import { actingAs, splitPrefix } from "../access/personas.js";
import type { NodeSide } from "../node-side.js";
import type { Store } from "../store.js";
import { type Authority, type KeyPair, makeAuthority } from "./authority.js";
import type { Api, Call, ServerVersion } from "./call.js";
import { dispatch } from "./dispatch.js";
import { Pages } from "./pages.js";
import { isOwnHost, readWhole, refuse, send } from "./reply.js";
import { upgrader } from "./streams.js";
import { tablesOf } from "./tables.js";

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** What `/version` says: `v1.35.2`. */
  readonly version: string;
  readonly nodes: NodeSide;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Absent: a new one. Give the old one to a world that starts again. */
  readonly authority?: Authority;
  /** Who may come beside the admin; each is a persona under `/as/USER` too. */
  readonly identities?: readonly Identity[];
  /** Told of errors that are bugs of ours; the client gets a 500 as well. */
  readonly onBug?: (error: unknown) => void;
}

/** How somebody signs in: either works. */
export interface Credentials {
  readonly token: Secret;
  readonly certificate: KeyPair;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly authority: Authority;
  /** Of the admin, or of a user named in `identities`. Throws for anybody else. */
  credentials(user?: string): Promise<Credentials>;
  close(): Promise<void>;
}

/** Throws ToolError when the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, clock } = options;
  const authority = options.authority ?? (await makeAuthority());
  const serving = await authority.server();
  const identities = new Map([ADMIN, ...(options.identities ?? [])].map((one) => [one.user, one]));
  const api: Api = {
    store,
    clock,
    version: versionOf(options.version),
    tables: tablesOf(versionOf(options.version).minor),
    pages: new Pages(store),
    nodes: options.nodes,
    tokens: new Tokens(),
  };

  const callOf = (request: IncomingMessage, body: Buffer, signal: AbortSignal): Call => {
    const url = new URL(request.url ?? "/", "https://localhost");
    const { persona, path } = splitPrefix(decodePath(url.pathname));
    const caller = authenticate(
      { socket: request.socket as TLSSocket, authorization: request.headers.authorization },
      api.tokens,
      clock.now(),
    );
    const who = actingAs(store, caller, { persona, headers: request.headers }, identities);
    const method = request.method ?? "GET";
    return {
      method,
      path,
      query: url.searchParams,
      headers: request.headers,
      body,
      who,
      warnings: [],
      signal,
    };
  };

  const server = createServer({
    key: serving.key.reveal(),
    cert: serving.certificate,
    ca: authority.ca.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
  // Clients keep connections longer than Node would, and would meet a closed one.
  server.keepAliveTimeout = 180_000;
  server.on("request", async (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      if (!isOwnHost(request.headers.host)) return refuse(response, 403, FOREIGN);
      const body = await readWhole(request);
      const call = callOf(request, body, gone.signal);
      send(response, dispatch(api, call), call);
    } catch (error) {
      refuse(response, 500, error, options.onBug);
    }
  });
  const streams = upgrader(api, callOf, options.onBug);
  server.on("upgrade", (request, socket, head) => streams.upgrade(request, socket, head));
  server.on("tlsClientError", (_error, socket) => socket.destroy());

  server.listen(options.port ?? 0, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    throw portError(error, options.port ?? 0);
  }
  const bound = server.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : 0;

  const known = new Map<string, Promise<Credentials>>();
  const makeCredentials = async (identity: Identity): Promise<Credentials> => {
    const token = new Secret(randomBytes(24).toString("base64url"));
    api.tokens.add(token, identity);
    return { token, certificate: await authority.client(identity.user, identity.groups) };
  };
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    authority,
    credentials(user = ADMIN.user) {
      const identity = identities.get(user);
      if (identity === undefined) throw new Error(`nobody is called ${user} here`);
      let made = known.get(user);
      if (made === undefined) {
        made = makeCredentials(signedIn(identity));
        known.set(user, made);
      }
      return made;
    },
    async close() {
      streams.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const FOREIGN = "this server answers only requests for 127.0.0.1 and localhost";

/** A path that is no valid encoding stays as it is: nothing is served there. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function versionOf(text: string): ServerVersion {
  return { minor: Number(text.split(".")[1] ?? 0), text: text.startsWith("v") ? text : `v${text}` };
}

function portError(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") return error;
  return new ToolError("cluster-port-taken", {
    what: `cannot serve the cluster on 127.0.0.1:${port}`,
    why: "another program listens there",
    do: "stop it, or choose another port",
    cause: error,
  });
}
