// Names, connections, certificates and proxies of a world, asked over real sockets.

import { Resolver } from "node:dns/promises";
import { createServer, request as plainRequest } from "node:http";
import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { heldClock } from "../clock.js";
import type { HostConfig } from "../registry/config.js";
import type { HostAddress, Network } from "./network.js";
import { makeProxy } from "./proxy.js";
import { healthyHost, startNetwork } from "./start.js";

const host = "registry.acme.example";
let network: Network;
const servers: { close(): void; closeAllConnections(): void }[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.closeAllConnections();
  await network.close();
});

async function serve(change: Partial<HostConfig> = {}): Promise<void> {
  network = await startNetwork({ clock: heldClock(Date.parse("2026-11-27T16:00:00Z")) });
  const server = createServer((_request, response) => response.end("hello"));
  servers.push(server);
  await network.serve(host, { ...healthyHost, ...change }, [{ port: 443, server, tls: true }]);
}

function here(): HostAddress {
  const found = network.host(host);
  if (found === undefined) throw new Error(`${host} is not served`);
  return found;
}

/** What a TLS client that trusts `ca` meets: `ok`, or Node's error code. */
function meet(ca: string = network.ca): Promise<string> {
  const { loopback, ports } = here();
  return new Promise((resolve) => {
    const socket = connectTls({ host: loopback, port: ports[443] ?? 0, servername: host, ca }, () => {
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve(text.includes("hello") ? "ok" : "closed"));
  });
}

describe("connections", () => {
  test.each<[HostConfig["connect"], string]>([
    ["ok", "ok"],
    ["refused", "ECONNREFUSED"],
    ["reset", "ECONNRESET"],
    ["reset-after-request", "ECONNRESET"],
    ["close", "ECONNRESET"],
    // The code depends on the OpenSSL of the Node that runs this.
    ["plain-http", "ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)"],
  ])("%s is %s for a TLS client", async (connect, code) => {
    await serve({ connect });
    expect(await meet()).toMatch(new RegExp(`^${code}$`));
  });

  test("tls-silence: the connection opens and the handshake never ends", async () => {
    await serve({ connect: "tls-silence" });
    const outcome = await Promise.race([
      meet(),
      new Promise((resolve) => setTimeout(resolve, 150, "silent")),
    ]);
    expect(outcome).toBe("silent");
  });

  test.each<[HostConfig["connect"], string]>([
    ["no-route", "ENETUNREACH"],
    ["host-unreachable", "EHOSTUNREACH"],
    ["refused", "ECONNREFUSED"],
  ])("%s is %s for the programs of nodes, by the address that nodes name", async (connect, code) => {
    await serve({ connect, address: "203.0.113.99" });
    await expect(network.connect("203.0.113.99", 443, () => {})).rejects.toMatchObject({
      code,
      address: "203.0.113.99",
    });
  });

  test("blackhole: says that it stalls, and ends only when the caller gives up", async () => {
    await serve({ connect: "blackhole", address: "203.0.113.99" });
    const stop = new AbortController();
    const stalls: boolean[] = [];
    const asked = network.connect("203.0.113.99", 443, (is) => stalls.push(is), stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(stalls).toEqual([true]);
  });

  test("a host changes while the world runs, on the same port, and open connections drop", async () => {
    await serve();
    const { loopback, ports } = here();
    const kept = connectPlain(ports[443] ?? 0, loopback);
    const ended = new Promise((resolve) => kept.once("close", resolve));
    kept.on("error", () => {});
    await new Promise((resolve) => kept.once("connect", resolve));
    await network.change(host, { connect: "refused" });
    await ended;
    expect(await meet()).toBe("ECONNREFUSED");
    await network.change(host, { connect: "ok" });
    expect(await meet()).toBe("ok");
    expect(network.host(host)?.ports[443]).toBe(ports[443]);
  });
});

describe("certificates", () => {
  test.each<[HostConfig["certificate"], string]>([
    ["good", "ok"],
    ["expired", "CERT_HAS_EXPIRED"],
    ["not-yet", "CERT_NOT_YET_VALID"],
    ["wrong-name", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["untrusted", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("%s is %s", async (certificate, code) => {
    await serve({ certificate });
    expect(await meet()).toBe(code);
  });

  test("an untrusted certificate is good for who trusts its CA", async () => {
    await serve({ certificate: "untrusted" });
    expect(await meet(network.otherCa)).toBe("ok");
  });
});

describe("names", () => {
  const resolver = (timeout = 30_000): Resolver => {
    const one = new Resolver({ timeout, tries: 1 });
    one.setServers([`${network.dns.address}:${network.dns.port}`]);
    return one;
  };

  test("a known name is its loopback address; nothing else exists", async () => {
    await serve();
    expect(await resolver().resolve4("Registry.ACME.example")).toEqual([network.host(host)?.loopback]);
    await expect(resolver().resolve4("nowhere.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(network.resolve("nowhere.example")).toEqual({ ok: false, is: "nxdomain" });
    await expect(resolver().resolve6(host)).rejects.toMatchObject({ code: "ENODATA" });
  });

  test.each<[HostConfig["dns"], string]>([
    ["nxdomain", "ENOTFOUND"],
    ["servfail", "ESERVFAIL"],
    ["refused", "EREFUSED"],
    ["timeout", "ETIMEOUT"],
  ])("%s is %s for a resolver, and the same for nodes", async (dns, code) => {
    await serve({ dns });
    const asked = resolver(dns === "timeout" ? 150 : undefined).resolve4(host);
    await expect(asked).rejects.toMatchObject({ code });
    expect(network.resolve(host)).toEqual({ ok: false, is: dns });
  });
});

describe("proxies", () => {
  /** The status of CONNECT through a proxy, and what a TLS client then meets. */
  const through = (proxy: string, target: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = plainRequest(proxy, { method: "CONNECT", path: target });
      asked.on("connect", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      asked.on("error", reject);
      asked.end();
    });

  test("the world's own proxy opens a tunnel by name, and says when there is none", async () => {
    await serve();
    expect(await through(network.proxyUrl, `${host}:443`)).toBe(200);
    expect(await through(network.proxyUrl, "nowhere.example:443")).toBe(502);
    await network.change(host, { connect: "refused" });
    expect(await through(network.proxyUrl, `${host}:443`)).toBe(502);
  });

  test.each([
    ["auth", 407],
    ["deny", 403],
    ["ok", 200],
  ] as const)("a proxy of the world that answers %s: %i", async (answer, status) => {
    await serve();
    const server = makeProxy({ answer, dial: network.dial });
    servers.push(server);
    const { loopback, ports } = await network.serve("proxy.acme.example", healthyHost, [
      { port: 3128, server, tls: false },
    ]);
    expect(await through(`http://${loopback}:${ports[3128]}`, `${host}:443`)).toBe(status);
  });
});
