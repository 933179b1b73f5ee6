// The program as a process: exit codes, closed pipes, Ctrl-C, and the streams it writes to.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../tree.js";
import { cleanEnv, packedOnce, runPacked } from "./packed.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const healthy = join(folder, "healthy.json");
writeFileSync(healthy, JSON.stringify({ apiVersion: "v1", kind: "List", items: [healthyPod()] }));

describe("exit codes", () => {
  test("0: asked, and nothing is wrong", () => {
    const { code, out, err } = runPacked(["diagnose", "-f", healthy]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("no image pull fails");
  });

  test("1: asked, and something is wrong", () => {
    expect(runPacked(["diagnose", "-f", join(root, "examples/cluster")]).code).toBe(1);
  });

  test("2: could not ask", () => {
    const { code, out, err } = runPacked(["diagnose", "-f", join(folder, "none.json")]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^✗ .*none\.json.*\n {2}why {2}.*\n {2}do {3}.*\n$/);
  });

  test("3: asked, and cannot tell", () => {
    const { code } = runPacked(["explain", 'Back-off pulling image "registry.example.com/app:1"']);
    expect(code).toBe(3);
  });

  test("70: a bug of ours, with a report that holds nothing of the user", () => {
    const breaking = join(folder, "break.mjs");
    writeFileSync(
      breaking,
      'JSON.stringify = () => { throw new TypeError("hunter2 was in the message"); };\n',
    );
    const { code, out, err } = runPacked(["diagnose", "-f", healthy, "-o", "json"], {
      env: { NODE_OPTIONS: `--import ${breaking}` },
    });
    expect({ code, out }).toEqual({ code: 70, out: "" });
    expect(err).toContain("this is a bug in pulldoctor: TypeError in diagnose");
    expect(err).toContain("nothing was changed");
    const path = /is in (\S+);/.exec(err)?.[1] ?? "";
    const report = readFileSync(path, "utf8");
    rmSync(join(path, ".."), { recursive: true });
    expect(report).toMatch(/^pulldoctor \d+\.\d+\.\d+, node v/);
    expect(err + report).not.toMatch(/hunter2|healthy\.json/);
  });
});

describe("streams", () => {
  test("a reader that closes the pipe early is no error", () => {
    const message = 'Failed to pull image "registry.example.com/app:1": not found';
    const lines = Array.from({ length: 20_000 }, (_, id) => JSON.stringify({ id, message })).join("\n");
    const path = join(folder, "many.jsonl");
    writeFileSync(path, `${lines}\n`);
    const { bin } = packedOnce();
    const script = `"${process.execPath}" "${bin}/pulldoctor" explain --format jsonl < "${path}" | head -1`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8", env: cleanEnv() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(2);
  });

  test("a reader of our notes who is gone changes nothing", async () => {
    const { bin } = packedOnce();
    const argv = [join(bin, "pulldoctor"), "diagnose", "-f", join(folder, "none.json")];
    const child = spawn(process.execPath, argv, { env: cleanEnv(), stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.destroy();
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(2);
  });

  test("nothing is coloured in a pipe, and everything with --color always", () => {
    const path = join(root, "examples/cluster");
    expect(runPacked(["diagnose", "-f", path]).out).not.toContain("\u001b");
    expect(runPacked(["diagnose", "-f", path, "--color", "always"]).out).toContain("\u001b[31m");
  });

  test("-o json prints one document and nothing else", () => {
    const { out, err } = runPacked(["diagnose", "-f", join(root, "examples/cluster"), "-o", "json"]);
    expect(err).toBe("");
    expect(JSON.parse(out)).toHaveProperty("findings");
    expect(out.endsWith("}\n")).toBe(true);
  });

  test("a message comes in through a pipe", () => {
    const stdin = readFileSync(join(root, "examples/message.txt"), "utf8");
    const { code, out } = runPacked(["explain", "-"], { stdin });
    expect(code).toBe(0);
    expect(out).toContain("dns-failure");
  });
});

test("Ctrl-C ends a question that nobody answers", async () => {
  const server = createServer(() => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, kubeconfigFor(`http://127.0.0.1:${port}`));
  const program = join(packedOnce().bin, "pulldoctor");
  const child = spawn(process.execPath, [program, "diagnose", "--kubeconfig", kubeconfig], {
    env: cleanEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (part: Buffer) => {
    err += part.toString();
  });
  await once(server, "request");
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  server.closeAllConnections();
  server.close();
  expect(code).toBe(2);
  expect(err).toMatch(/interrupted|stopped|Ctrl-C/);
});

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    clusters: [{ name: "here", cluster: { server } }],
    users: [{ name: "me", user: {} }],
    contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
  });
}

function healthyPod(): object {
  const image = "registry.example.com/shop/cart:1.0";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name: "cart-0", uid: "1", creationTimestamp: "2026-11-24T10:00:00Z" },
    spec: { nodeName: "node-a", containers: [{ name: "app", image }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: `${image}@sha256:${"a".repeat(64)}`,
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: "2026-11-24T10:00:09Z" } },
        },
      ],
    },
  };
}
