// One port of one host: a real listener on loopback that behaves as its host is told to behave
// before any HTTP is spoken (closed, silent, reset, wrong certificate, plain HTTP).

import { once } from "node:events";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { ToolError } from "../../model/errors.js";
import type { HostConfig } from "../registry/config.js";
import type { Certificates } from "./certificates.js";
import type { Stalls } from "./stalls.js";

export interface Listener {
  /** The machine's port; stays the same while the world runs. */
  readonly port: number;
  /** Applies a changed behaviour: closes or opens the port, drops open connections. */
  apply(config: HostConfig): Promise<void>;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly host: string;
  readonly loopback: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: boolean;
  readonly http: Server;
  readonly config: HostConfig;
  readonly certificates: Certificates;
  readonly stalls: Stalls;
}

const closedPorts: readonly HostConfig["connect"][] = [
  "refused",
  "blackhole",
  "no-route",
  "host-unreachable",
];

export async function listen(options: ListenerOptions): Promise<Listener> {
  const { http, stalls } = options;
  let config = options.config;
  // Made when somebody connects: most hosts of a world are never asked.
  let tls: Promise<TlsServer> | undefined;
  const open = new Set<Socket>();

  const cutter = createHttpServer((request) => stalls.reset(request.socket));
  const makeTls = async (): Promise<TlsServer> => {
    const { certificate, certificateNames } = config;
    const shown = await options.certificates.show(options.host, certificate, certificateNames);
    const server = createTlsServer({ cert: shown.cert, key: shown.key }, (socket) => {
      socket.on("error", () => socket.destroy());
      (config.connect === "reset-after-request" ? cutter : http).emit("connection", socket);
    });
    return server.on("tlsClientError", (_error, socket) => socket.destroy());
  };

  const accept = (socket: Socket): void => {
    open.add(socket);
    stalls.accepted(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    if (config.connect === "reset") return void socket.resetAndDestroy();
    if (config.connect === "close") {
      socket.resume();
      return void socket.end();
    }
    if (config.connect === "tls-silence") {
      socket.once("data", () => stalls.set(socket, true));
      return;
    }
    if (!options.tls || config.connect === "plain-http") {
      (config.connect === "reset-after-request" ? cutter : http).emit("connection", socket);
      return;
    }
    tls ??= makeTls();
    tls.then(
      (server) => server.emit("connection", socket),
      () => socket.destroy(),
    );
  };

  const server = createServer(accept);
  const start = async (port: number): Promise<number> => {
    server.listen(port, options.loopback);
    try {
      await once(server, "listening");
    } catch (error) {
      throw portError(error, options.host, options.loopback, port);
    }
    const bound = server.address();
    return bound !== null && typeof bound === "object" ? bound.port : port;
  };
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });

  const port = await start(options.port);
  if (closedPorts.includes(config.connect)) await stop();

  return {
    port,
    async apply(next) {
      config = next;
      tls = undefined;
      const shallListen = !closedPorts.includes(next.connect);
      if (!shallListen && server.listening) await stop();
      else if (shallListen && !server.listening) await start(port);
      else for (const socket of open) socket.destroy();
    },
    async close() {
      if (server.listening) await stop();
      cutter.closeAllConnections();
    },
  };
}

function portError(error: unknown, host: string, address: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const where = `${address}:${port}`;
  if (code === "EADDRINUSE") {
    return new ToolError("world-port-taken", {
      what: `cannot serve ${host} on ${where}`,
      why: "another program listens there",
      do: "stop it, or start the world without --real-ports",
      cause: error,
    });
  }
  if (code === "EACCES") {
    return new ToolError("world-port-denied", {
      what: `cannot serve ${host} on ${where}`,
      why: "ports below 1024 need root here",
      do: "start the world without --real-ports",
      cause: error,
    });
  }
  return error;
}
