// Starts the world's network: hands out addresses, opens listeners, and answers for names.

import { once } from "node:events";
import { connect as connectSocket, createServer, isIP, type Socket } from "node:net";
import type { HostConfig } from "../registry/config.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { startDnsServer } from "./dns.js";
import { type Listener, listen } from "./listener.js";
import type { HostAddress, Lookup, Network, NetworkOptions, StallWatcher } from "./network.js";
import { makeProxy } from "./proxy.js";
import { newStalls, type Stalls } from "./stalls.js";

/** How a host behaves when nothing else is said. */
export const healthyHost: HostConfig = {
  dns: "ok",
  connect: "ok",
  certificate: "good",
  certificateNames: [],
};

interface Known {
  readonly address: HostAddress;
  readonly listeners: Listener[];
  config: HostConfig;
}

export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const hasManyAddresses = await canListen("127.20.0.1");
  const certificates: Certificates = await makeCertificates(options.clock.now());
  const stalls: Stalls = newStalls();
  const known = new Map<string, Known>();
  const byAddress = new Map<string, Known>();
  const sockets = new Set<Socket>();

  /** Gives a host its two addresses: a documentation address for nodes, a loopback one to listen on. */
  const add = (host: string, config: HostConfig, ports: Record<number, number>): Known => {
    const number = known.size + 10;
    const given = config.address ?? (isIP(host) === 4 ? host : undefined);
    const address = given ?? documentationAddress(number);
    const loopback = hasManyAddresses
      ? `127.20.${Math.floor(number / 250)}.${(number % 250) + 1}`
      : "127.0.0.1";
    const entry: Known = { address: { host, address, loopback, ports }, listeners: [], config };
    known.set(host, entry);
    byAddress.set(address, entry);
    return entry;
  };

  const lookup = (host: string, outside: boolean): Lookup => {
    if (isIP(host) > 0) return { ok: true, addresses: [host] };
    const found = known.get(host.toLowerCase());
    if (found === undefined) return { ok: false, is: "nxdomain" };
    if (found.config.dns !== "ok") return { ok: false, is: found.config.dns };
    return { ok: true, addresses: [outside ? found.address.loopback : found.address.address] };
  };

  const connect = async (
    address: string,
    port: number,
    stalled: StallWatcher,
    signal?: AbortSignal,
  ): Promise<Socket> => {
    const found = byAddress.get(address);
    const behaviour = found === undefined ? "no-route" : found.config.connect;
    if (behaviour === "no-route") throw netError("ENETUNREACH", address, port);
    if (behaviour === "host-unreachable") throw netError("EHOSTUNREACH", address, port);
    if (behaviour === "blackhole") {
      stalled(true);
      await new Promise<void>((resolve) =>
        signal?.addEventListener("abort", () => resolve(), { once: true }),
      );
      throw netError("ETIMEDOUT", address, port);
    }
    const real = found?.address.ports[port];
    if (found === undefined || real === undefined || behaviour === "refused")
      throw netError("ECONNREFUSED", address, port);
    const socket = connectSocket({ host: found.address.loopback, port: real });
    try {
      await once(socket, "connect", signal === undefined ? {} : { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    stalls.watch(socket, stalled);
    return socket;
  };

  /** For the proxy: as `connect`, by name; a blackhole or a silent resolver never answers. */
  const dial = async (host: string, port: number): Promise<Socket> => {
    const found = isIP(host) > 0 ? byLoopback(known, host) : lookup(host, false);
    if (!found.ok) {
      if (found.is === "timeout") await new Promise(() => {});
      throw netError("ENOTFOUND", host, port);
    }
    return await connect(found.addresses[0] ?? "", port, () => {});
  };

  const proxy = makeProxy({ answer: "ok", dial });
  const proxySockets = new Set<Socket>();
  proxy.on("connection", (socket: Socket) => {
    proxySockets.add(socket);
    socket.on("close", () => proxySockets.delete(socket));
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const bound = proxy.address();
  const proxyUrl = `http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`;
  const dns = await startDnsServer("127.0.0.1", options.ports === "real" ? 53 : 0, (host) =>
    lookup(host, true),
  );

  return {
    ca: certificates.ca,
    otherCa: certificates.otherCa,
    nameserver: `${options.nameserver ?? "203.0.113.53"}:53`,
    dns: { address: dns.address, port: dns.port },
    proxyUrl,
    resolve: (host) => lookup(host, false),
    connect,
    dial,
    async serve(host, config, services) {
      const ports: Record<number, number> = {};
      const entry = known.get(host) ?? add(host, config, ports);
      entry.config = config;
      for (const { port, server, tls } of services) {
        const listener = await listen({
          host,
          loopback: entry.address.loopback,
          port: options.ports === "real" ? port : 0,
          tls,
          http: server,
          config,
          certificates,
          stalls,
        });
        entry.listeners.push(listener);
        Object.assign(entry.address.ports, { [port]: listener.port });
      }
      return entry.address;
    },
    async change(host, change) {
      const entry = known.get(host) ?? add(host, healthyHost, {});
      entry.config = { ...entry.config, ...change };
      for (const listener of entry.listeners) await listener.apply(entry.config);
    },
    setStalled: stalls.set,
    reset: stalls.reset,
    host: (name) => known.get(name)?.address,
    hosts: () => [...known.values()].map((entry) => entry.address),
    env: (caFile) => ({
      HTTPS_PROXY: proxyUrl,
      HTTP_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      http_proxy: proxyUrl,
      NO_PROXY: "127.0.0.1,localhost",
      no_proxy: "127.0.0.1,localhost",
      SSL_CERT_FILE: caFile,
      CURL_CA_BUNDLE: caFile,
      AWS_CA_BUNDLE: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
      WORLD_DNS: `${dns.address}:${dns.port}`,
    }),
    async close() {
      for (const socket of [...sockets, ...proxySockets]) socket.destroy();
      await Promise.all([...known.values()].flatMap((entry) => entry.listeners.map((one) => one.close())));
      await new Promise((resolve) => proxy.close(resolve));
      await dns.close();
    },
  };
}

/** Linux has all of 127.0.0.0/8; other systems have 127.0.0.1 alone, and tell hosts apart by ports. */
async function canListen(address: string): Promise<boolean> {
  const server = createServer();
  server.listen(0, address);
  try {
    await once(server, "listening");
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch {
    return false;
  }
}

/** 203.0.113.10 onwards, then the other two documentation networks. */
function documentationAddress(number: number): string {
  const networks = ["203.0.113", "198.51.100", "192.0.2"];
  const network = networks[Math.floor(number / 250)] ?? `198.18.${Math.floor(number / 250)}`;
  return `${network}.${(number % 250) + 1}`;
}

/** An outside client that resolved the name itself asks the proxy for the loopback address. */
function byLoopback(known: ReadonlyMap<string, Known>, address: string): Lookup {
  for (const entry of known.values()) {
    if (entry.address.loopback === address || entry.address.address === address) {
      return { ok: true, addresses: [entry.address.address] };
    }
  }
  return { ok: true, addresses: [address] };
}

function netError(code: string, address: string, port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`connect ${code} ${address}:${port}`), {
    code,
    syscall: "connect",
    address,
    port,
  });
}
