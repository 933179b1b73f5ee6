// Overlays: entries of `images:`, patches and lines of a base, each judged by the real kubectl.

import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyManifestChange } from "../../src/manifests/edit.js";
import { joinPlans } from "../../src/manifests/finish.js";
import { planManifestChange } from "../../src/manifests/plan.js";
import { type Files, folderOf } from "../folder.js";
import { unpackKubectl } from "../kubectl.js";
import {
  carriedOut,
  changedLines,
  checkoutOf,
  declined,
  image,
  planned,
  pullSecret,
  treeFiles,
} from "./checkout.js";

const kubectl = unpackKubectl(32);
const tools = { kubectl };

const rendered = (folder: string, path: string): string =>
  execFileSync(kubectl, ["kustomize", join(folder, path)], { encoding: "utf8" });

const exporter = (to: string) =>
  image({ container: "metrics", from: "registry.example.com/tools/exporter:1.2", to });

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  template:
    spec:
      containers:
        - name: app
          image: shop/app:v1
        - name: side
          image: shop/side:v1
`;

/** A base of one deployment and an overlay that says this. */
const overlay = (text: string, others: Files = {}): string =>
  folderOf({
    "base/kustomization.yaml": "resources: [app.yaml]\n",
    "base/app.yaml": deployment,
    "prod/kustomization.yaml": `resources: [../base]\n${text}`,
    ...others,
  });

const app = (from: string, to: string) => image({ from, to });

describe("with kubectl", () => {
  test("an entry of images: is edited, and kubectl renders the wanted image", async () => {
    const folder = checkoutOf("kustomize");
    const before = rendered(folder, "overlays/prod");
    const plan = planned(await planManifestChange(folder, image(), tools));
    expect(plan.how).toBe("kustomize");
    expect(plan.why).toBe(
      "an entry in images: of overlays/prod/kustomization.yaml sets it (kubectl kustomize)",
    );
    expect(plan.notes).toEqual(["changes container migrate of Deployment checkout as well"]);
    expect(carriedOut(plan)["overlays/prod/kustomization.yaml"]).toContain(
      "    newTag: v2.4.1    # kustomize edit set image\n",
    );
    applyManifestChange(plan);
    expect(rendered(folder, "overlays/prod")).toBe(before.replaceAll("checkout:v2.4.l", "checkout:v2.4.1"));
  });

  test("a line of the base that other overlays show as well stays; the overlay gets an entry", async () => {
    const folder = checkoutOf("kustomize");
    const [prod, staging] = [rendered(folder, "overlays/prod"), rendered(folder, "overlays/staging")];
    const plan = planned(
      await planManifestChange(folder, exporter("registry.example.com/tools/exporter:1.3"), tools),
    );
    const path = "overlays/prod/kustomization.yaml";
    expect(changedLines(treeFiles("kustomize")[path] ?? "", carriedOut(plan)[path] ?? "")).toEqual([
      "+  - name: registry.example.com/tools/exporter",
      '+    newTag: "1.3"',
    ]);
    applyManifestChange(plan);
    expect(rendered(folder, "overlays/prod")).toBe(prod.replace("exporter:1.2", "exporter:1.3"));
    expect(rendered(folder, "overlays/staging")).toBe(staging);
  });

  test("an overlay without images: gets them in its own indentation", async () => {
    const folder = checkoutOf("kustomize");
    const change = { ...exporter("ghcr.io/tools/exporter:v2"), namespace: "shop-staging" };
    const plan = planned(await planManifestChange(folder, change, tools));
    expect(carriedOut(plan)["overlays/staging/kustomization.yaml"]).toBe(
      `${treeFiles("kustomize")["overlays/staging/kustomization.yaml"]}images:\n- name: registry.example.com/tools/exporter\n  newName: ghcr.io/tools/exporter\n  newTag: v2\n`.replace(
        /\n\n/,
        "\n",
      ),
    );
  });

  test("a line of the base that the other overlays set themselves is edited where it is", async () => {
    const folder = checkoutOf("kustomize");
    const change = image({ namespace: "shop-staging", from: "registry.example.com/shop/checkout:v2.3.9" });
    const plan = planned(await planManifestChange(folder, change, tools));
    expect(plan.edits).toEqual([expect.objectContaining({ file: "base/deployment.yaml", line: 20 })]);
  });

  test.each([
    [
      "images: [{name: shop/app, newTag: v2}]\n",
      "shop/app:v2",
      "shop/app:v3",
      "images: [{name: shop/app, newTag: v3}]\n",
    ],
    [
      "images:\n- newTag: '2'\n  name: shop/app # x\n",
      "shop/app:2",
      "shop/app:3",
      "images:\n- newTag: '3'\n  name: shop/app # x\n",
    ],
    [
      "images:\n- name: shop/app\n  newName: ghcr.io/shop/app\n",
      "ghcr.io/shop/app:v1",
      "ghcr.io/shop/app:v3",
      "images:\n- name: shop/app\n  newName: ghcr.io/shop/app\n  newTag: v3\n",
    ],
    [
      "images:\n- name: shop/app # x\n  newTag: v2 # y\n",
      "shop/app:v2",
      "quay.io/shop/app:v3",
      "images:\n- name: shop/app # x\n  newName: quay.io/shop/app\n  newTag: v3 # y\n",
    ],
    [
      `images:\n- name: shop/app\n  digest: sha256:${"a".repeat(64)} # pin\n`,
      `shop/app@sha256:${"a".repeat(64)}`,
      "shop/app:v3",
      "images:\n- name: shop/app\n  newTag: v3 # pin\n",
    ],
    [
      "images:\n- name: shop/app\n  newTag: v2\n",
      "shop/app:v2",
      `shop/app@sha256:${"b".repeat(64)}`,
      `images:\n- name: shop/app\n  digest: sha256:${"b".repeat(64)}\n`,
    ],
    [
      "images:\n- name: shop/app\n  newTag: v2\n",
      "shop/app:v2",
      `shop/app:v3@sha256:${"b".repeat(64)}`,
      `images:\n- name: shop/app\n  newTag: v3\n  digest: sha256:${"b".repeat(64)}\n`,
    ],
    [
      `images:\n- name: shop/app\n  newTag: v2\n  digest: sha256:${"a".repeat(64)} # pin\n# end\n`,
      `shop/app:v2@sha256:${"a".repeat(64)}`,
      "shop/app:v3",
      "images:\n- name: shop/app\n  newTag: v3\n# end\n",
    ],
    ["images: []\nnamePrefix: p-\n", "shop/app:v1", "shop/app:v3", "images: []\nnamePrefix: p-\n"],
    [
      "patches:\n- patch: |-\n    # inner\n    kind: Deployment\n    apiVersion: apps/v1\n    metadata: {name: checkout}\n    spec: {template: {spec: {containers: [{name: app, image: 'shop/app:v2'}]}}}\n",
      "shop/app:v2",
      "shop/app:v3",
      "patches:\n- patch: |-\n    # inner\n    kind: Deployment\n    apiVersion: apps/v1\n    metadata: {name: checkout}\n    spec: {template: {spec: {containers: [{name: app, image: 'shop/app:v3'}]}}}\n",
    ],
    [
      "patches:\n  - target: {kind: Deployment, name: check.*}\n    patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: shop/app:v2   # why\n",
      "shop/app:v2",
      "shop/app:v3",
      "patches:\n  - target: {kind: Deployment, name: check.*}\n    patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: shop/app:v3   # why\n",
    ],
  ])("%j from %s to %s", async (before, from, to, after) => {
    const folder = overlay(before);
    const isPrefixed = before.includes("namePrefix");
    const change = { ...app(from, to), name: isPrefixed ? "p-checkout" : "checkout" };
    const plan = planned(await planManifestChange(folder, change, tools));
    const files = carriedOut(plan);
    expect(files["prod/kustomization.yaml"]).toBe(`resources: [../base]\n${after}`);
    // Without kubectl the text of the files comes to the same.
    expect(planned(await planManifestChange(folder, change, {})).edits).toEqual(plan.edits);
    applyManifestChange(plan);
    expect(rendered(folder, "prod")).toContain(`image: ${to}\n`);
  });

  test("a patch in a file of its own", async () => {
    const patch = deployment.replace("shop/app:v1", '"shop/app:v2"').replace(/ {8}- name: side\n.*\n/, "");
    const folder = overlay("patches:\n- path: patch.yaml\n", { "prod/patch.yaml": patch });
    const plan = planned(await planManifestChange(folder, app("shop/app:v2", "shop/app:v3"), tools));
    expect(carriedOut(plan)["prod/patch.yaml"]).toBe(patch.replace("v2", "v3"));
  });

  test("images: of a component", async () => {
    const folder = overlay("components: [../pin]\n", {
      "pin/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: shop/app\n  newTag: v2\n",
    });
    const plan = planned(await planManifestChange(folder, app("shop/app:v2", "shop/app:v3"), tools));
    expect(carriedOut(plan)["pin/kustomization.yaml"]).toContain("newTag: v3\n");
  });

  test("replacements: kubectl decides, and without it nothing is edited", async () => {
    const text = `resources: [../base]
replacements:
- source: {kind: Deployment, name: checkout, fieldPath: "spec.template.spec.containers.[name=side].image"}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ["spec.template.spec.containers.[name=app].image"]
`;
    const folder = overlay("", { "prod/kustomization.yaml": text });
    const declinedByText = declined(await planManifestChange(folder, app("shop/app:v1", "shop/app:v2"), {}));
    expect(declinedByText.lookedAt.join("\n")).toContain(
      "prod/kustomization.yaml has replacements: kubectl kustomize would settle it",
    );
    const byKubectl = declined(await planManifestChange(folder, app("shop/app:v1", "shop/app:v2"), tools));
    expect(byKubectl.lookedAt.join("\n")).toContain("kubectl kustomize renders something else from it");
  });

  test("a base at a URL is not fetched; what is here is still found", async () => {
    const folder = overlay("", {
      "prod/kustomization.yaml": "resources:\n- ../base\n- https://git.example.com/shop/mesh?ref=v1\n",
    });
    const plan = planned(await planManifestChange(folder, app("shop/app:v1", "shop/app:v2"), tools));
    expect(plan.why).toBe(
      "base/app.yaml:10 sets it (by the text of its files: it takes in a URL, which is not fetched)",
    );
  });

  test("what is not here is never fetched, and then nothing is edited", async () => {
    const bin = folderOf({ kubectl: '#!/bin/sh\ntouch "$0.was-run"\n' });
    chmodSync(join(bin, "kubectl"), 0o755);
    for (const name of ["gitlab.example.com/shop/mesh//base", "./gone.yaml", "gh:shop/mesh"]) {
      const folder = overlay("", { "prod/kustomization.yaml": `resources: [../base, "${name}"]\n` });
      const answer = await planManifestChange(folder, app("shop/app:v1", "shop/app:v2"), {
        kubectl: join(bin, "kubectl"),
      });
      const said = "none" in answer ? answer.lookedAt.join("\n") : answer.why;
      expect(said).toMatch(/which is not here or was not read|which is not fetched/);
    }
    expect(readdirSync(bin)).toEqual(["kubectl"]);
  });

  test("two overlays that could be meant", async () => {
    const folder = overlay("images: [{name: shop/app, newTag: v2}]\n", {
      "test/kustomization.yaml": "resources: [../base]\nimages: [{name: shop/app, newTag: v2}]\n",
    });
    const answer = declined(await planManifestChange(folder, app("shop/app:v2", "shop/app:v3"), tools));
    expect(answer.candidates.map(({ edits: [edit] }) => edit?.file)).toEqual([
      "prod/kustomization.yaml",
      "test/kustomization.yaml",
    ]);
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec: {path: ./prod}
`;
    const marked = overlay("images: [{name: shop/app, newTag: v2}]\n", {
      "test/kustomization.yaml": "resources: [../base]\nimages: [{name: shop/app, newTag: v2}]\n",
      "cluster/shop.yaml": flux,
    });
    const change = { ...app("shop/app:v2", "shop/app:v3"), managedBy: [{ tool: "flux", name: "shop" }] };
    expect(planned(await planManifestChange(marked, change, tools)).edits).toEqual([
      expect.objectContaining({ file: "prod/kustomization.yaml" }),
    ]);
  });

  test("one that no parser takes is told", async () => {
    const folder = overlay("images: [{name: shop/app, newTag: v2]\n");
    const answer = declined(await planManifestChange(folder, app("shop/app:v2", "shop/app:v3"), tools));
    expect(answer.lookedAt.join("\n")).toMatch(/prod\/kustomization\.yaml:\d is not valid YAML/);
  });

  test("a manifest beside a kustomization that does not take it in", async () => {
    const folder = overlay("", { "prod/old.yaml": deployment.replace("app:v1", "app:v7") });
    const plan = planned(await planManifestChange(folder, app("shop/app:v7", "shop/app:v8"), tools));
    expect([plan.how, plan.notes]).toEqual(["plain", ["prod/kustomization.yaml does not take it in"]]);
  });

  test("a kustomization that takes in itself", async () => {
    const folder = overlay("", { "base/kustomization.yaml": "resources: [app.yaml, ../prod]\n" });
    declined(await planManifestChange(folder, app("shop/app:v1", "shop/app:v2"), tools));
  });
});

describe("a pull secret", () => {
  const account = pullSecret({ kind: "ServiceAccount" });

  test("of an account that two overlays share becomes a patch of one", async () => {
    const folder = checkoutOf("kustomize");
    const staging = rendered(folder, "overlays/staging");
    applyManifestChange(planned(await planManifestChange(folder, account, tools)));
    expect(rendered(folder, "overlays/prod")).toContain(
      "imagePullSecrets:\n- name: regcred\nkind: ServiceAccount\n",
    );
    expect(rendered(folder, "overlays/staging")).toBe(staging);
    expect(declined(await planManifestChange(checkoutOf("kustomize"), account, {})).candidates).toEqual([]);
  });

  test("goes into the object itself where nobody else takes it in", async () => {
    const folder = overlay("namespace: shop\n");
    const plan = planned(await planManifestChange(folder, pullSecret(), tools));
    expect(carriedOut(plan)["base/app.yaml"]).toContain(
      "    spec:\n      imagePullSecrets:\n        - name: regcred\n      containers:\n",
    );
    applyManifestChange(plan);
    expect(rendered(folder, "prod")).toContain("      imagePullSecrets:\n      - name: regcred\n");
  });
});

test("plans for several containers become one; what they share is done once", async () => {
  const folder = checkoutOf("kustomize");
  const [one, two, three] = await Promise.all(
    [image(), image({ container: "migrate" }), exporter("registry.example.com/tools/exporter:1.3")].map(
      async (change) => planned(await planManifestChange(folder, change, tools)),
    ),
  );
  if (one === undefined || two === undefined || three === undefined) throw new Error("three were planned");
  const joined = joinPlans([one, two, three]);
  if (joined === undefined) throw new Error("they fit each other");
  expect(joined.edits).toHaveLength(2);
  applyManifestChange(joined);
  expect(rendered(folder, "overlays/prod").match(/image: .*/g)).toEqual([
    "image: registry.example.com/shop/checkout:v2.4.1",
    "image: registry.example.com/tools/exporter:1.3",
    "image: registry.example.com/shop/checkout:v2.4.1",
  ]);
  expect(joinPlans([one, two])).toBeUndefined();
});
