// A real containerd for tests, in a folder of its own, without CRI and without root file systems.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bareEnv, type Ran, requireProgram, run } from "./programs.js";

export interface Containerd {
  /** `ctr ARGS` against it. */
  ctr(...args: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

const snapshotters = ["aufs", "btrfs", "devmapper", "overlayfs", "zfs"];

/** Needs root, as every containerd does that keeps images unpacked. */
export async function startContainerd(env: Readonly<Record<string, string>>): Promise<Containerd> {
  requireProgram("containerd");
  if (process.getuid?.() !== 0)
    throw new Error("containerd must be started by root: run these tests as root");
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-ctd-"));
  const socket = join(folder, "c.sock");
  const disabled = [
    "io.containerd.grpc.v1.cri",
    ...snapshotters.map((name) => `io.containerd.snapshotter.v1.${name}`),
  ];
  mkdirSync(join(folder, "opt"));
  writeFileSync(
    join(folder, "config.toml"),
    `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ${JSON.stringify(disabled)}
[grpc]
address = "${socket}"
[ttrpc]
address = "${folder}/t.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "${folder}/opt"
`,
  );
  const daemon = spawn("containerd", ["-c", join(folder, "config.toml")], { env: { ...bareEnv(), ...env } });
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  const ctr = (...args: readonly string[]): Promise<Ran> => run("ctr", ["-a", socket, ...args], { env });
  for (let tries = 0; (await ctr("version")).code !== 0; tries++) {
    if (tries === 100 || daemon.exitCode !== null) throw new Error("containerd did not start");
    await wait(50);
  }
  return {
    ctr,
    async stop() {
      daemon.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
