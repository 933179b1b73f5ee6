// Servers on loopback that behave as a test tells them to, and certificates for them.

import { once } from "node:events";
import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Socket, type Server as TcpServer } from "node:net";
import { type Certificates, makeCertificates } from "../../src/sim/network/certificates.js";

let made: Promise<Certificates> | undefined;
/** One CA for all tests of a file. */
export const certificates = (): Promise<Certificates> => (made ??= makeCertificates(Date.now()));

export interface Loopback {
  readonly port: number;
  /** Every byte of headers and bodies that came, as text. */
  readonly heard: () => string;
  readonly requests: () => number;
  close(): Promise<void>;
}

const running: Loopback[] = [];

/** Closes every server of this file. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

export const serveHttp = (handle: RequestListener, host = "127.0.0.1"): Promise<Loopback> =>
  listen(createHttp(), handle, host);

export async function serveHttps(name: string, handle: RequestListener): Promise<Loopback> {
  return listen(createHttps(await (await certificates()).show(name, "good", [])), handle, "127.0.0.1");
}

/** Raw bytes: `handle` is called for each connection. */
export async function serveTcp(handle: (socket: Socket) => void): Promise<Loopback> {
  let heard = "";
  let connections = 0;
  const server = createTcp((socket) => {
    connections++;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    handle(socket);
  });
  return started(
    server,
    () => heard,
    () => connections,
    "127.0.0.1",
  );
}

async function listen(server: Server, handle: RequestListener, host: string): Promise<Loopback> {
  let heard = "";
  let requests = 0;
  server.on("request", (request: IncomingMessage, response) => {
    requests++;
    heard += `${request.method} ${request.url}\n${request.rawHeaders.join("\n")}\n`;
    request.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
    });
    response.on("error", () => response.destroy());
    handle(request, response);
  });
  return started(
    server,
    () => heard,
    () => requests,
    host,
  );
}

async function started(
  server: TcpServer,
  heard: () => string,
  requests: () => number,
  host: string,
): Promise<Loopback> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const one: Loopback = {
    port,
    heard,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
  running.push(one);
  return one;
}
