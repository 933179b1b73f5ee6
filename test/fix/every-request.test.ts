// A fault at every n-th request of a fix, and of undo: reads, dry runs and writes. What is told is so, the journal agrees with
// the cluster, and undo brings everything back.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HeldClock, heldClock } from "../../src/sim/clock.js";
import type { WorldData } from "../../src/sim/world/read.js";
import type { Ran } from "../cli-run.js";
import { type Gate, openGate, type Trouble } from "./gate.js";
import { base64, cart, host, login, oldPassword, one, paid, password } from "./stories/story.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

interface Plot {
  readonly name: string;
  readonly world: WorldData;
  readonly argv: readonly string[];
  readonly redeployed?: string;
}

const plots: readonly Plot[] = [
  { name: "set-image", world: one({ image: `${cart}:v2.4.l` }), argv: ["--tag", "v2.4.1"] },
  {
    name: "roll-back",
    world: one({ image: `${cart}:v2.4.1` }),
    redeployed: `${cart}:v2.4.9`,
    argv: ["--by", "roll-back", "--with", "revision=1"],
  },
  {
    name: "renew-pull-secret",
    world: one(
      { image: paid, secrets: ["harbor"] },
      { secrets: { "shop/harbor": { [host]: { username: "robot", password: oldPassword } } } },
    ),
    argv: [],
  },
  {
    name: "repair-pull-secret",
    world: one(
      { image: paid, secrets: ["harbor"] },
      {
        manifests: [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { namespace: "shop", name: "harbor", labels: { team: "shop" } },
            type: "Opaque",
            data: { ".dockerconfigjson": base64(JSON.stringify({ auths: { [host]: login(password) } })) },
          },
        ],
      },
    ),
    argv: [],
  },
  {
    name: "attach-to-service-account",
    world: one({ image: paid }, { secrets: { "shop/harbor": { [host]: { username: "robot", password } } } }),
    argv: [],
  },
];

const status = (code: number, reason: string): Trouble => ({
  status: code,
  body: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    code,
    reason,
    message: `the gate says ${reason}`,
  },
});

interface Fault {
  readonly how: string;
  readonly what: Trouble;
  /** The API server stays away. */
  readonly isLasting?: boolean;
}

const faults: readonly Fault[] = [
  { how: "409", what: status(409, "Conflict") },
  { how: "403", what: status(403, "Forbidden") },
  { how: "500", what: status(500, "InternalError") },
  { how: "cut before", what: "cut-before" },
  { how: "cut after", what: "cut-after" },
  { how: "gone for good", what: "cut-before", isLasting: true },
];

interface Step {
  readonly state: string;
}

interface Entry {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly Step[];
}

describe.for(plots)("$name", (plot) => {
  let clock: HeldClock;
  let cluster: MendingWorld;
  let gate: Gate;
  const state = (): string =>
    JSON.stringify(["deployments.apps", "secrets", "serviceaccounts"].map((kind) => cluster.own(kind)));
  const pods = (): string =>
    cluster.world.store
      .list("pods", { namespace: "shop" })
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.uid)
      .sort()
      .join();
  const entries = (): readonly Entry[] => cluster.journal().map((text) => JSON.parse(text) as Entry);

  /** Broken as at the beginning, with an empty journal. */
  async function ready(): Promise<void> {
    gate.calm();
    rmSync(join(cluster.folder, "state"), { recursive: true, force: true });
    for (let tries = 0; tries < 300; tries += 1) {
      if (cannotPull(cluster)()) return;
      await clock.advance(1_000);
    }
    throw new Error("no pull fails");
  }

  const fix = (): Promise<Ran> =>
    cluster.run([
      "fix",
      "deploy/app",
      "--yes",
      "--skip-verify",
      "--probe=off",
      "--docker-config",
      join(cluster.folder, "docker.json"),
      ...plot.argv,
    ]);

  /** Reads before anything is tried are the same for all plots; a server that is gone then has changed nothing. */
  async function firstOf({ isLasting = false }: Fault): Promise<number> {
    if (plot === plots[0] && !isLasting) return 0;
    await ready();
    gate.asked.length = 0;
    const { code, out, err } = await fix();
    expect(code, out + err).toBe(0);
    const isTried = (line: string): boolean =>
      isLasting ? gate.writes.includes(line) : /^(?!GET).*dryRun/.test(line);
    const first = gate.asked.findIndex(isTried);
    expect(first).toBeGreaterThan(0);
    for (const { id } of entries()) await cluster.run(["undo", id, "--yes"]);
    return first;
  }

  const faultAt = async (at: number, { what, isLasting }: Fault, run: () => Promise<Ran>) => {
    gate.troubleAt(at, what, isLasting);
    const ran = await run();
    return { ran, struck: gate.calm() };
  };

  beforeAll(async () => {
    clock = heldClock(Date.UTC(2026, 10, 26, 8));
    cluster = await mendingWorld(plot.world, clock);
    writeFileSync(
      join(cluster.folder, "docker.json"),
      JSON.stringify({ auths: { [host]: login(password) } }),
    );
    gate = await openGate(cluster.world.kubeconfig);
    writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
    const { redeployed } = plot;
    if (redeployed === undefined) return;
    await clock.advance(10_000);
    cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
      draft.spec = JSON.parse(
        JSON.stringify(draft.spec).replace(/"image":"[^"]*"/, `"image":"${redeployed}"`),
      );
    });
  }, 60_000);
  afterAll(async () => {
    await gate.close();
    await cluster.close();
  });

  test.for(faults)("fix: $how", { timeout: 120_000 }, async (fault) => {
    for (let at = await firstOf(fault); ; at += 1) {
      await ready();
      const [before, podsBefore] = [state(), pods()];
      const { ran, struck } = await faultAt(at, fault, fix);
      const { out, err, code } = ran;
      const told = `request ${at}:\n${out}${err}`;
      const found = entries();
      const steps = found.flatMap((entry) => entry.steps);
      const isChanged = state() !== before || pods() !== podsBefore;
      expect(code, told).not.toBe(70);
      expect(told).not.toContain("canary");
      // What is told, against the cluster.
      const isDone = /^ {2}changed \d\d:/m.test(out);
      const isOpen = /not known|Half of it is done|may be left|was deleted/.test(out);
      if (isDone) expect({ told, code, isChanged }).toEqual({ told, code: 0, isChanged: true });
      else if (!isOpen) expect({ told, isChanged }).toEqual({ told, isChanged: false });
      if (!isDone) expect(code, told).not.toBe(0);
      if (!isDone && !isOpen) expect(told).toMatch(/Nothing was changed|nothing to fix|✗|\n {2}why /);
      // What the journal says, against the cluster.
      if (steps.every((step) => step.state === "planned" || step.state === "refused"))
        expect({ told, isChanged }).toEqual({ told, isChanged: false });
      if (steps.some((step) => step.state === "done"))
        expect({ told, isChanged }).toEqual({ told, isChanged: true });
      const open = found.filter(({ steps: all }) => all.some(({ state: is }) => /done|writing/.test(is)));
      for (const { id } of open) expect(told).toContain(`undo ${id}`);
      expect(open.length > 0, told).toBe(isDone || isOpen);
      for (const { id } of found) {
        const undone = await cluster.run(["undo", id, "--yes"]);
        expect({ told, ...undone }).toMatchObject({ code: 0, err: "" });
      }
      expect(JSON.parse(state()), told).toEqual(JSON.parse(before));
      if (!struck) return;
    }
  });

  test.for(faults)("undo: $how", { timeout: 120_000 }, async (fault) => {
    for (let at = 0; ; at += 1) {
      await ready();
      const before = state();
      const fixed = await fix();
      expect(fixed.code, fixed.out + fixed.err).toBe(0);
      const changed = state();
      const [{ id = "" } = {}] = entries();
      const undo = () => cluster.run(["undo", id, "--yes"]);
      const { ran, struck } = await faultAt(at, fault, undo);
      const told = `request ${at}:\n${ran.out}${ran.err}`;
      expect(ran.code, told).not.toBe(70);
      const isUnclear = /not known|was deleted/.test(ran.out);
      if (/Nothing was changed/.test(ran.out) || (ran.code === 2 && !isUnclear))
        expect({ told, now: state() }).toEqual({ told, now: changed });
      if (ran.code === 0) expect({ told, now: state() }).toEqual({ told, now: before });
      else expect((await cluster.run(["undo"])).out, told).toContain(id);
      expect({ told, ...(await undo()) }).toMatchObject({ code: 0, err: "" });
      expect(JSON.parse(state()), told).toEqual(JSON.parse(before));
      expect((await cluster.run(["undo"])).out).toBe("there is nothing to take back\n");
      if (!struck) return;
    }
  });
});
