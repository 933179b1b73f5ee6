// `fix --manifests`: the change goes into the checkout, byte by byte, and the live object is left alone.

import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unpackHelm, unpackKubectl } from "../kubectl.js";
import { changedLines, checkoutOf, filesIn, treeFiles } from "../manifests/checkout.js";
import { type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.example.com";
const path = [unpackHelm(32), unpackKubectl(32)].map(dirname).join(delimiter);
const target = ["fix", "deploy/checkout", "-n", "shop"];

let cluster: MendingWorld;
const run = (...more: readonly string[]) =>
  cluster.run([...target, ...more], { env: { PATH: path, PULLDOCTOR_DEBUG: "1" } });
const live = (): string => JSON.stringify(cluster.own("deployments.apps"));

beforeAll(async () => {
  cluster = await mendingWorld({
    registries: { [host]: { repositories: { "shop/checkout": ["v2.4.0", "v2.4.1"] } } },
    manifests: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: {
          namespace: "shop",
          name: "checkout",
          labels: { "app.kubernetes.io/managed-by": "Helm" },
          annotations: { "meta.helm.sh/release-name": "checkout", "meta.helm.sh/release-namespace": "shop" },
        },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: "checkout" } },
          template: {
            metadata: { labels: { app: "checkout" } },
            spec: { containers: [{ name: "app", image: `${host}/shop/checkout:v2.4.l` }] },
          },
        },
      },
    ],
  });
  await cluster.until("the pull fails", () =>
    JSON.stringify(cluster.world.store.list("pods")).includes("ErrImagePull"),
  );
}, 60_000);

afterAll(() => cluster.close());

test("what a tool manages is not changed live, also with --yes", async () => {
  const before = live();
  const { code, out } = await run("--yes");
  expect(code).toBe(1);
  expect(out).toContain("--manifests DIR");
  expect(live()).toBe(before);
});

describe.each([
  ["plain", "shop/checkout.yaml"],
  ["helm", "charts/checkout/values-prod.yaml"],
  ["kustomize", ""],
] as const)("a %s tree", (tree, file) => {
  test("is edited in the one line that sets the image; what is live stays", async () => {
    const [folder, before] = [checkoutOf(tree), live()];
    const { code, out, err } = await run("--manifests", folder, "--yes");
    expect(err + out).toContain("edited 1 file");
    expect(code).toBe(0);
    const [was, is] = [treeFiles(tree), filesIn(folder)];
    const changed = Object.keys(was).filter((name) => was[name] !== is[name]);
    expect(changed).toHaveLength(1);
    const [name = ""] = changed;
    if (file !== "") expect(name).toBe(file);
    const lines = changedLines(was[name] ?? "", is[name] ?? "");
    expect(lines.filter((line) => line.startsWith("+"))).toHaveLength(1);
    expect(lines.find((line) => line.startsWith("+"))).toContain("v2.4.1");
    expect(live()).toBe(before);
    const id = / undo (\S+) --yes/.exec(out)?.[1] ?? "";
    expect((await cluster.run(["undo", id, "--yes"])).code).toBe(0);
    expect(filesIn(folder)).toEqual(was);
  });

  test("stays as it is without --yes and a terminal, with --dry-run, and with -o patch", async () => {
    const folder = checkoutOf(tree);
    expect((await run("--manifests", folder)).code).toBe(1);
    expect((await run("--manifests", folder, "--dry-run", "--yes")).code).toBe(0);
    const printed = await run("--manifests", folder, "-o", "patch");
    expect(printed.code).toBe(0);
    expect(printed.out).toMatch(/^(diff --git|--- a\/)/);
    expect(filesIn(folder)).toEqual(treeFiles(tree));
  });
});

test("a folder that does not set it says what was looked at, and nothing is changed", async () => {
  const folder = checkoutOf("plain", { "shop/checkout.yaml": "kind: Deployment\n" });
  const before = filesIn(folder);
  const { code, out } = await run("--manifests", folder, "--yes");
  expect(code).toBe(1);
  expect(out).toContain("Nothing was changed.");
  expect(filesIn(folder)).toEqual(before);
});
