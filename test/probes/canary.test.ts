// A password and a token must reach the registry they are for and the token server that passes the rules, and nobody else.
// Recording servers and a recording proxy stand wherever a hostile registry could send us.

import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer, isIP, type Socket } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { parseReference } from "../../src/model/reference.js";
import { Secret } from "../../src/model/secret.js";
import { type Asker, createAsker } from "../../src/probes/asker.js";
import type { Login } from "../../src/registry/credential.js";
import { DialError, dial } from "../../src/registry/dial.js";
import type { Resolved } from "../../src/registry/lookup.js";
import { ask, basic, shortLimits } from "./asking.js";
import { certificates, closeAll, type Loopback, serveHttp, serveHttps } from "./loopback.js";

const canary = "canary-5f0e1d2c3b";
const basicCanary = Buffer.from(`ci:${canary}`).toString("base64");
const login = basic("ci", canary);
const askers: Asker[] = [];
afterAll(async () => {
  await Promise.all(askers.map((one) => one.close()));
  await closeAll();
});

const hears = (one: Loopback): boolean => [canary, basicCanary].some((form) => one.heard().includes(form));

const silent: RequestListener = (_request, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end("{}");

interface Set {
  readonly registry: Loopback;
  readonly collector: Loopback;
  readonly asker: Asker;
}

/** `evil.example` in TLS, and `collector.example`, which records. Both resolve, both are trusted. */
async function set(handle: (collector: string) => RequestListener, more: object = {}): Promise<Set> {
  const collector = await serveHttps("collector.example", silent);
  const registry = await serveHttps("evil.example", handle("https://collector.example"));
  const asker = createAsker({
    env: {},
    names: {
      pinned: new Map([
        ["evil.example", [{ address: "127.0.0.1", port: registry.port }]],
        ["collector.example", [{ address: "127.0.0.1", port: collector.port }]],
      ]),
    },
    ca: [(await certificates()).ca],
    signal: new AbortController().signal,
    now: () => new Date(),
    limits: shortLimits,
    ...more,
  });
  askers.push(asker);
  return { registry, collector, asker };
}

const challenge =
  (realm: string): RequestListener =>
  (_request, response) =>
    response
      .writeHead(401, {
        "www-authenticate": `Bearer realm="${realm}",service="x",scope="repository:a/b:pull"`,
      })
      .end();

const basicThen =
  (then: RequestListener): RequestListener =>
  (request, response) =>
    request.headers.authorization === undefined
      ? response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end()
      : then(request, response);

const redirect =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(307, { location }).end();

const identity: Login = { is: "identity", token: new Secret(canary) };

describe("a login does not reach", () => {
  test.each([
    ["a realm at another host", (to: string) => challenge(`${to}/token`), login],
    ["a realm at another host, as an identity token", (to: string) => challenge(`${to}/token`), identity],
    [
      "a realm that only looks like the registry's site",
      () => challenge("https://evil.example.collector.example/token"),
      login,
    ],
    [
      "a realm with the registry's name as its user",
      (to: string) => challenge(to.replace("//", "//evil.example@")),
      login,
    ],
    [
      "where a manifest is redirected to",
      (to: string) => basicThen(redirect(`${to}/v2/a/b/manifests/v1`)),
      login,
    ],
    [
      "where the registry's own token server redirects to",
      (to: string): RequestListener =>
        (request, response) =>
          request.url?.startsWith("/token") === true
            ? redirect(`${to}/token`)(request, response)
            : challenge("https://evil.example/token")(request, response),
      login,
    ],
  ] as const)("%s", async (_what, handle, as) => {
    const { collector, asker } = await set(handle);
    const answer = await ask(asker, "evil.example/a/b:v1", as);
    expect(answer.failure).toBeDefined();
    expect(hears(collector)).toBe(false);
    expect(JSON.stringify([answer, asker.exchanges])).not.toContain(canary);
    expect(JSON.stringify([answer, asker.exchanges])).not.toContain(basicCanary);
  });

  test("a token server in plain http at the registry's own name", async () => {
    const plain = await serveHttp(silent);
    const { asker } = await set(() => challenge(`http://evil.example:${plain.port}/token`));
    const answer = await ask(asker, "evil.example/a/b:v1", login);
    expect([answer.failure?.is, plain.requests()]).toEqual(["refused", 0]);
    expect(answer.failure?.why).toContain("not asked over https");
  });

  test("a mirror, although containerd would offer it", async () => {
    const { collector, registry, asker } = await set(() => basicThen(silent), {
      mirrors: async () => async () => ({
        ok: true,
        places: [
          { url: new URL("https://collector.example"), canResolve: true, canPull: true, isMirror: true },
          { url: new URL("https://evil.example"), canResolve: true, canPull: true, isMirror: false },
        ],
      }),
    });
    await ask(asker, "evil.example/a/b:v1", login);
    expect([collector.requests() > 0, hears(collector), hears(registry)]).toEqual([true, false, true]);
  });

  test("the next page of tags at another host", async () => {
    const { collector, asker } = await set((to) =>
      basicThen((_request, response) =>
        response
          .writeHead(200, {
            "content-type": "application/json",
            link: `<${to}/v2/a/b/tags/list>; rel="next"`,
          })
          .end('{"tags":["v1"]}'),
      ),
    );
    await asker.tags(parseReference("evil.example/a/b:v1"), login);
    expect(collector.requests()).toBe(0);
  });

  test("a proxy on the way, which sees the names and nothing else", async () => {
    let seen = "";
    const open: Socket[] = [];
    const { registry, asker: _unused } = await set(() => basicThen(silent));
    const proxy = createServer((client) => {
      open.push(client);
      client.on("error", () => {});
      client.on("data", (bytes) => {
        seen += bytes.toString("latin1");
      });
      client.once("data", () => {
        const up = connect(registry.port, "127.0.0.1");
        open.push(up);
        up.on("error", () => {});
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(up);
        up.pipe(client);
      });
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const bound = proxy.address();
    const port = bound !== null && typeof bound === "object" ? bound.port : 0;
    const asker = createAsker({
      env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
      ca: [(await certificates()).ca],
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    askers.push(asker);
    await ask(asker, "evil.example/a/b:v1", login);
    expect(seen).toContain("CONNECT evil.example:443");
    expect([seen.includes(canary), seen.includes(basicCanary), hears(registry)]).toEqual([
      false,
      false,
      true,
    ]);
    for (const socket of open) socket.destroy();
    proxy.close();
  });
});

describe("a granted token does not reach", () => {
  /** Grants the canary itself as a token to anybody, and sends whoever brings it elsewhere. */
  const grants =
    (then: RequestListener): RequestListener =>
    (request, response) => {
      if (request.url?.startsWith("/token")) return void response.end(JSON.stringify({ token: canary }));
      if (request.headers.authorization === undefined)
        return void challenge("https://evil.example/token")(request, response);
      then(request, response);
    };

  test.each([
    ["another host", (to: string) => `${to}/v2/a/b/manifests/v1`],
    ["a host without a scheme", (to: string) => to.replace("https:", "")],
    ["a host behind backslashes", (to: string) => to.replace("https://", "/\\\\")],
    ["a host in capitals", (to: string) => to.toUpperCase()],
    ["a host with the root's dot", (to: string) => `${to}.`],
    ["a host with the registry's name as its user", (to: string) => to.replace("//", "//evil.example@")],
    ["a host below the registry's name", () => "https://evil.example.collector.example/"],
  ])("where it is redirected to: %s", async (_what, location) => {
    const { registry, collector, asker } = await set((to) => grants(redirect(location(to))));
    await ask(asker, "evil.example/a/b:v1");
    // It did reach the registry, so the test can fail.
    expect([hears(registry), hears(collector)]).toEqual([true, false]);
  });

  test("its own registry once it was led away and back", async () => {
    const back: RequestListener = (request, response) =>
      request.url?.includes("/back") === true
        ? silent(request, response)
        : redirect("https://collector.example/v2/")(request, response);
    const { registry, asker } = await set(() => grants(back));
    await ask(asker, "evil.example/a/b:v1");
    const withToken = registry
      .heard()
      .split(/^(?=GET|HEAD)/m)
      .filter((one) => one.includes(canary));
    expect(withToken.length).toBeGreaterThan(0);
    expect(withToken.some((one) => one.includes("/back"))).toBe(false);
  });

  test("a layer's storage, and no cookie goes anywhere", async () => {
    const { registry, collector, asker } = await set((to) =>
      grants((request, response) => {
        response.setHeader("set-cookie", `session=${canary}; Domain=example; Path=/`);
        redirect(`${to}/blob?sig=1`)(request, response);
      }),
    );
    await ask(asker, "evil.example/a/b:v1");
    expect(hears(collector)).toBe(false);
    expect(`${registry.heard()}${collector.heard()}`).not.toMatch(/^cookie$/im);
  });

  test("a realm that carries header lines or a login", async () => {
    const { registry, asker } = await set(() =>
      challenge("https://user:pass@evil.example/token?x=%0d%0aX-Evil:%201&y=\\r\\nX-Evil: 2"),
    );
    await ask(asker, "evil.example/a/b:v1");
    expect(registry.heard()).toMatch(/GET \/token/);
    expect(registry.heard()).not.toMatch(/^X-Evil|^authorization/im);
  });
});

describe("by way of a proxy, which looks names up itself,", () => {
  test.each([
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata.google.internal./",
    "http://anything.localhost/",
    "http://instance-data/",
    "http://169.254.169.254/",
  ])("no registry's word leads to %s", async (location) => {
    const asked: string[] = [];
    const target = await serveHttp((request, response) =>
      request.url === "/v2/" ? response.end("{}") : redirect(location)(request, response),
    );
    const proxy = createHttpServer().on("connect", (request, client: Socket) => {
      asked.push(request.url ?? "");
      const far = connect(target.port, "127.0.0.1", () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
      for (const one of [client, far]) one.on("error", () => {});
      far.pipe(client).pipe(far);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const asker = createAsker({
      env: { HTTP_PROXY: `http://127.0.0.1:${port}` },
      plainHttp: ["evil.example"],
      signal: new AbortController().signal,
      now: () => new Date(),
      limits: shortLimits,
    });
    askers.push(asker);
    const answer = await ask(asker, "evil.example/a/b:v1");
    expect(answer.failure?.code).toBe("EADDRREFUSED");
    expect(new Set(asked)).toEqual(new Set(["evil.example:80"]));
    proxy.closeAllConnections();
    proxy.close();
  });
});

describe("a name that changes its mind", () => {
  const route = { host: "cdn.example", port: 9, isTls: false };
  const at = (...addresses: readonly string[]): readonly Resolved[] =>
    addresses.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4, by: "resolver" }));
  const dialled = async (answers: readonly (readonly Resolved[])[]) => {
    let asked = 0;
    const world = {
      lookup: async () => answers[asked++] ?? [],
      signal: new AbortController().signal,
      limits: { dnsMs: 1_000, tcpMs: 300, tlsMs: 300 },
      onWordOfRegistry: {},
    };
    const error = await dial(route, world).catch((reason: unknown) => reason);
    if (!(error instanceof DialError)) throw new Error("it was connected");
    return { error, asked };
  };

  test("is looked up once for a connection: what was judged is what is dialled", async () => {
    // A public address at first, this machine from then on.
    const { error, asked } = await dialled([at("192.0.2.1"), at("127.0.0.1")]);
    expect([error.stage, asked]).toEqual(["tcp", 1]);
    expect(error.facts.failedAddresses?.map(({ address }) => address)).toEqual(["192.0.2.1"]);
  });

  test("has only its public addresses dialled", async () => {
    const { error } = await dialled([at("127.0.0.1", "192.0.2.1", "::1", "10.0.0.1", "169.254.169.254")]);
    expect(error.facts.failedAddresses?.map(({ address }) => address)).toEqual(["192.0.2.1"]);
    expect((await dialled([at("127.0.0.1", "::ffff:127.0.0.1")])).error.code).toBe("EADDRREFUSED");
  });
});

describe("a login does reach", () => {
  test("the registry and a token server of its own site", async () => {
    const { registry, asker } = await set(
      () => (request, response) =>
        request.url?.startsWith("/token") === true
          ? silent(request, response)
          : challenge("https://evil.example/token")(request, response),
    );
    await ask(asker, "evil.example/a/b:v1", login);
    expect(hears(registry)).toBe(true);
  });

  test("a token server elsewhere once the user allows its host", async () => {
    const { collector, asker } = await set((to) => challenge(`${to}/token`), {
      rules: { allow: ["collector.example"], deny: [] },
    });
    await ask(asker, "evil.example/a/b:v1", login);
    expect(hears(collector)).toBe(true);
  });
});

describe("a denied host", () => {
  test.each([["evil.example"], ["*.example"]])("is not asked at all: %s", async (pattern) => {
    const { registry, asker } = await set(() => silent, { rules: { allow: [], deny: [pattern] } });
    const answer = await ask(asker, "evil.example/a/b:v1", login);
    expect([answer.failure?.is, registry.requests()]).toEqual(["refused", 0]);
  });

  test("is not asked for tokens either, nor followed to", async () => {
    const rules = { allow: [], deny: ["collector.example"] };
    const { collector, asker } = await set((to) => challenge(`${to}/token`), { rules });
    await ask(asker, "evil.example/a/b:v1");
    const other = await set((to) => redirect(`${to}/v2/a/b/manifests/v1`), { rules });
    await ask(other.asker, "evil.example/a/b:v1");
    expect([collector.requests(), other.collector.requests()]).toEqual([0, 0]);
  });
});
