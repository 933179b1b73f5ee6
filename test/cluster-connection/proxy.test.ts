// The way to the API server: proxies of the kubeconfig and of the environment, and servers that are not there.

import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCluster } from "../../src/cluster/client.js";
import { proxyFor } from "../../src/cluster/client-proxy.js";
import { makeCertificates } from "../../src/sim/network/certificates.js";
import { kubeconfig, scratch, sendJson, serve, type TestServer, worldIn } from "./server.js";

let folder: ReturnType<typeof scratch>;
const open: { close(): unknown }[] = [];
beforeEach(() => {
  folder = scratch();
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  folder.remove();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

/** Leads every CONNECT to `target`, whatever was asked for, when `login` matches. */
async function httpProxy(target: number, asked: string[], login?: string): Promise<number> {
  const server = createHttpServer();
  server.on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    socket.on("error", () => {});
    if (login !== undefined && request.headers["proxy-authorization"] !== `Basic ${btoa(login)}`) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const far = connect(target, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    far.on("error", () => socket.destroy());
    far.pipe(socket).pipe(far);
  });
  return listening(server);
}

/** A SOCKS5 server for one kind of address (names), with user `joe` and password `pw`. */
async function socksProxy(target: number, asked: string[]): Promise<number> {
  return listening(
    createServer((socket) => {
      socket.on("error", () => {});
      const steps = [
        () => Buffer.from([5, 2]),
        (data: Buffer) => Buffer.from([1, data.subarray(2).toString("latin1") === "joe\x02pw" ? 0 : 1]),
        (data: Buffer) => {
          const length = data[4] ?? 0;
          asked.push(`${data.subarray(5, 5 + length)}:${data.readUInt16BE(5 + length)}`);
          return Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]);
        },
      ];
      const next = (data: Buffer): void => {
        const step = steps.shift();
        if (step === undefined) return;
        const answer = step(data);
        if (steps.length > 0) {
          socket.write(answer);
          return;
        }
        socket.off("data", next);
        const far = connect(target, "127.0.0.1", () => {
          socket.write(answer);
          far.pipe(socket).pipe(far);
        });
      };
      socket.on("data", next);
    }),
  );
}

async function tlsServer(): Promise<{ server: TestServer; cluster: object }> {
  const certificates = await makeCertificates(Date.now());
  const name = "api.acme.example";
  const server = await serve(
    (_, response) => sendJson(response, 200, {}),
    await certificates.show(name, "good", []),
  );
  open.push(server);
  const ca = Buffer.from(certificates.ca).toString("base64");
  return { server, cluster: { server: `https://${name}:6443`, "certificate-authority-data": ca } };
}

async function ask(cluster: object, env: Record<string, string> = {}): Promise<string> {
  const path = folder.write("config", kubeconfig(cluster));
  try {
    const api = await openCluster({ kubeconfig: path }, worldIn(folder.path, { env }));
    const { status } = await api.get("/api/v1/pods");
    await api.close();
    return String(status);
  } catch (error) {
    const { code, why } = error as { code: string; why: string };
    return `${code}: ${why}`;
  }
}

describe("proxies", () => {
  test("proxy-url over HTTP, with a password; TLS goes through it end to end", async () => {
    const { server, cluster } = await tlsServer();
    const asked: string[] = [];
    const port = await httpProxy(server.port, asked, "joe:pw");
    expect(await ask({ ...cluster, "proxy-url": `http://joe:pw@127.0.0.1:${port}` })).toBe("200");
    expect(asked[0]).toBe("api.acme.example:6443");
    const refused = await ask({ ...cluster, "proxy-url": `http://joe:wrong@127.0.0.1:${port}` });
    expect(refused).toBe(
      `cluster-unreachable: proxy http://127.0.0.1:${port} makes no connection to api.acme.example:6443: it answered 407`,
    );
    expect(await ask(cluster, { HTTPS_PROXY: `joe:pw@127.0.0.1:${port}` })).toBe("200");
  });

  test("proxy-url over SOCKS5: the proxy looks the name up", async () => {
    const { server, cluster } = await tlsServer();
    const asked: string[] = [];
    const port = await socksProxy(server.port, asked);
    expect(await ask({ ...cluster, "proxy-url": `socks5://joe:pw@127.0.0.1:${port}` })).toBe("200");
    expect(asked).toEqual(["api.acme.example:6443"]);
    const refused = await ask({ ...cluster, "proxy-url": `socks5://joe:no@127.0.0.1:${port}` });
    expect(refused).toContain("it does not accept the user and password");
  });

  test("a proxy that is not there, and one that cannot be used", async () => {
    const { cluster } = await tlsServer();
    const port = await listening(createServer());
    await open.pop()?.close();
    const gone = await ask({ ...cluster, "proxy-url": `http://127.0.0.1:${port}` });
    expect(gone).toBe(`cluster-unreachable: proxy http://127.0.0.1:${port} refuses connections`);
    expect(await ask({ ...cluster, "proxy-url": "ftp://127.0.0.1" })).toBe(
      "proxy-invalid: its scheme is ftp",
    );
  });

  test.each([
    ["https://api.acme.example", { HTTPS_PROXY: "http://p:1" }, "http://p:1"],
    ["https://api.acme.example", { https_proxy: "p:1" }, "http://p:1"],
    ["http://api.acme.example", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://api.acme.example", { HTTPS_PROXY: "http://p:1", NO_PROXY: "acme.example" }, undefined],
    ["https://api.acme.example", { HTTPS_PROXY: "http://p:1", NO_PROXY: ".acme.example" }, undefined],
    ["https://acme.example", { HTTPS_PROXY: "http://p:1", NO_PROXY: ".acme.example" }, "http://p:1"],
    ["https://notacme.example", { HTTPS_PROXY: "http://p:1", NO_PROXY: "acme.example" }, "http://p:1"],
    [
      "https://api.acme.example:6443",
      { HTTPS_PROXY: "http://p:1", NO_PROXY: "api.acme.example:443" },
      "http://p:1",
    ],
    ["https://10.1.2.3", { HTTPS_PROXY: "http://p:1", no_proxy: "10.0.0.0/8" }, undefined],
    ["https://11.1.2.3", { HTTPS_PROXY: "http://p:1", no_proxy: "10.0.0.0/8" }, "http://p:1"],
    ["https://127.0.0.1:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://api.acme.example", { HTTPS_PROXY: "http://p:1", NO_PROXY: "x, *" }, undefined],
  ])("%s with %o", (server, env, expected) => {
    expect(proxyFor(new URL(server), undefined, env)?.shown).toBe(expected);
  });
});

describe("servers that are not there", () => {
  test("nobody listens: said at once", async () => {
    const port = await listening(createServer());
    await open.pop()?.close();
    expect(await ask({ server: `https://127.0.0.1:${port}` })).toBe(
      `cluster-unreachable: 127.0.0.1:${port} refuses connections`,
    );
  });

  test("a name that nobody knows", async () => {
    expect(await ask({ server: "https://api.acme.invalid" })).toMatch(
      /^cluster-unreachable: (api.acme.invalid has no address here|name lookup of api.acme.invalid failed)$/,
    );
  });

  test("something that speaks no HTTP", async () => {
    const port = await listening(createServer((socket) => socket.end("220 mail.acme.example ESMTP\r\n")));
    expect(await ask({ server: `http://127.0.0.1:${port}` })).toBe(
      `cluster-unreachable: 127.0.0.1:${port} does not speak HTTP`,
    );
  });

  test("one that is not ready", async () => {
    const server = await serve(
      (_, response) => sendJson(response, 503, { message: "etcd is away" }),
      undefined,
      true,
    );
    open.push(server);
    expect(await ask({ server: server.url })).toBe(
      `cluster-unreachable: 127.0.0.1:${server.port} answers 503 etcd is away`,
    );
  });
});
