// Logins that fail or end, and login plugins: real programs, run as kubectl runs them.

import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCluster } from "../../src/cluster/client.js";
import type { ClusterWorld } from "../../src/cluster/client-world.js";
import { until } from "../until.js";
import { kubeconfig, scratch, sendJson, serve, statusOf, type TestServer, worldIn } from "./server.js";

let folder: ReturnType<typeof scratch>;
let server: TestServer;
let good: string;
beforeEach(async () => {
  folder = scratch();
  good = "Bearer good-1";
  server = await serve(
    (request, response) =>
      request.headers.authorization === good
        ? sendJson(response, 200, {})
        : sendJson(response, 401, statusOf(401, "Unauthorized", "Unauthorized")),
    undefined,
    true,
  );
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

async function connect(user: object, more: Partial<ClusterWorld> = {}, cluster: object = {}) {
  const text = kubeconfig({ server: server.url, ...cluster }, user);
  return openCluster({ kubeconfig: folder.write("config", text) }, worldIn(folder.path, more));
}

const refusal = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error as { code: string; what: string; why: string; do: string },
  );

const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), "sig"].map((part) => Buffer.from(part).toString("base64url")).join(".");

describe("401", () => {
  test("a token that says when it ended", async () => {
    const error = await refusal(connect({ token: jwt({ exp: 1_700_000_000 }) }));
    expect(error).toMatchObject({ code: "login-expired", what: "the login for test has expired" });
    expect(error.why).toBe("the token ended at 2023-11-14 22:13 UTC; it answered 401 Unauthorized");
  });

  test("a token that the server does not know, and nothing of it in the error", async () => {
    const error = await refusal(connect({ token: "hush-hush" }));
    expect(error.code).toBe("login-failed");
    expect(error.why).toBe("it answered 401 Unauthorized; signed in with token");
    expect(inspect(error, { depth: 9 })).not.toContain("hush-hush");
  });

  test("no login at all", async () => {
    const error = await refusal(connect({}));
    expect(error.why).toBe("the kubeconfig's user has no login; it answered 401 Unauthorized");
  });

  test("an auth-provider of old", async () => {
    const error = await refusal(connect({ "auth-provider": { name: "gcp" } }));
    expect(error.code).toBe("login-unsupported");
    expect(error.do).toContain("gke-gcloud-auth-plugin");
  });
});

/** A plugin that notes each run and what it was told, then runs `body` with `say(status)`. */
function plugin(body: string, apiVersion = "client.authentication.k8s.io/v1"): object {
  const path = folder.write(
    "plugin",
    `#!${process.execPath}
const fs = require("node:fs");
fs.appendFileSync(${JSON.stringify(join(folder.path, "runs"))}, process.env.KUBERNETES_EXEC_INFO + "\\n");
const runs = fs.readFileSync(${JSON.stringify(join(folder.path, "runs"))}, "utf8").trim().split("\\n").length;
const say = (status) => console.log(JSON.stringify({ apiVersion: ${JSON.stringify(apiVersion)}, kind: "ExecCredential", status }));
${body}
`,
  );
  chmodSync(path, 0o755);
  return { apiVersion, command: "./plugin", interactiveMode: "IfAvailable" };
}

const runs = () =>
  readFileSync(join(folder.path, "runs"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("login plugins", () => {
  test("a token, with arguments and variables, and what it wants to know of the cluster", async () => {
    const exec = {
      ...plugin("say({ token: process.argv[2] + '-' + process.env.N });"),
      args: ["good"],
      env: [{ name: "N", value: "1" }],
      provideClusterInfo: true,
    };
    const api = await connect(
      { exec },
      {},
      {
        extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "x" } }],
      },
    );
    for (let time = 0; time < 3; time += 1) expect((await api.get("/api/v1/pods")).status).toBe(200);
    await api.close();
    expect(runs()).toEqual([
      {
        kind: "ExecCredential",
        apiVersion: "client.authentication.k8s.io/v1",
        spec: { interactive: false, cluster: { server: server.url, config: { audience: "x" } } },
      },
    ]);
  });

  test("v1beta1 without cluster information", async () => {
    const api = await connect({
      exec: plugin('say({ token: "good-1" });', "client.authentication.k8s.io/v1beta1"),
    });
    await api.close();
    expect(runs()[0].spec).toEqual({ interactive: false });
  });

  test("a login is kept until it ends, then the plugin runs again", async () => {
    const at = Date.parse("2026-01-01T00:00:00Z");
    let now = at;
    const exec = plugin(
      `say({ token: "good-1", expirationTimestamp: new Date(${at} + runs * 600_000).toISOString() });`,
    );
    const api = await connect({ exec }, { now: () => new Date(now) });
    now = at + 500_000;
    await api.get("/api/v1/pods");
    expect(runs()).toHaveLength(1);
    now = at + 600_000;
    await api.get("/api/v1/pods");
    expect(runs()).toHaveLength(2);
    await api.close();
  });

  test("a 401 in the middle runs it once more, however many requests met it", async () => {
    const api = await connect({ exec: plugin("say({ token: 'good-' + runs });") });
    good = "Bearer good-2";
    const answers = await Promise.all([1, 2, 3, 4].map(() => api.get("/api/v1/pods")));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(runs()).toHaveLength(2);
    await api.close();
  });

  test("a plugin that hands out what has ended is named as such", async () => {
    const error = await refusal(
      connect({ exec: plugin('say({ token: "old", expirationTimestamp: "2020-01-01T00:00:00Z" });') }),
    );
    expect(error.code).toBe("login-expired");
    expect(error.why).toContain("the login plugin ");
  });

  test("one that is not installed, with the kubeconfig's hint", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-login-plugin" };
    const bare = await refusal(connect({ exec }));
    expect(bare).toMatchObject({
      code: "login-plugin-missing",
      what: "the login plugin no-such-login-plugin is not installed",
      do: "install no-such-login-plugin, or add its folder to PATH",
    });
    const hinted = await refusal(connect({ exec: { ...exec, installHint: "get it\nfrom example.com" } }));
    expect(hinted.do).toBe("get it from example.com");
  });

  test("one that fails: its last line is quoted, tokens in it are hidden", async () => {
    let heard = "";
    const exec = plugin(`console.error("first\\nsession expired for ${"k".repeat(80)}"); process.exit(3);`);
    const error = await refusal(connect({ exec }, { err: (text) => (heard += text) }));
    expect(error.code).toBe("login-plugin-failed");
    expect(error.why).toBe("it ended with exit code 3: session expired for [hidden]");
    expect(heard).toContain("first\n");
  });

  test.each([
    ["no JSON", 'console.log("token: hush-hush");', "it printed something that is no JSON"],
    ["nothing useful", "say({});", "it printed neither a token nor a certificate with its key"],
    [
      "another version",
      'console.log("{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"x/v9\\"}");',
      "it printed x/v9 ExecCredential",
    ],
    [
      "without end",
      'const more = () => process.stdout.write("x".repeat(65536), more); more();',
      "it printed more than 1 MB",
    ],
  ])("one that prints %s", async (_, body, why) => {
    const error = await refusal(connect({ exec: plugin(body) }));
    expect(error.code).toBe("login-plugin-failed");
    expect(error.why).toContain(why);
    expect(inspect(error, { depth: 9 })).not.toContain("hush-hush");
  });

  test("one that must ask questions, without a terminal; a version that is gone", async () => {
    const asks = { ...plugin("say({});"), interactiveMode: "Always" };
    expect((await refusal(connect({ exec: asks }))).why).toContain("stdin is no terminal");
    const gone = { ...plugin("say({});"), apiVersion: "client.authentication.k8s.io/v1alpha1" };
    expect((await refusal(connect({ exec: gone }))).why).toContain("v1alpha1");
  });

  test("Ctrl-C ends one that hangs", async () => {
    const stop = new AbortController();
    const waiting = refusal(
      connect({ exec: plugin("setInterval(() => {}, 1000);") }, { signal: stop.signal }),
    );
    await until("it runs", () => existsSync(join(folder.path, "runs")));
    stop.abort();
    expect((await waiting).code).toBe("interrupted");
  });
});
