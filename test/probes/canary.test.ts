// A password and a token must reach the registry they are for and the token server that passes the rules, and nobody else.
// Recording servers and a recording proxy stand wherever a hostile registry could send us.

import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { parseReference } from "../../src/model/reference.js";
import { Secret } from "../../src/model/secret.js";
import { type Asker, createAsker } from "../../src/probes/asker.js";
import type { Login } from "../../src/registry/credential.js";
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
