// One checkout with everything in it: each object has its own way of being set.

import { expect, test } from "vitest";
import { planManifestChange } from "../../src/manifests/plan.js";
import { unpackHelm, unpackKubectl } from "../kubectl.js";
import { carriedOut, checkoutOf, declined, image, planned, treeFiles } from "./checkout.js";

const tools = { helm: unpackHelm(32), kubectl: unpackKubectl(32) };
const folder = checkoutOf("mixed");

const to = (name: string, kind: string, container: string, repository: string) =>
  image({
    kind,
    name,
    container,
    from: `registry.example.com/shop/${repository}:v7`,
    to: `registry.example.com/shop/${repository}:v7.1`,
  });

test.each([
  ["plain", to("cart", "Deployment", "web", "cart"), "apps/cart/deployment.yaml", "cart:v7", "cart:v7.1"],
  [
    "helm-values",
    to("checkout", "Deployment", "web", "checkout"),
    "apps/checkout/values.yaml",
    "tag: v7 #",
    "tag: v7.1 #",
  ],
  ["helm-values", to("pay", "Deployment", "web", "checkout"), "apps/pay/values.yaml", "tag: v7", "tag: v7.1"],
  [
    "kustomize",
    to("prod-search", "StatefulSet", "web", "search"),
    "apps/search/prod/kustomization.yaml",
    "newTag: v7",
    "newTag: v7.1",
  ],
] as const)("%s", async (how, change, file, before, after) => {
  const plan = planned(await planManifestChange(folder, change, tools));
  expect(plan.how).toBe(how);
  expect(plan.edits.map((edit) => edit.file)).toEqual([file]);
  expect(carriedOut(plan)[file]).toBe((treeFiles("mixed")[file] ?? "").replace(before, after));
});

test("an object that none of it makes: what was looked at is told", async () => {
  const answer = declined(await planManifestChange(folder, to("web", "Deployment", "web", "web"), tools));
  expect(answer.candidates).toEqual([]);
  expect(answer.lookedAt).toEqual([
    expect.stringMatching(/^13 files, 2 kustomizations and 1 chart of /),
    expect.stringMatching(/^pipeline\/deploy\.yaml:\d+ is a template, not YAML$/),
  ]);
});
