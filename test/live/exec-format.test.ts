// An image for another processor is pulled and cannot start: the kubelet's status says CrashLoopBackOff and no more. The
// simulated cluster fails as a real one does, and the answer is in the container's log alone.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heldClock } from "../../src/sim/clock.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { runCli } from "../cli-run.js";

const clock = heldClock(Date.now());
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-exec-"));
const kubeconfig = join(folder, "config");
let world: World;

beforeAll(async () => {
  world = await openWorld(
    {
      nodes: [{ name: "node-a", runtime: "containerd 1.7.27", kubelet: "v1.32.5", architecture: "amd64" }],
      registries: {
        "registry.example.com": {
          repositories: {
            "team/api": { tags: { "1.0": { platforms: ["linux/arm64"], index: false } } },
            "team/web": ["1.0"],
          },
        },
      },
      workloads: {
        "shop/api": { image: "registry.example.com/team/api:1.0" },
        "shop/web": { image: "registry.example.com/team/web:1.0" },
      },
    },
    { clock, seed: "exec" },
  );
  writeFileSync(kubeconfig, world.kubeconfig);
  await clock.advance(60_000);
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

test("diagnose reads the log and says that the image is for another platform", async () => {
  const { code, out } = await runCli(["diagnose", "-A", "--probe=off", "-o", "json"], {
    env: { KUBECONFIG: kubeconfig },
  });
  const report = JSON.parse(out) as {
    findings: { cause: string; stage: string; evidence: { quote?: string }[] }[];
  };
  expect(report.findings.map(({ cause }) => cause)).toEqual(["platform-mismatch"]);
  expect(report.findings[0]?.stage).toBe("start");
  expect(report.findings[0]?.evidence.some(({ quote }) => quote?.includes("exec format error"))).toBe(true);
  expect(code).toBe(1);
});
