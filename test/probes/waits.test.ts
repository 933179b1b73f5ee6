// Proxies that refuse, hosts that swallow packets, registries that ask for patience, and many questions at once.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { conclude } from "../../src/diagnose/conclude.js";
import { type Asker, type AskerChoice, createAsker } from "../../src/probes/asker.js";
import { until } from "../until.js";
import { ask, endOf, shortLimits } from "./asking.js";
import { closeAll, serveHttp, serveTcp } from "./loopback.js";

const askers: Asker[] = [];
afterAll(async () => {
  await Promise.all(askers.map((one) => one.close()));
  await closeAll();
});

const host = "registry.example:5000";
function askerAt(port: number, more: Partial<AskerChoice> = {}): Asker {
  const asker = createAsker({
    env: {},
    names: { pinned: new Map([["registry.example", [{ address: "127.0.0.1", port }]]]) },
    plainHttp: [host],
    signal: new AbortController().signal,
    now: () => new Date(),
    limits: shortLimits,
    ...more,
  });
  askers.push(asker);
  return asker;
}

const causeOf = async (asker: Asker): Promise<readonly (string | undefined)[]> => {
  const answer = await ask(asker, `${host}/a/b:v1`);
  const { failure } = answer;
  if (failure === undefined) return ["well"];
  return [endOf(answer), conclude(failure, { family: "other", isSignedIn: false, isByDigest: false })?.cause];
};

describe("a proxy", () => {
  test.each([
    ["407 Proxy Authentication Required", "EPROXY407", "wants a login (it answered 407)"],
    ["403 Forbidden", "EPROXY403", "forbids the host (it answered 403)"],
    ["502 Bad Gateway", "EPROXY502", "cannot reach the host (it answered 502)"],
    ["418 I'm a teapot", "EPROXY418", "gives no way to the host (it answered 418)"],
  ])("that says %s is the cause, and is named", async (line, code, words) => {
    const proxy = await serveTcp((socket) =>
      socket.once("data", () => socket.end(`HTTP/1.1 ${line}\r\n\r\n`)),
    );
    const asker = askerAt(1, { env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` } });
    expect(await causeOf(asker)).toEqual([`proxy ${code}`, "proxy-failure"]);
    const { failure } = await ask(asker, `${host}/a/b:v1`);
    expect(failure?.why).toBe(`the proxy http://127.0.0.1:${proxy.port} ${words}`);
  });

  test("that is not there, drips, or says nothing is the cause", async () => {
    const gone = await serveTcp(() => {});
    await gone.close();
    expect(await causeOf(askerAt(1, { env: { HTTP_PROXY: `127.0.0.1:${gone.port}` } }))).toEqual([
      "proxy ECONNREFUSED",
      "proxy-failure",
    ]);
    const mute = await serveTcp(() => {});
    expect(await causeOf(askerAt(1, { env: { HTTP_PROXY: `127.0.0.1:${mute.port}` } }))).toEqual([
      "proxy ETIMEDOUT",
      "proxy-failure",
    ]);
    const long = await serveTcp((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(20_000)}`));
    expect(await causeOf(askerAt(1, { env: { HTTP_PROXY: `127.0.0.1:${long.port}` } }))).toEqual([
      "proxy EPROXYHEADER",
      "proxy-failure",
    ]);
  });

  test("for one registry goes before the environment's, and none may be said", async () => {
    const wrong = await serveTcp((socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const env = { HTTP_PROXY: `http://127.0.0.1:${wrong.port}` };
    const good = await serveHttp((_request, response) => response.writeHead(500).end());
    const straight = askerAt(good.port, { env, proxies: new Map([["registry.example", ""]]) });
    expect(await causeOf(straight)).toEqual(["api 500", "registry-unavailable"]);
  });
});

describe("a SOCKS5 proxy", () => {
  /** Leads to `target` whatever was asked for, when the login is joe's; `reply` 0 lets in. */
  const socks = (target: number, asked: string[], reply = 0) =>
    serveTcp((socket) => {
      socket.once("data", (greeting) => {
        const wantsLogin = greeting.includes(2, 2);
        socket.write(Buffer.from([5, wantsLogin ? 2 : 0]));
        const request = (bytes: Buffer): void => {
          const length = bytes[4] ?? 0;
          asked.push(`${bytes.subarray(5, 5 + length)}:${bytes.readUInt16BE(5 + length)}`);
          const answer = Buffer.from([5, reply, 0, 1, 127, 0, 0, 1, 0, 0]);
          if (reply !== 0) return void socket.end(answer);
          const far = connect(target, "127.0.0.1", () => {
            socket.write(answer);
            far.pipe(socket).pipe(far);
          });
          far.on("error", () => socket.destroy());
        };
        if (!wantsLogin) return void socket.once("data", request);
        socket.once("data", (login) => {
          const isJoe = login.subarray(1).toString("latin1") === "\x03joe\x04p%w:";
          socket.write(Buffer.from([1, isJoe ? 0 : 1]));
          socket.once("data", request);
        });
      });
    });
  const registry = () =>
    serveHttp((request, response) => response.writeHead(request.url === "/v2/" ? 200 : 503).end("{}"));

  test.each(["socks5://", "socks5h://joe:p%25w%3A@"])(
    "%s leads to the registry and looks its name up",
    async (way) => {
      const asked: string[] = [];
      const proxy = await socks((await registry()).port, asked);
      const asker = askerAt(1, { env: { HTTP_PROXY: `${way}127.0.0.1:${proxy.port}` } });
      expect(await causeOf(asker)).toEqual(["manifest 503", "registry-unavailable"]);
      expect(new Set(asked)).toEqual(new Set([host]));
    },
  );

  test("that refuses, wants another login, or says nothing is the cause", async () => {
    const asked: string[] = [];
    const { port } = await registry();
    const no = await socks(port, asked, 5);
    expect(await causeOf(askerAt(1, { env: { HTTP_PROXY: `socks5://127.0.0.1:${no.port}` } }))).toEqual([
      "proxy EPROXYSOCKS",
      "proxy-failure",
    ]);
    const strict = await socks(port, asked);
    const env = { HTTP_PROXY: `socks5://joe:wrong@127.0.0.1:${strict.port}` };
    expect(await causeOf(askerAt(1, { env }))).toEqual(["proxy EPROXYSOCKS", "proxy-failure"]);
    const mute = await serveTcp(() => {});
    expect(await causeOf(askerAt(1, { env: { HTTP_PROXY: `socks5://127.0.0.1:${mute.port}` } }))).toEqual([
      "proxy ETIMEDOUT",
      "proxy-failure",
    ]);
  });

  test("ALL_PROXY names none, as for kubectl and the runtimes", async () => {
    const { port } = await registry();
    expect(await causeOf(askerAt(port, { env: { ALL_PROXY: "socks5://127.0.0.1:1" } }))).toEqual([
      "manifest 503",
      "registry-unavailable",
    ]);
  });

  test("a scheme that nobody speaks is refused with those that are", async () => {
    const asker = askerAt(1, { env: { HTTP_PROXY: "socks4://127.0.0.1:1" } });
    await expect(causeOf(asker)).rejects.toMatchObject({
      why: "its scheme is socks4",
      do: "use http://, https:// or socks5:// with a host and a port",
    });
  });
});

test("a host that swallows packets is a timeout of TCP", async () => {
  // A process that listens with room for one and never accepts: the next connections get no answer.
  const script = `const s=require("net").createServer().listen({port:0,host:"127.0.0.1",backlog:1},()=>{require("fs").writeSync(1,String(s.address().port)+"\\n");Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0)})`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [bytes] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(bytes.toString().trim());
  let connected = 0;
  const fillers = Array.from({ length: 4 }, (): Socket => {
    const socket = connect(port, "127.0.0.1", () => void connected++);
    return socket.on("error", () => {});
  });
  // The one that it has room for, and the one that Linux adds.
  await until("its queue is full", () => connected >= 2);
  const found = await causeOf(askerAt(port));
  for (const socket of fillers) socket.destroy();
  child.kill("SIGKILL");
  expect(found).toEqual(["tcp ETIMEDOUT", "connection-timeout"]);
});

describe("a registry that asks for patience", () => {
  const busy = (seconds: string) => {
    let asked = 0;
    return serveHttp((request, response) => {
      if (request.url === "/v2/") return void response.writeHead(200).end("{}");
      asked++;
      if (asked === 1) return void response.writeHead(429, { "retry-after": seconds }).end();
      response
        .writeHead(404, { "content-type": "application/json" })
        .end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    });
  };

  test("gets it where many are asked", async () => {
    const server = await busy("1");
    expect(await causeOf(askerAt(server.port, { patienceMs: 10_000 }))).toEqual([
      "manifest 404",
      "tag-not-found",
    ]);
  });

  test("gets an answer at once where one is asked, and where it asks for too much", async () => {
    expect(await causeOf(askerAt((await busy("1")).port))).toEqual(["manifest 429", "rate-limited"]);
    const asker = askerAt((await busy("3600")).port, { patienceMs: 10_000 });
    expect(await causeOf(asker)).toEqual(["manifest 429", "rate-limited"]);
  });
});

test("two hundred images at once: four at a time, one greeting, and no warning of leaks", async () => {
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", note);
  let inside = 0;
  let most = 0;
  let greetings = 0;
  const server = await serveHttp((request, response) => {
    if (request.url === "/v2/") greetings++;
    inside++;
    most = Math.max(most, inside);
    setTimeout(() => {
      inside--;
      response
        .writeHead(request.url === "/v2/" ? 200 : 404, { "content-type": "application/json" })
        .end("{}");
    }, 2);
  });
  const asker = askerAt(server.port, { limits: {} });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => ask(asker, `${host}/a/b${at}:v1`, undefined, { depth: "quick" })),
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(answers.every(({ failure }) => failure?.status === 404)).toBe(true);
  expect([most <= 4, greetings, warnings]).toEqual([true, 1, []]);
});
