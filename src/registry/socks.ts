// Through a SOCKS5 proxy. The proxy looks names up, as Go's net/http has it do for socks5 and socks5h alike.

import type { Socket } from "node:net";
import { SocksClient, SocksClientError } from "socks";
import type { ProxyRoute } from "./tunnel.js";

/** The proxy was reached and gives no way; the message is the library's words for it. */
class SocksRefusal extends Error {
  readonly code = "EPROXYSOCKS";
}

/** `open`: a connection to the proxy, which becomes one to the host. It is closed on every failure, and by whoever aborts. */
export async function socksTunnel(
  open: Socket,
  proxy: ProxyRoute,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const stop = (): void => void open.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { login } = proxy;
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(login === undefined ? {} : { userId: login.username, password: login.password.reveal() }),
      },
      command: "connect",
      destination: { host, port },
      existing_socket: open,
    });
    return socket;
  } catch (error) {
    open.destroy();
    if (signal.aborted) throw signal.reason;
    throw error instanceof SocksClientError ? new SocksRefusal(error.message) : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
