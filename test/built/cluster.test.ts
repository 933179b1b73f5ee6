// `pulldoctor cluster`, the built program: up, asked, killed, up again, down.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../tree.js";
import { until } from "../until.js";

const program = join(root, "bin", "pulldoctor.js");
let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulldoctor-cluster-"));
  children = [];
  writeFileSync(
    join(folder, "small.yaml"),
    `name: small
registries: { registry.acme.example: { openPush: true, repositories: { shop/api: [v1] } } }
workloads: { shop/api: { image: "registry.acme.example/shop/api:v1" } }
`,
  );
});
afterEach(async () => {
  await pulldoctor("cluster", "down");
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  said(): string;
} {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_STATE_HOME: join(folder, "state"),
    LANG: "C.UTF-8",
  };
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes.toString();
  });
  const ended = once(child, "close").then(([code]) => ({
    code: typeof code === "number" ? code : null,
    out,
    err,
  }));
  return { child, ended, said: () => err };
}

const pulldoctor = (...args: readonly string[]): Promise<Ran> => start(...args).ended;

/** A cluster in the foreground, once it says that it is ready. */
async function up(...more: readonly string[]) {
  const started = start("cluster", "up", "--world", "small.yaml", ...more);
  while (!started.said().includes("diagnose -A") && started.child.exitCode === null) await wait(20);
  return started;
}

const status = async (): Promise<Record<string, unknown> | null> =>
  JSON.parse((await pulldoctor("cluster", "status", "-o", "json")).out) as Record<string, unknown> | null;

/** A client of the world's registries, with what `cluster env` prints. */
async function skopeo(...args: readonly string[]): Promise<Ran> {
  const { out } = await pulldoctor("cluster", "env");
  const exported = [...out.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  const env = { PATH: process.env.PATH, HOME: folder, ...Object.fromEntries(exported) };
  return new Promise((resolve) => {
    execFile("skopeo", args, { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout, err: stderr }),
    );
  });
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
}
const clusterIn = (path: string): Readonly<Record<string, string>> =>
  (parse(readFileSync(path, "utf8")) as Kubeconfig).clusters[0]?.cluster ?? {};

describe("in the foreground", () => {
  test("says how to reach it, is asked, and ends with Ctrl-C without a trace of its sockets", async () => {
    const { child, ended, said } = await up();
    expect(said()).toContain("✓ small is up: 1 workload on 1 node, 1 registry\n  export KUBECONFIG=");
    const startedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(await status()).toMatchObject({ world: "small", pid: child.pid, workloads: 1, startedAt });
    expect((await pulldoctor("cluster", "status")).code).toBe(0);
    const { out } = await pulldoctor("cluster", "env");
    for (const name of ["KUBECONFIG", "HTTPS_PROXY", "SSL_CERT_FILE", "DOCKER_HOST"])
      expect(out).toContain(`export ${name}=`);
    expect(out).toMatch(/^# curl --connect-to registry\.acme\.example:443:127\.\d+\.\d+\.\d+:\d+$/m);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    expect(existsSync(join(folder, "state/pulldoctor/cluster/control.sock"))).toBe(false);
    const after = await pulldoctor("cluster", "status");
    expect([after.code, after.out]).toEqual([1, "no simulated cluster is up · pulldoctor cluster up\n"]);
  });

  test("a second one is refused and names the first", async () => {
    const { child } = await up();
    const { code, err } = await pulldoctor("cluster", "up", "--world", "small.yaml");
    expect([code, err]).toEqual([2, expect.stringContaining("a simulated cluster is up already: small")]);
    expect(err).toContain(`process ${child.pid}`);
  });
});

describe("detached", () => {
  test("returns once it is ready and goes on until it is told to end", async () => {
    const begin = () =>
      pulldoctor("cluster", "up", "--world", "small.yaml", "--detach", "--nodes", "4", "--speed", "60");
    const { code, err } = await begin();
    expect([code, err]).toEqual([0, expect.stringContaining("✓ small is up: 1 workload on 4 nodes")]);
    const before = await status();
    expect(before).toMatchObject({ world: "small", nodes: 4 });
    const down = await pulldoctor("cluster", "down");
    expect([down.code, down.err]).toEqual([0, expect.stringContaining("small is down")]);
    expect(await status()).toBeNull();
    // What was given back is free again: the next one has the same address.
    await begin();
    expect(await status()).toMatchObject({ url: before?.url });
  });

  test("repeats why it could not start", async () => {
    const { code, err } = await pulldoctor("cluster", "up", "--world", "none.yaml", "--detach");
    expect([code, err]).toEqual([2, expect.stringContaining("there is no world file at")]);
  });
});

describe("killed, and up again", () => {
  const kubeconfig = (): string => join(folder, "state/pulldoctor/cluster/kubeconfig");
  const kill = async ({ child, ended }: Awaited<ReturnType<typeof up>>): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };

  test("it goes on with what was kept: the same authority, the same port", async () => {
    await kill(await up());
    const before = clusterIn(kubeconfig());
    expect(await status()).toBeNull();
    const { said } = await up();
    expect(said()).toContain("kept from");
    expect(clusterIn(kubeconfig())).toEqual(before);
  });

  test("what was pushed is there again", async () => {
    const first = await up();
    const image = "docker://registry.acme.example/shop/api";
    expect(await skopeo("copy", "--quiet", `${image}:v1`, `${image}:v2`)).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    const pushed = await skopeo("inspect", "--raw", `${image}:v2`);
    const state = join(folder, "state/pulldoctor/cluster/state-small.json");
    await until("the push is kept", () => readFileSync(state, "utf8").includes('"v2"'));
    await kill(first);
    await up();
    expect(await skopeo("inspect", "--raw", `${image}:v2`)).toEqual(pushed);
    expect(pushed.out).toContain("schemaVersion");
  });

  test("--fresh begins anew, and so does a world whose kept state is damaged", async () => {
    await kill(await up());
    const before = clusterIn(kubeconfig());
    const fresh = await up("--fresh");
    expect(fresh.said()).not.toContain("kept from");
    expect(clusterIn(kubeconfig())["certificate-authority-data"]).not.toBe(
      before["certificate-authority-data"],
    );
    await kill(fresh);
    writeFileSync(join(folder, "state/pulldoctor/cluster/state-small.json"), '{"format":1,"sto');
    expect((await up()).said()).not.toContain("kept from");
  });
});

describe("what is in the way", () => {
  test("a port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, err } = await pulldoctor("cluster", "up", "--world", "small.yaml", "--port", String(port));
    server.close();
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`cannot serve the cluster on 127.0.0.1:${port}`),
    ]);
  });

  test("a kubeconfig: merged as a context, withdrawn at the end; refused when it is none", async () => {
    const path = join(folder, "config");
    const before =
      "apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\ncurrent-context: prod\n";
    writeFileSync(path, before);
    const { child, ended, said } = await up("--kubeconfig", path);
    expect(said()).toContain("kubectl --context pulldoctor-world get pods -A");
    expect(readFileSync(path, "utf8")).toContain("pulldoctor-world");
    child.kill("SIGTERM");
    await ended;
    expect(readFileSync(path, "utf8")).not.toContain("pulldoctor-world");
    writeFileSync(path, "not a kubeconfig");
    const refused = await pulldoctor("cluster", "up", "--world", "small.yaml", "--kubeconfig", path);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("config is in the way")]);
    expect(readFileSync(path, "utf8")).toBe("not a kubeconfig");
  });

  test("a world file that is malformed: line and column", async () => {
    writeFileSync(join(folder, "bad.yaml"), "registries:\n  r.example:\n    dialect: hub\n");
    const { code, err } = await pulldoctor("cluster", "up", "--world", "bad.yaml");
    expect(code).toBe(2);
    expect(err).toContain("bad.yaml:3:14: registries.r.example.dialect\n  why  hub is none of plain");
  });

  test.each([
    [["cluster"], "cluster needs a word after it"],
    [["cluster", "stat"], "the nearest word is status"],
    [["cluster", "status", "--world", "x"], "--world is not for cluster status"],
    [["cluster", "env"], "no simulated cluster is up"],
    [["cluster", "up", "--world", "production-frida"], "the nearest built-in world is production-friday"],
    [["cluster", "up", "--speed", "0"], '--speed does not take "0"'],
    [["cluster", "up", "--nodes", "many"], '--nodes does not take "many"'],
    [["cluster", "up", "--port", "70000"], '--port does not take "70000"'],
  ])("%j", async (args, words) => {
    const { code, err } = await pulldoctor(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});
