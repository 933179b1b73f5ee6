// Asks the registries of a world over real sockets, as a client outside of the process would.

import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { type HeldClock, heldClock } from "../../src/sim/clock.js";
import type { Network } from "../../src/sim/network/network.js";
import { startNetwork } from "../../src/sim/network/start.js";
import { type Registries, startRegistries } from "../../src/sim/registry/registries.js";
import { readWorld } from "../../src/sim/world/read.js";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The first code of the registry's error body; undefined: there is none. */
  readonly code: string | undefined;
  json(): Record<string, unknown>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** For the Authorization header: a bearer token, or user name and password. */
  readonly token?: string;
  readonly login?: readonly [string, string];
}

export interface OpenRegistries {
  readonly network: Network;
  readonly registries: Registries;
  readonly clock: HeldClock;
  /** `https://host[:port]/path` by the world's names; follows nothing. Rejects with Node's errors. */
  ask(url: string, asked?: Asked): Promise<Answer>;
  /** A token by the challenge of `url`, as clients fetch it; throws when the endpoint refuses. */
  token(url: string, login?: readonly [string, string]): Promise<string>;
  close(): Promise<void>;
}

export const worldStart = Date.parse("2026-11-27T16:00:00Z");

/** `yaml`: the registries, hosts and faults of a world file. */
export async function openRegistries(yaml: string): Promise<OpenRegistries> {
  const config = readWorld(yaml, "test.yaml", () => undefined);
  const clock = heldClock(worldStart);
  const network = await startNetwork({ clock });
  const registries = await startRegistries(config, { network, clock });
  const open = {
    network,
    registries,
    clock,
    ask: (url: string, asked: Asked = {}) => askOnce(network, url, asked),
    async token(url: string, login?: readonly [string, string]) {
      const answer = await tokenAnswer(open, url, login);
      const { token } = answer.json();
      if (answer.status !== 200 || typeof token !== "string")
        throw new Error(`no token: ${answer.status} ${answer.text}`);
      return token;
    },
    async close() {
      await registries.close();
      await network.close();
    },
  };
  return open;
}

/** What the token endpoint says to the challenge of `url`. */
export async function tokenAnswer(
  { ask }: Pick<OpenRegistries, "ask">,
  url: string,
  login?: readonly [string, string],
): Promise<Answer> {
  const { headers } = await ask(url);
  const parts = challengeOf(headers["www-authenticate"]);
  const query = new URLSearchParams();
  for (const name of ["service", "scope"]) {
    const value = parts[name];
    if (value !== undefined) query.append(name, value);
  }
  return ask(`${parts.realm ?? ""}?${query}`, login === undefined ? {} : { login });
}

/** The parameters of a `WWW-Authenticate` header, with its scheme as `scheme`. */
export function challengeOf(header: string | undefined): Readonly<Record<string, string>> {
  const scheme = (header ?? "").split(" ")[0] ?? "";
  const pairs = [...(header ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]);
  return { scheme, ...Object.fromEntries(pairs) };
}

/** One question to a host of the world. */
export function askOnce(network: Network, url: string, asked: Asked): Promise<Answer> {
  const { hostname, port, protocol, pathname, search } = new URL(url);
  const isSecure = protocol === "https:";
  const host = network.host(hostname);
  const worldPort = port === "" ? (isSecure ? 443 : 80) : Number(port);
  const realPort = host?.ports[worldPort];
  if (host === undefined || realPort === undefined) throw new Error(`nothing in this world is at ${url}`);
  const { token, login } = asked;
  const authorization =
    token !== undefined
      ? { authorization: `Bearer ${token}` }
      : login !== undefined
        ? { authorization: `Basic ${Buffer.from(login.join(":")).toString("base64")}` }
        : {};
  const options = {
    host: host.loopback,
    port: realPort,
    method: asked.method ?? "GET",
    path: pathname + search,
    headers: { host: port === "" ? hostname : `${hostname}:${port}`, ...authorization, ...asked.headers },
    agent: false,
  } as const;
  return new Promise((resolve, reject) => {
    const sent = isSecure
      ? tlsRequest({ ...options, ca: network.ca, servername: hostname })
      : plainRequest(options);
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          text,
          code: /"code": ?"([A-Z_]+)"/.exec(text)?.[1],
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    sent.end(asked.body);
  });
}
