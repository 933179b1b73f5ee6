// A password is planted in a Secret, in the annotation that kubectl apply leaves, and in a new login; a webhook repeats what it is
// sent. Nothing that fix, its documents and its journal say holds it, in any spelling.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gate, openGate } from "./gate.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.acme.example";
const old = "cAnArY-0ld\"w0rd'%/+";
const fresh = "cAnArY-n3w\"w0rd'%/+";
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const config = (password: string): string =>
  JSON.stringify({ auths: { [host]: { username: "robot", password, auth: base64(`robot:${password}`) } } });
const data = (password: string) => ({ ".dockerconfigjson": base64(config(password)) });

const spellings = [old, fresh].flatMap((value) => [
  value,
  value.slice(0, 10),
  base64(value).slice(0, 12),
  base64(`robot:${value}`),
  base64(config(value)).slice(0, 20),
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
]);

const secret = (name: string, type: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    namespace: "shop",
    name,
    annotations: {
      "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ type, data: data(old) }),
    },
  },
  type,
  data: data(old),
});

let cluster: MendingWorld;
let gate: Gate;
beforeAll(async () => {
  cluster = await mendingWorld({
    registries: {
      [host]: {
        dialect: "harbor",
        accounts: { robot: fresh },
        repositories: {
          "shop/a": { private: true, tags: ["v1"] },
          "shop/b": { private: true, tags: ["v1"] },
        },
      },
    },
    manifests: [secret("old", "kubernetes.io/dockerconfigjson"), secret("odd", "Opaque")],
    workloads: {
      "shop/a": { image: `${host}/shop/a:v1`, secrets: ["old"], policy: "Always" },
      "shop/b": { image: `${host}/shop/b:v1`, secrets: ["odd"], policy: "Always" },
    },
  });
  gate = await openGate(cluster.world.kubeconfig);
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  writeFileSync(join(cluster.folder, "login.json"), config(fresh));
  await cluster.until("a pull fails", cannotPull(cluster));
}, 60_000);
afterAll(async () => {
  await gate.close();
  await cluster.close();
});

const login = (): readonly string[] => ["--docker-config", join(cluster.folder, "login.json")];
const all: string[] = [];

async function told(...argv: readonly string[]): Promise<string> {
  const { out, err } = await cluster.run([...argv, ...login()]);
  all.push(out, err);
  return out + err;
}

test.for(["patch", "yaml", "kubectl"])("-o %s", async (format) => {
  expect(await told("fix", "deploy/a", "-o", format)).toContain("old");
  expect(
    await told("fix", "deploy/b", "-o", format, "--by", "repair-pull-secret", "--with", "secret=odd"),
  ).toContain("odd");
});

test("the page, and a webhook that repeats what it was sent", async () => {
  expect(await told("fix", "deploy/a")).toContain("user robot, password [hidden]");
  for (const write of [0, 1]) {
    const message = `admission webhook "loud.example" denied the request: ${base64(config(fresh))} ${config(fresh)} ${base64(config(old))}`;
    const body = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "BadRequest",
      code: 400,
      message,
    };
    void gate.trouble(write, { status: 400, body });
    expect(await told("fix", "deploy/a", "--yes", "--skip-verify")).toContain("loud.example");
  }
});

test("a change, its journal and undo", async () => {
  const out = await told("fix", "deploy/a", "--yes", "--settle", "300ms");
  expect(out).toContain("running after");
  const undone = await cluster.run(["undo", /undo (\S+)\n$/.exec(out)?.[1] ?? "", "--yes"]);
  all.push(undone.out, undone.err);
  expect(undone.code).toBe(0);
});

test("nothing of all this holds a password", () => {
  const texts = [...all, ...cluster.journal()];
  expect(texts.join("").length).toBeGreaterThan(5_000);
  expect(spellings.filter((spelling) => texts.some((text) => text.includes(spelling)))).toEqual([]);
});
