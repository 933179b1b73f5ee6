// The built-in world: fourteen workloads that cannot pull, each as its kubelet says it, and forty that are well.

import { afterAll, beforeAll, expect, test } from "vitest";
import { at, isJson, items, type KubeObject, text } from "../../src/sim/api/json.js";
import { type HeldClock, heldClock } from "../../src/sim/clock.js";
import { builtInWorld } from "../../src/sim/world/built-in.js";
import { openWorld, type World } from "../../src/sim/world/open.js";

let world: World;
let clock: HeldClock;
beforeAll(async () => {
  clock = heldClock(Date.parse("2026-11-27T16:45:00Z"));
  world = await openWorld(builtInWorld("production-friday") ?? "", { clock, seed: "friday" });
  await clock.advance(90_000);
}, 120_000);
afterAll(() => world.close());

/** Reason and message of each container that waits, by workload (the `app` label). */
function waiting(): Map<string, string> {
  const found = new Map<string, string>();
  for (const pod of world.store.list("pods")) {
    for (const status of items(pod, "status", "containerStatuses")) {
      const state = at(status, "state", "waiting");
      if (isJson(state)) found.set(workloadOf(pod), `${text(state, "reason")}: ${text(state, "message")}`);
    }
  }
  return found;
}

const workloadOf = ({ metadata }: KubeObject): string =>
  `${metadata.namespace}/${metadata.labels?.app ?? ""}`;

/** What the kubelet and the runtime have to say, of each. */
const broken: Readonly<Record<string, RegExp>> = {
  "shop/checkout": /checkout:v2\.4\.l: not found/,
  "data/etl-nightly": /data\/etl-nightly:b4711: not found/,
  "payments/ledger": /401 Unauthorized|authorization failed/,
  "mobile/push": /failed to fetch anonymous token: unexpected status.*401 Unauthorized/,
  "web/storefront": /failed to fetch oauth token: unexpected status.*401 Unauthorized/,
  "data/etl": /data\/etl.*403 Forbidden/,
  "data/superset":
    /429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit/,
  "ops/backup": /lookup registry\.old-dc\.example on 203\.0\.113\.53:53: no such host/,
  "platform/antivirus": /certificate has expired or is not yet valid/,
  "ml/trainer": /dial tcp [\d.]+:5000: connect: connection refused/,
  "ml/inference": /no match for platform in manifest/,
  "web/banner": /^InvalidImageName: .*repository name .*must be lowercase/,
  "ops/toolbox": /^ErrImageNeverPull: Container image .* is not present with pull policy of Never/,
  "web/linkcheck": /503 Service Unavailable/,
};

test("fourteen wait, each for its own reason", () => {
  const found = waiting();
  expect([...found.keys()].sort()).toEqual(Object.keys(broken).sort());
  for (const [workload, words] of Object.entries(broken))
    expect(found.get(workload), workload).toMatch(words);
});

test("all pods of the other workloads run and are ready", () => {
  const well = world.store.list("pods").filter((pod) => !(workloadOf(pod) in broken));
  const states = well.map((pod) => {
    const isReady = items(pod, "status", "containerStatuses").every(({ ready }) => ready === true);
    return `${workloadOf(pod)} ${text(pod, "status", "phase")} ${isReady}`;
  });
  expect(states.filter((state) => !state.endsWith(" Running true"))).toEqual([]);
  // Two of the forty are cron jobs, which have no pod at this hour.
  expect(new Set(well.map(workloadOf)).size).toBe(38);
});

test("what is mended gets well by itself", async () => {
  world.registries.putTag("registry.acme.example", "shop/checkout", "v2.4.l");
  await world.network.change("registry.lab.example", { connect: "ok" });
  world.registries.setFaults("registry.gitlab.com", []);
  await clock.advance(320_000);
  const found = waiting();
  for (const workload of ["shop/checkout", "ml/trainer", "web/linkcheck"])
    expect(found.has(workload)).toBe(false);
  expect(found.has("data/etl")).toBe(true);
}, 120_000);
