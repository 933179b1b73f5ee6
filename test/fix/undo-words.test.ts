// What undo says where there is nothing to take back, and where the journal is not as it was written.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heldClock } from "../../src/sim/clock.js";
import { cart, one } from "./stories/story.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

let cluster: MendingWorld;
let journal: string;
const run = (...argv: readonly string[]) => cluster.run(argv);

beforeAll(async () => {
  const clock = heldClock(Date.UTC(2026, 10, 26, 8));
  cluster = await mendingWorld(one({ image: `${cart}:v2.4.l` }), clock);
  journal = join(cluster.folder, "state", "pulldoctor", "journal");
  for (let tries = 0; tries < 60 && !cannotPull(cluster)(); tries += 1) await clock.advance(1_000);
}, 60_000);
afterAll(() => cluster.close());

const fix = async (...argv: readonly string[]): Promise<string> => {
  const argvs = ["fix", "deploy/app", "-n", "shop", "--yes", "--skip-verify", "--probe=off", ...argv];
  const { code, out, err } = await run(...argvs);
  expect(code, out + err).toBe(0);
  return /undo (\S+)\n$/.exec(out)?.[1] ?? "";
};

test("only pods were made anew: that is nothing to take back, and it is said", async () => {
  const id = await fix("--by", "restart-pods");
  const { code, out } = await run("undo", id, "--yes");
  expect(code).toBe(0);
  expect(out).not.toContain("taken back");
  expect(out).toContain("Pod shop/app-");
  expect(out).toMatch(
    / {2}There was nothing to take back: what the change deleted, its controller makes anew\. Nothing was changed\.\n$/,
  );
  expect((await run("undo")).out).toBe("there is nothing to take back\n");
});

test("somebody put it back by hand: nothing to take back", async () => {
  const id = await fix("--tag", "v2.4.1");
  cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
    draft.spec = JSON.parse(JSON.stringify(draft.spec).replace("v2.4.1", "v2.4.l"));
  });
  const { code, out } = await run("undo", id, "--yes");
  expect(code).toBe(0);
  expect(out).toContain("Deployment shop/app: it is as it was");
  expect(out).toMatch(/There was nothing to take back\. Nothing was changed\.\n$/);
});

test("damaged files are named, and the others can be taken back", async () => {
  const id = await fix("--tag", "v2.4.1");
  const whole = readFileSync(join(journal, `${id}.json`), "utf8");
  const parsed = JSON.parse(whole) as { steps: object[] };
  const broken: Readonly<Record<string, string>> = {
    "cut-off": whole.slice(0, whole.length / 2),
    empty: "",
    "no-steps": JSON.stringify({ ...parsed, steps: undefined }),
    "null-step": JSON.stringify({ ...parsed, steps: [null] }),
    "other-kind": JSON.stringify({ ...parsed, steps: [{ ...parsed.steps[0], ref: { kind: "Ship" } }] }),
    "no-cluster": JSON.stringify({ ...parsed, cluster: null }),
    "edits-gone": JSON.stringify({ ...parsed, steps: [{ ...parsed.steps[0], edits: [{ path: [7] }] }] }),
    later: JSON.stringify({ ...parsed, schema: 2 }),
  };
  for (const [name, text] of Object.entries(broken)) writeFileSync(join(journal, `${name}.json`), text);
  mkdirSync(join(journal, "folder.json"));
  // A process that was killed while it wrote the first draft of an entry has sent nothing.
  writeFileSync(join(journal, "1126-000000-abcdef.json.new"), whole.slice(0, 40));
  const { code, out, err } = await run("undo");
  expect(code).toBe(0);
  expect(out).toContain(id);
  for (const name of [...Object.keys(broken), "folder"])
    expect(err).toContain(`${join(journal, name)}.json is damaged`);
  expect(out + err).not.toContain(".new");
  const told = await run("undo", "cut-off", "--yes");
  expect(told.code).toBe(2);
  expect(told.err).toContain("change cut-off cannot be read");
  expect(told.err).toContain("kubectl get all,secrets,sa -A -l pulldoctor.dev/change=cut-off");
  expect(await run("undo", id, "--yes")).toMatchObject({ code: 0 });
  const nothing = await run("undo");
  expect(nothing.code).toBe(1);
  expect(nothing.out).toBe("there is nothing to take back in what can be read of the journal\n");
  expect(readdirSync(journal).length).toBeGreaterThan(Object.keys(broken).length);
});
