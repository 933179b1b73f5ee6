// Through a proxy: by HTTP's CONNECT, or by SOCKS5. What the proxy answers is read to the end of its header and no further.

import { isIP, connect as netConnect, type Socket } from "node:net";
import tls from "node:tls";
import type { Secret } from "../model/secret.js";
import { basicHeader } from "./credential.js";

export interface ProxyRoute {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly login?: { readonly username: string; readonly password: Secret };
  /** True: it speaks SOCKS5; else HTTP's CONNECT. */
  readonly isSocks?: boolean;
  /** The proxy's address without its login, for messages. */
  readonly shown: string;
}

/** The proxy was reached and said no; `code` is `EPROXY407` for 407, and so on. */
export class ProxyRefusal extends Error {
  readonly code: string;

  constructor(status: number, line: string) {
    super(line);
    this.code = `EPROXY${status}`;
  }
}

const maxHeader = 16 * 1024;

export async function openTunnel(
  proxy: ProxyRoute,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await reach(proxy, signal);
  if (proxy.isSocks === true) {
    const { socksTunnel } = await import("./socks.js");
    return socksTunnel(socket, proxy, host, port, signal);
  }
  const authority = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  const login =
    proxy.login === undefined
      ? ""
      : `Proxy-Authorization: ${basicHeader(proxy.login.username, proxy.login.password)}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login}\r\n`);
  try {
    await readAnswer(socket, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function reach(proxy: ProxyRoute, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = proxy;
    const socket = proxy.isTls
      ? tls.connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : netConnect({ host, port, noDelay: true });
    const stop = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    socket.once(proxy.isTls ? "secureConnect" : "connect", () => {
      signal.removeEventListener("abort", stop);
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error) => {
      signal.removeEventListener("abort", stop);
      reject(error);
    });
  });
}

/** Resolves when the proxy says 2xx; bytes behind its header are put back for whoever reads next. */
function readAnswer(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const end = (error?: unknown): void => {
      socket.off("readable", onReadable);
      socket.off("error", end);
      socket.off("close", onClose);
      signal.removeEventListener("abort", onAbort);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = (): void => end(signal.reason);
    const onClose = (): void => end(Object.assign(new Error("the proxy hung up"), { code: "ECONNRESET" }));
    // Read by hand: a socket that was made to flow and paused again would stay mute for a plain http client.
    const onReadable = (): void => {
      const part: unknown = socket.read();
      if (!Buffer.isBuffer(part)) return;
      seen = Buffer.concat([seen, part]);
      const headerEnd = seen.indexOf("\r\n\r\n");
      if (headerEnd < 0) {
        if (seen.length > maxHeader)
          end(Object.assign(new Error("too long a header"), { code: "EPROXYHEADER" }));
        return;
      }
      const [line = ""] = seen.subarray(0, headerEnd).toString("latin1").split("\r\n");
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
      const rest = seen.subarray(headerEnd + 4);
      if (rest.length > 0) socket.unshift(rest);
      if (status >= 200 && status < 300) end();
      else end(new ProxyRefusal(status, line.slice(0, 200)));
    };
    socket.on("readable", onReadable);
    socket.once("error", end);
    socket.once("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
