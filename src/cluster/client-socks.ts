// A TCP connection through a SOCKS5 proxy (RFC 1928, passwords by RFC 1929). The proxy looks the
// name up, as client-go has it do. undici's own agent for this is marked experimental and warns.

import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";

const refusals: Readonly<Record<number, string>> = {
  1: "general failure",
  2: "not allowed by its rules",
  3: "network unreachable",
  4: "host unreachable",
  5: "connection refused",
  6: "TTL expired",
  7: "command not supported",
  8: "address type not supported",
};

/** Says no in the proxy's words. */
export class ProxyRefusal extends Error {
  readonly code = "PROXY_REFUSED";
}

export async function connectBySocks(
  proxy: URL,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<Socket> {
  const socket = connect({ host: bare(proxy.hostname), port: Number(proxy.port || 1080), noDelay: true });
  const late = setTimeout(() => socket.destroy(new ProxyRefusal("no answer in time")), timeoutMs);
  try {
    await once(socket, "connect");
    await handshake(socket, proxy, host, port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function handshake(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const hasLogin = proxy.username !== "";
  socket.write(Buffer.from(hasLogin ? [5, 2, 0, 2] : [5, 1, 0]));
  const [version, method] = await read(socket, 2);
  if (version !== 5) throw new ProxyRefusal("it does not speak SOCKS5");
  if (method === 2 && hasLogin) {
    const user = Buffer.from(decodeURIComponent(proxy.username));
    const password = Buffer.from(decodeURIComponent(proxy.password));
    socket.write(
      Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
    );
    const [, status] = await read(socket, 2);
    if (status !== 0) throw new ProxyRefusal("it does not accept the user and password");
  } else if (method !== 0) {
    throw new ProxyRefusal("it wants a login that proxy-url does not give");
  }
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address(host), Buffer.from([port >> 8, port & 255])]));
  const [, reply = 1, , kind] = await read(socket, 4);
  if (reply !== 0) throw new ProxyRefusal(refusals[reply] ?? `answer ${reply}`);
  const rest = kind === 1 ? 4 : kind === 4 ? 16 : ((await read(socket, 1))[0] ?? 0);
  await read(socket, rest + 2);
}

function address(host: string): Buffer {
  const name = bare(host);
  if (isIP(name) === 4) return Buffer.from([1, ...name.split(".").map(Number)]);
  const text = Buffer.from(name);
  return Buffer.concat([Buffer.from([3, text.length]), text]);
}

/** `::1` of `[::1]`. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = socket.read(length);
    if (Buffer.isBuffer(chunk)) return chunk;
    if (socket.readableEnded || socket.destroyed) throw new ProxyRefusal("it closed the connection");
    await Promise.race([once(socket, "readable"), once(socket, "end")]);
  }
}
