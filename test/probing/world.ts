// A simulated cluster with its registries, for `pulldoctor` to diagnose from the outside as a user would: by a kubeconfig, a
// CONNECT proxy and a CA file. The proxy is one that records where it was asked to go.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../src/model/report.js";
import { type HeldClock, heldClock } from "../../src/sim/clock.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import type { WorldData } from "../../src/sim/world/read.js";
import { type Ran, runCli } from "../cli-run.js";
import { type Door, openDoor } from "./door.js";

/** A report as `-o json` prints it: times are texts. */
export type Printed = Omit<Report, "at">;

export interface Probed {
  readonly world: World;
  readonly clock: HeldClock;
  /** Every way that a client took to a registry. */
  readonly door: Door;
  readonly env: Readonly<Record<string, string>>;
  run(argv: readonly string[], more?: { readonly isTerminal?: boolean }): Promise<Ran>;
  /** `pulldoctor diagnose ... -o json`. */
  diagnose(argv: readonly string[]): Promise<Printed>;
  close(): Promise<void>;
}

export async function probedWorld(
  source: string | WorldData,
  { minutes = 2, seed = "probing" }: { readonly minutes?: number; readonly seed?: string } = {},
): Promise<Probed> {
  const clock = heldClock(Date.now());
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-probing-"));
  const world = await openWorld(source, { clock, seed });
  const door = await openDoor(world.network.proxyUrl);
  const caFile = join(folder, "ca.pem");
  const kubeconfig = join(folder, "config");
  writeFileSync(caFile, world.network.ca);
  writeFileSync(kubeconfig, world.kubeconfig);
  await clock.advance(minutes * 60_000);
  const env = {
    KUBECONFIG: kubeconfig,
    HTTPS_PROXY: door.url,
    HTTP_PROXY: door.url,
    SSL_CERT_FILE: caFile,
  };
  const run: Probed["run"] = (argv, more = {}) => runCli(argv, { env, now: new Date(clock.now()), ...more });
  return {
    world,
    clock,
    door,
    env,
    run,
    async diagnose(argv) {
      const { out, err } = await run(["diagnose", ...argv, "-o", "json"]);
      if (err !== "") throw new Error(err);
      const report: Printed = JSON.parse(out);
      return report;
    },
    async close() {
      await door.close();
      await world.close();
      rmSync(folder, { recursive: true });
    },
  };
}
