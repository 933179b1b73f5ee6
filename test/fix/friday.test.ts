// production-friday: fourteen findings; what fix --all mends, what it leaves, and that the forty others stay well.

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtInWorld } from "../../src/sim/world/built-in.js";
import { unpackKubectl } from "../kubectl.js";
import { type MendingWorld, mendingWorld } from "./world.js";

const run = promisify(execFile);
const kubectl = unpackKubectl(35);

let friday: MendingWorld;
beforeAll(async () => {
  friday = await mendingWorld(builtInWorld("production-friday") ?? "");
  mkdirSync(join(friday.folder, ".docker"));
  const auth = (user: string, password: string): string =>
    Buffer.from(`${user}:${password}`).toString("base64");
  writeFileSync(
    join(friday.folder, ".docker", "config.json"),
    JSON.stringify({
      auths: {
        "registry.acme.example": { auth: auth("robot$web", "h4rb0r-web-2026") },
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com": { auth: auth("AWS", "token-of-today") },
      },
    }),
  );
  await friday.until("fourteen fail", () => {
    const pods = friday.world.store.list("pods");
    const failing = pods.filter((pod) =>
      /ErrImage|ImagePullBackOff|InvalidImageName/.test(JSON.stringify(pod.status ?? {})),
    );
    return (
      new Set(failing.map(({ metadata: { namespace, labels } }) => `${namespace}/${JSON.stringify(labels)}`))
        .size >= 13
    );
  });
}, 60_000);
afterAll(() => friday.close());

test("--all --yes mends what restarts nothing, and lists the rest", async () => {
  const deployments = JSON.stringify(friday.own("deployments.apps"));
  const { code, out, err } = await friday.run(["fix", "-A", "--all", "--yes"]);
  expect(err).toBe("");
  expect(out).toMatch(/\d+ findings? mended, 0 refused, \d+ left as they are/);
  expect(code).toBe(1);
  // The robot's login and the one of ECR.
  const journal = friday.journal().join("\n");
  expect(journal).toContain("Secret web/harbor-2025");
  expect(journal).toContain("Secret data/ecr");
  expect(JSON.stringify(friday.own("deployments.apps"))).toBe(deployments);
  expect(out + journal).not.toMatch(/h4rb0r|token-of/);
  const { code: web, out: told } = await friday.run([
    "verify",
    "deploy/storefront",
    "-n",
    "web",
    "--settle",
    "300ms",
    "--timeout",
    "45s",
  ]);
  expect(told).toContain("3 of 3 running");
  expect(web).toBe(0);
});

test("kubectl sees the change, the rollout, and what undo brings back", async () => {
  const ask = async (...argv: string[]): Promise<string> =>
    (await run(kubectl, ["-n", "shop", ...argv], { env: { ...friday.env, HTTPS_PROXY: "", HTTP_PROXY: "" } }))
      .stdout;
  const image = ["get", "deploy", "checkout", "-o", "jsonpath={.spec.template.spec.containers[0].image}"];
  expect(await ask(...image)).toBe("registry.acme.example/shop/checkout:v2.4.l");
  const fixed = await friday.run([
    "fix",
    "deploy/checkout",
    "-n",
    "shop",
    "--yes",
    "--record",
    "--settle",
    "300ms",
  ]);
  expect(fixed.code).toBe(0);
  expect(await ask(...image)).toBe("registry.acme.example/shop/checkout:v2.4.1");
  expect(await ask("rollout", "status", "deploy/checkout", "--timeout=45s")).toContain(
    "successfully rolled out",
  );
  expect(await ask("get", "events", "--field-selector", "reason=PulldoctorFix", "-o", "name")).toContain(
    "event/checkout.",
  );
  const id = /undo (\S+)\n$/.exec(fixed.out)?.[1] ?? "";
  expect((await friday.run(["undo", id, "--yes"])).code).toBe(0);
  expect(await ask(...image)).toBe("registry.acme.example/shop/checkout:v2.4.l");
});

test("what only others can do is handed over with its facts", async () => {
  const { code, out } = await friday.run(["fix", "deploy/trainer", "-n", "ml", "--yes"]);
  expect(code).toBe(1);
  expect(out).toContain("pulldoctor cannot change this here");
  expect(out).toContain("registry.lab.example");
  expect(out).toContain("Nothing was changed.");
});

test("the kubectl lines that fix prints do the same", async () => {
  const { out } = await friday.run(["fix", "deploy/checkout", "-n", "shop", "-o", "kubectl"]);
  const [, ...words] = out.trim().split(" ");
  await run(kubectl, words, { env: { ...friday.env, HTTPS_PROXY: "", HTTP_PROXY: "" } });
  const deployment = JSON.stringify(friday.world.store.get("deployments.apps", "shop", "checkout"));
  expect(deployment).toContain("shop/checkout:v2.4.1");
});

test("a fix that starts what then crashes says that it is another matter", async () => {
  friday.world.store.patch("deployments.apps", "shop", "checkout", (draft) => {
    const spec = JSON.stringify(draft.spec).replace("v2.4.1", "v2.4.l");
    draft.spec = JSON.parse(spec.replace('"name":"checkout"', '"name":"checkout","command":["false"]'));
  });
  await friday.until("it cannot pull", () =>
    friday.world.store
      .list("pods", { namespace: "shop" })
      .some(
        (pod) =>
          JSON.stringify(pod.spec).includes('"command":["false"]') &&
          /ErrImagePull|BackOff/.test(JSON.stringify(pod.status ?? {})),
      ),
  );
  const argv = ["fix", "deploy/checkout", "-n", "shop", "--yes", "--settle", "200ms", "--timeout", "45s"];
  const { code, out } = await friday.run(argv);
  expect(out).toContain("The image is pulled, so this cause is gone; the crash is another matter.");
  expect(code).toBe(1);
});
