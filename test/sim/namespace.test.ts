// A world with real ports and its own resolver, in a network namespace of its own: clients need no proxy and
// no setting but the CA. Names resolve, 443 is 443, and what is broken below HTTP looks as it does for real.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../tree.js";
import { bareEnv, type Ran, requireProgram, run } from "./programs.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-netns-"));
let world: ChildProcess;

const file = `name: real-ports
registries:
  registry.acme.example: { repositories: { shop/api: [v1, v2] } }
  docker.io: { repositories: { library/nginx: [1.27] } }
  gone.example: { repositories: { a/b: [v1] } }
  refused.example: { repositories: { a/b: [v1] } }
  expired.example: { repositories: { a/b: [v1] } }
  plain.example: { repositories: { a/b: [v1] } }
faults:
- { at: gone.example, stage: dns, kind: servfail }
- { at: refused.example, stage: connect, kind: refused }
- { at: expired.example, stage: tls, kind: expired }
- { at: plain.example, stage: connect, kind: plain-http }
`;

beforeAll(async () => {
  for (const program of ["unshare", "ip", "nsenter", "skopeo"] as const) requireProgram(program);
  writeFileSync(join(folder, "world.yaml"), file);
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\n");
  const inside = [
    "ip link set lo up",
    `mount --bind ${folder}/resolv.conf /etc/resolv.conf`,
    `exec "$@"`,
  ].join(" && ");
  // Without root a user namespace gives the same rights inside.
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const program = [process.execPath, join(root, "bin", "pulldoctor.js"), "cluster", "up", "--real-ports"];
  world = spawn(
    "unshare",
    [
      ...user,
      "--net",
      "--mount",
      "sh",
      "-ec",
      inside,
      "sh",
      ...program,
      "--world",
      join(folder, "world.yaml"),
    ],
    { env: { ...bareEnv(), XDG_STATE_HOME: join(folder, "state") }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  world.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  while (!said.includes("is up")) {
    if (world.exitCode !== null) throw new Error(`the world did not start in a network namespace:\n${said}`);
    await wait(20);
  }
}, 30_000);
afterAll(async () => {
  world.kill("SIGINT");
  if (world.exitCode === null) await once(world, "exit");
  rmSync(folder, { recursive: true, force: true });
});

/** Runs skopeo beside the world. */
function skopeo(...args: readonly string[]): Promise<Ran> {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--preserve-credentials"];
  const enter = ["--target", String(world.pid), ...user, "--net", "--mount", "skopeo", ...args];
  return run("nsenter", enter, {
    env: { SSL_CERT_FILE: join(folder, "state/pulldoctor/cluster/ca.pem"), HOME: folder },
  });
}

test("a registry is found by its name on its own port", async () => {
  const { out, err } = await skopeo("list-tags", "docker://registry.acme.example/shop/api");
  expect([err, JSON.parse(out)]).toEqual([
    "",
    { Repository: "registry.acme.example/shop/api", Tags: ["v1", "v2"] },
  ]);
  expect((await skopeo("inspect", "--raw", "docker://nginx:1.27")).code).toBe(0);
});

test.each([
  ["nowhere.example", /lookup nowhere\.example on 127\.0\.0\.1:53: no such host/],
  ["gone.example", /lookup gone\.example.*server misbehaving/],
  ["refused.example", /dial tcp 127\.20\.\d+\.\d+:443: connect: connection refused/],
  ["expired.example", /x509: certificate has expired or is not yet valid/],
  ["plain.example", /server gave HTTP response to HTTPS client/],
])("%s: %s", async (host, words) => {
  const { code, err } = await skopeo("inspect", `docker://${host}/a/b:v1`);
  expect(code).not.toBe(0);
  expect(err).toMatch(words);
});
