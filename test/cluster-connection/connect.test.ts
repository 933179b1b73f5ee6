// Connecting to an API server over loopback: what is sent, what is undone, what is tried again.

import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../../src/cluster/api.js";
import { openCluster } from "../../src/cluster/client.js";
import { readText } from "../../src/cluster/client-body.js";
import { kubeconfig, scratch, sendJson, serve, statusOf, type TestServer, worldIn } from "./server.js";

let folder: ReturnType<typeof scratch>;
const open: { close(): Promise<void> }[] = [];
beforeEach(() => {
  folder = scratch();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  folder.remove();
});

async function serving(...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args);
  open.push(server);
  return server;
}

async function connect(text: string, more: Parameters<typeof worldIn>[1] = {}): Promise<Api> {
  const api = await openCluster({ kubeconfig: folder.write("config", text) }, worldIn(folder.path, more));
  open.push(api);
  return api;
}

const refusal = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error as { code: string; what: string; why: string; do: string },
  );

describe("what is sent", () => {
  test("token, impersonation and path prefix; the answer's gzip is undone and counted as sent", async () => {
    const packed = gzipSync(JSON.stringify({ items: "x".repeat(100_000) }));
    const server = await serving(
      (request, response) => {
        if (request.url === "/k8s/clusters/c-1/version") return sendJson(response, 200, {});
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end(packed);
      },
      undefined,
      true,
    );
    const api = await connect(
      kubeconfig(
        { server: `${server.url}/k8s/clusters/c-1` },
        { token: "s3cret", as: "eve", "as-groups": ["a", "b"], "as-user-extra": { "x.io/y": ["1"] } },
        { namespace: "shop" },
      ),
    );
    const before = api.received;
    const answer = await api.get("/api/v1/pods?limit=1");
    expect(JSON.parse(await readText(answer.body)).items).toHaveLength(100_000);
    expect(api.received - before).toBe(packed.length);
    expect(api).toMatchObject({ name: "test", namespace: "shop", asked: 2 });
    expect(api.server).toBe(`${server.url}/k8s/clusters/c-1`);
    const request = server.seen[1];
    expect(request?.url).toBe("/k8s/clusters/c-1/api/v1/pods?limit=1");
    expect(request?.headers).toMatchObject({
      authorization: "Bearer s3cret",
      "impersonate-user": "eve",
      "impersonate-group": "a, b",
      "impersonate-extra-x.io%2fy": "1",
      "accept-encoding": "gzip",
    });
  });

  test("user and password; no gzip when disable-compression says so", async () => {
    const server = await serving((_, response) => sendJson(response, 200, {}));
    await connect(
      kubeconfig({ server: server.url, "disable-compression": true }, { username: "joe", password: "pw" }),
    );
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${btoa("joe:pw")}`);
    expect(server.seen[0]?.headers["accept-encoding"]).toBeUndefined();
  });

  test("a token file is read again when the server no longer takes its token", async () => {
    const path = folder.write("token", "old\n");
    let good = "Bearer old";
    const server = await serving((request, response) =>
      request.headers.authorization === good
        ? sendJson(response, 200, {})
        : sendJson(response, 401, statusOf(401, "Unauthorized", "Unauthorized")),
    );
    const api = await connect(kubeconfig({ server: server.url }, { tokenFile: "token" }));
    expect((await api.get("/api/v1/pods")).status).toBe(200);
    folder.write("token", "new\n");
    good = "Bearer new";
    expect((await api.get("/api/v1/pods")).status).toBe(200);
    good = "Bearer third";
    const error = await refusal(api.get("/api/v1/pods"));
    expect(error.code).toBe("login-failed");
    expect(error.why).toContain(path);
  });

  test("a redirect is an answer: the token goes nowhere else", async () => {
    const elsewhere = await serving((_, response) => sendJson(response, 200, {}), undefined, true);
    const server = await serving((_, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/api/v1/pods` });
      response.end();
    });
    const api = await connect(kubeconfig({ server: server.url }, { token: "t" }));
    expect((await api.get("/api/v1/pods")).status).toBe(302);
    expect(elsewhere.seen).toHaveLength(0);
  });
});

test("one connection serves question after question", async () => {
  const server = await serving((_, response) => sendJson(response, 200, { a: "x".repeat(200_000) }));
  const api = await connect(kubeconfig({ server: server.url }));
  for (let time = 0; time < 5; time += 1) await readText((await api.get("/api/v1/pods")).body);
  expect(new Set(server.seen.map(({ socket }) => socket.remotePort)).size).toBe(1);
});

describe("asked again", () => {
  test("429 waits as long as it is told, 503 a little, and POST only for 429", async () => {
    const plan = [429, 503, 200, 503];
    const server = await serving((_, response) => {
      const status = plan.shift() ?? 500;
      response.writeHead(status, {
        "content-type": "application/json",
        ...(status === 429 ? { "retry-after": "7" } : {}),
      });
      response.end("{}");
    });
    const world = worldIn(folder.path);
    const api = await openCluster(
      { kubeconfig: folder.write("config", kubeconfig({ server: server.url })) },
      world,
    );
    open.push(api);
    expect((await api.get("/api/v1/pods")).status).toBe(200);
    expect(world.waits).toEqual([7000, 200]);
    expect((await api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {})).status).toBe(503);
    expect(api.asked).toBe(5);
  });

  test("429 without end is an answer in the end", async () => {
    const server = await serving((_, response) => {
      response.writeHead(429, { "retry-after": "30" });
      response.end();
    });
    const world = worldIn(folder.path);
    const api = await openCluster(
      { kubeconfig: folder.write("config", kubeconfig({ server: server.url })) },
      world,
    );
    open.push(api);
    expect((await api.get("/api/v1/pods")).status).toBe(429);
    expect(world.waits).toEqual([30_000, 30_000, 30_000, 30_000]);
  });

  test("a connection that breaks before the answer is tried three times, then named", async () => {
    const server = await serving((request) => request.socket.destroy());
    const api = await connect(kubeconfig({ server: server.url }));
    const error = await refusal(api.get("/api/v1/pods"));
    expect(error.code).toBe("cluster-unreachable");
    expect(error.why).toBe(`127.0.0.1:${server.port} closed the connection`);
    expect(server.seen).toHaveLength(4);
  });

  test("a connection that breaks in the middle of a body says so", async () => {
    const server = await serving((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write("{");
      setImmediate(() => response.destroy());
    });
    const api = await connect(kubeconfig({ server: server.url }));
    const { body } = await api.get("/api/v1/pods");
    expect((await refusal(readText(body))).code).toBe("cluster-unreachable");
  });

  test("gzip that is none is an error, not a crash", async () => {
    const server = await serving((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end("not gzip at all");
    });
    const api = await connect(kubeconfig({ server: server.url }));
    const { body } = await api.get("/api/v1/pods");
    expect((await refusal(readText(body))).code).toBe("cluster-unreachable");
  });

  test("Ctrl-C ends a request that hangs; a caller's own signal gives the caller's reason", async () => {
    const server = await serving(() => {});
    const stop = new AbortController();
    const api = await connect(kubeconfig({ server: server.url }), { signal: stop.signal });
    const own = new AbortController();
    const first = refusal(api.get("/api/v1/pods", { signal: own.signal }));
    own.abort(new Error("mine"));
    expect(await first).toMatchObject({ message: "mine" });
    const second = refusal(api.get("/api/v1/pods"));
    stop.abort();
    expect((await second).code).toBe("interrupted");
  });
});

describe("what is no API server", () => {
  test.each([
    [
      302,
      { location: "https://login.example.com/x?state=abc" },
      "",
      "it answers 302, a redirect to login.example.com",
    ],
    [200, { "content-type": "text/html" }, "<html>", "it answers /version with text/html"],
    [
      400,
      {},
      "Client sent an HTTP request to an HTTPS server.\n",
      "it wants TLS, and the kubeconfig says http://",
    ],
  ])("%i %o", async (status, headers, text, why) => {
    const server = await serving(
      (_, response) => {
        response.writeHead(status, headers);
        response.end(text);
      },
      undefined,
      true,
    );
    const error = await refusal(connect(kubeconfig({ server: server.url })));
    expect(error).toMatchObject({ code: "cluster-unreadable", why: `127.0.0.1:${server.port}: ${why}` });
  });

  test("headers without end", async () => {
    const server = await serving(
      (_, response) => {
        response.writeHead(200, { "x-a": "a".repeat(100_000) });
        response.end();
      },
      undefined,
      true,
    );
    const error = await refusal(connect(kubeconfig({ server: server.url })));
    expect(error.why).toContain("64 kB of headers");
  });
});
