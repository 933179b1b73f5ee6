// With the roles that check prints, and nothing else, a user can diagnose, mend, verify and undo; without them fix says so first.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type Gate, openGate } from "./gate.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.acme.example";
let cluster: MendingWorld;
let gate: Gate;

beforeAll(async () => {
  cluster = await mendingWorld({
    registries: {
      [host]: {
        dialect: "harbor",
        accounts: { robot: "canary-p4ss" },
        repositories: { "shop/cart": ["v2.4.1"], "shop/paid": { private: true, tags: ["v1"] } },
      },
    },
    secrets: { "shop/harbor": { [host]: { username: "robot", password: "canary-old" } } },
    workloads: {
      "shop/cart": { image: `${host}/shop/cart:v2.4.l` },
      "shop/paid": { image: `${host}/shop/paid:v1`, secrets: ["harbor"] },
    },
  });
  gate = await openGate(cluster.world.kubeconfig, { "impersonate-user": "dev" });
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  writeFileSync(
    join(cluster.folder, "login.json"),
    JSON.stringify({ auths: { [host]: { username: "robot", password: "canary-p4ss" } } }),
  );
  await grant("diagnose");
  await grant("secrets");
  await cluster.until("a pull fails", cannotPull(cluster));
}, 60_000);
afterAll(async () => {
  await gate.close();
  await cluster.close();
});

/** What `kubectl apply` and the printed binding would make of the printed role. */
async function grant(role: string): Promise<void> {
  const { out } = await cluster.run(["check", "--print-rbac", role, "-n", "shop"]);
  const { store } = cluster.world;
  const name = `pulldoctor-${role}`;
  store.create("roles.rbac.authorization.k8s.io", parse(out));
  store.create("rolebindings.rbac.authorization.k8s.io", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { namespace: "shop", name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "dev" }],
  });
}

const stories = [
  { name: "cart", role: "fix-set-image", more: ["--tag", "v2.4.1"] },
  { name: "paid", role: "fix-renew-pull-secret", more: [] },
];

test.for(stories)("$role", async ({ name, role, more }) => {
  const login = ["--docker-config", join(cluster.folder, "login.json")];
  const fix = ["fix", `deploy/${name}`, "-n", "shop", "--yes", "--settle", "200ms", ...login, ...more];
  const refused = await cluster.run(fix);
  expect(refused.code).toBe(1);
  expect(refused.out).toMatch(/you may not (patch|create)/);
  expect(refused.out).toContain("Nothing was changed.");
  expect(gate.writes).toEqual([]);
  await grant(role);
  const fixed = await cluster.run(fix);
  expect(fixed).toMatchObject({ code: 0, err: "" });
  const id = /undo (\S+)\n$/.exec(fixed.out)?.[1] ?? "";
  expect((await cluster.run(["undo", id, "--yes"])).code).toBe(0);
  gate.writes.length = 0;
});

test("verify of what does not come: the new diagnosis, and exit code 1", async () => {
  const argv = ["verify", "deploy/cart", "-n", "shop", "--timeout", "300ms", "--settle", "100ms"];
  await cluster.until("it fails again", cannotPull(cluster));
  const { code, out } = await cluster.run(argv);
  expect(out).toMatch(/of 1 running after/);
  expect(out).toContain("tag-not-found");
  expect(code).toBe(1);
});
