// A forward proxy: CONNECT tunnels and plain HTTP, to hosts of the world. One instance is the door
// for outside clients; others stand inside the world and may refuse or ask for a login.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** `ok` forwards, `auth` answers 407 to every request, `deny` 403. */
export type ProxyAnswer = "ok" | "auth" | "deny";

export interface ProxyOptions {
  readonly answer: ProxyAnswer;
  /** Opens a connection to a host of the world; rejects with a Node error. */
  dial(host: string, port: number): Promise<Socket>;
}

/** The server is not listening yet: the caller puts it on a port. */
export function makeProxy(options: ProxyOptions): Server {
  const server = createServer((incoming, response) => void forward(incoming, response, options));
  server.on("connect", (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    client.on("error", () => client.destroy());
    if (options.answer !== "ok") {
      const line = options.answer === "auth" ? "407 Proxy Authentication Required" : "403 Forbidden";
      const ask = options.answer === "auth" ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : "";
      client.end(`HTTP/1.1 ${line}\r\n${ask}Content-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const { host, port } = target(incoming.url ?? "", 443);
    options.dial(host, port).then(
      (upstream) => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        if (head.length > 0) upstream.write(head);
        upstream.on("error", () => client.resetAndDestroy());
        upstream.on("close", () => client.destroySoon());
        client.on("close", () => upstream.destroy());
        upstream.pipe(client);
        client.pipe(upstream);
      },
      (error: NodeJS.ErrnoException) => {
        client.end(`HTTP/1.1 ${statusFor(error)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      },
    );
  });
  return server;
}

async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: ProxyOptions,
): Promise<void> {
  if (options.answer !== "ok") {
    const status = options.answer === "auth" ? 407 : 403;
    const ask = options.answer === "auth" ? { "Proxy-Authenticate": 'Basic realm="proxy"' } : {};
    response.writeHead(status, { "Content-Length": 0, ...ask }).end();
    return;
  }
  const raw = incoming.url ?? "";
  if (!URL.canParse(raw) || !raw.startsWith("http://")) {
    response.writeHead(400).end("this is a proxy: ask for an absolute http:// address\n");
    return;
  }
  const url = new URL(raw);
  try {
    const socket = await options.dial(url.hostname, url.port === "" ? 80 : Number(url.port));
    const { "proxy-authorization": _, "proxy-connection": __, ...headers } = incoming.headers;
    const outgoing = request(
      {
        createConnection: () => socket,
        method: incoming.method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, connection: "close" },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  } catch (error) {
    response.writeHead(statusFor(error as NodeJS.ErrnoException).startsWith("504") ? 504 : 502).end();
  }
}

function statusFor(error: NodeJS.ErrnoException): string {
  return error.code === "ETIMEDOUT" ? "504 Gateway Timeout" : "502 Bad Gateway";
}

/** `host:443` or `[::1]:443` of a CONNECT request. */
function target(authority: string, defaultPort: number): { host: string; port: number } {
  const at = authority.lastIndexOf(":");
  const port = Number(authority.slice(at + 1));
  if (at < 0 || !Number.isInteger(port)) return { host: authority, port: defaultPort };
  return { host: authority.slice(0, at).replace(/^\[|\]$/g, ""), port };
}
