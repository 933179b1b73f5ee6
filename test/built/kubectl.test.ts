// `kubectl pulldoctor`, found and run by a real kubectl.

import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { unpackKubectl } from "../kubectl.js";
import { root } from "../tree.js";
import { cleanEnv, packedOnce } from "./packed.js";

const kubectl = unpackKubectl(35);

function ask(...args: string[]): { code: number | null; out: string; err: string } {
  const path = [packedOnce().bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  const env = cleanEnv({ PATH: path });
  const { status, stdout, stderr } = spawnSync(kubectl, args, {
    encoding: "utf8",
    env,
    cwd: dirname(kubectl),
  });
  return { code: status, out: stdout, err: stderr };
}

test("kubectl lists the plugin without a warning", () => {
  const { out, err } = ask("plugin", "list");
  expect(out).toContain("kubectl-pulldoctor");
  expect(err).not.toMatch(/warning|not executable/i);
});

test("the plugin speaks of itself as kubectl pulldoctor, and hands on its exit code", () => {
  const help = ask("pulldoctor", "--help");
  expect(help.code).toBe(0);
  expect(help.out).toContain("kubectl pulldoctor diagnose -A");
  const { code, out } = ask("pulldoctor", "diagnose", "-f", join(root, "examples/cluster"));
  expect(code).toBe(1);
  expect(out).toContain("kubectl pulldoctor diagnose -f");
});

test("flags reach the plugin behind its name", () => {
  const { code, out } = ask("pulldoctor", "parse", "nginx");
  expect(code).toBe(0);
  expect(out).toContain("docker.io");
});
