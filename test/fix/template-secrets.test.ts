// A password stands in a pod template, as a variable's literal value, and differs between two revisions. Going back moves it and
// keeps it out of the journal and the screen; undo has it from the copy in the cluster.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gate, openGate } from "./gate.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.acme.example";
const [old, fresh] = ["cAnArY-0ld-w0rd", "cAnArY-n3w-w0rd"];

const template = (tag: string, password: string, more: readonly object[] = []) => ({
  metadata: { labels: { app: "app" } },
  spec: {
    containers: [
      {
        name: "app",
        image: `${host}/shop/cart:${tag}`,
        args: [`--password=${password}`],
        env: [{ name: "MODE", value: "fast" }, { name: "PASSWORD", value: password }, ...more],
      },
    ],
  },
});

let cluster: MendingWorld;
let gate: Gate;
beforeAll(async () => {
  cluster = await mendingWorld({
    registries: { [host]: { repositories: { "shop/cart": ["v1"] } } },
    manifests: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: "shop", name: "app" },
        spec: { replicas: 1, selector: { matchLabels: { app: "app" } }, template: template("v1", old) },
      },
    ],
  });
  gate = await openGate(cluster.world.kubeconfig);
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  await cluster.until("it runs", () =>
    cluster.world.store.list("pods").some((pod) => JSON.stringify(pod.status ?? {}).includes('"ready":true')),
  );
  cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
    draft.spec = {
      ...(draft.spec as object),
      template: template("v2", fresh, [{ name: "TOKEN", value: fresh }]),
    };
  });
  await cluster.until("a pull fails", cannotPull(cluster));
}, 60_000);
afterAll(async () => {
  await gate.close();
  await cluster.close();
});

const all: string[] = [];
async function told(...argv: readonly string[]) {
  const ran = await cluster.run(argv);
  all.push(ran.out, ran.err);
  return ran;
}
const back = ["fix", "deploy/app", "--by", "roll-back", "--skip-verify"];
const idOf = (out: string): string => /undo (\S+)/.exec(out)?.[1] ?? "";

test("the page says which variables change, and not to what", async () => {
  const { out, code } = await told(...back);
  expect(code).toBe(1);
  expect(out).toContain("PASSWORD");
  expect(out).toContain('value: "[hidden]"');
  expect(out).toContain("- --password=[hidden]");
  expect(out).toContain("kubectl -n shop rollout undo deployment/app --to-revision=1");
});

test("back and undone: the templates are what they were, and no copy is left", async () => {
  const before = cluster.own("deployments.apps");
  const fixed = await told(...back, "--yes");
  expect(fixed.code).toBe(0);
  const now = JSON.stringify(cluster.own("deployments.apps"));
  expect(now).toContain(old);
  expect(now).not.toContain(fresh);
  expect(JSON.stringify(cluster.own("secrets"))).toContain("pulldoctor.dev/backup");
  // Somebody scales it meanwhile: that stays.
  cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
    draft.metadata.labels = { owner: "somebody" };
  });
  const undone = await told("undo", idOf(fixed.out), "--yes");
  expect(undone).toMatchObject({ code: 0, err: "" });
  expect(JSON.stringify(cluster.own("deployments.apps"))).toContain('"owner":"somebody"');
  cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
    delete draft.metadata.labels;
  });
  expect(cluster.own("deployments.apps")).toEqual(before);
  expect(cluster.own("secrets")).toEqual([]);
});

test("undo leaves what somebody changed since, and does not say what it is", async () => {
  const fixed = await told(...back, "--yes");
  cluster.world.store.patch("deployments.apps", "shop", "app", (draft) => {
    const spec = JSON.stringify(draft.spec).replaceAll(old, `${fresh}-3`);
    draft.spec = JSON.parse(spec);
  });
  const undone = await told("undo", idOf(fixed.out), "--yes");
  expect(undone.code).toBe(1);
  expect(undone.out).toContain("was changed since: it is another value");
});

test("nothing of all this holds a password", () => {
  const texts = [...all, ...cluster.journal()];
  expect(texts.join("").length).toBeGreaterThan(3_000);
  const spellings = [old, fresh].flatMap((word) => [word, Buffer.from(word).toString("base64").slice(0, 16)]);
  expect(texts.filter((text) => spellings.some((spelling) => text.includes(spelling)))).toEqual([]);
});
