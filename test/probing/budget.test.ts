// Registries that never answer cost `diagnose` a few seconds and no finding, however many there are; what was not asked is said.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../src/model/report.js";
import { runCli } from "../cli-run.js";
import { connected } from "../cluster/connect.js";
import { namespace, object } from "../cluster/objects.js";
import { closeAll, serveTcp } from "../probes/loopback.js";

const registries = Array.from({ length: 40 }, (_, at) => `mute-${at}.example`);
let port = 0;
beforeAll(async () => {
  // The connection stands, and nothing comes.
  port = (await serveTcp(() => {})).port;
});
afterAll(closeAll);

const failing = (registry: string, at: number) => {
  const image = `${registry}/team/app-${at}:v1`;
  const message = `failed to resolve reference "${image}": ${image}: not found`;
  const state = { waiting: { reason: "ErrImagePull", message } };
  const status = { name: "app", image, imageID: "", ready: false, restartCount: 0, state };
  return object("v1", "Pod", `app-${at}`, {
    spec: { nodeName: "node-1", containers: [{ name: "app", image }] },
    status: { phase: "Pending", containerStatuses: [status] },
  });
};

/** Far above what `--probe=auto` allows itself, so that a slow machine passes, and far below what 40 waits in a row would take. */
const generousMs = 25_000;

test("forty of them: all findings, in time, and what was not asked is said", async () => {
  const { config } = await connected([namespace("shop"), ...registries.map(failing)]);
  const reach = registries.flatMap((registry) => ["--resolve", `${registry}=127.0.0.1:${port}`]);
  const argv = ["diagnose", "-A", "--kubeconfig", config, ...reach];
  const started = performance.now();
  const { out, code } = await runCli([...argv, "-o", "json"], { now: new Date() });
  expect(performance.now() - started).toBeLessThan(generousMs);
  const report = JSON.parse(out) as Report;
  expect(code).toBe(1);
  const found = report.findings.flatMap(({ images, image }) => [image, ...images]);
  expect(new Set(found.filter((image) => image !== "")).size).toBe(40);
  expect(report.findings.every(({ cause }) => cause === "tag-not-found")).toBe(true);
  // Nothing is confirmed by an answer that never came.
  expect(report.findings.some(({ verdict }) => verdict === "confirmed")).toBe(false);
  for (const { notChecked, evidence } of report.findings) {
    expect(notChecked.join(" ")).toMatch(/mute-\d+\.example/);
    expect(evidence.some(({ source, status }) => source === "registry" && status === 200)).toBe(false);
  }
}, 60_000);
