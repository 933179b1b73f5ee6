// Which pods a workload's selector means.

import { expect, test } from "vitest";
import { selects } from "./selector.js";

const labels = { app: "web", tier: "front" };

test.each([
  ["labels, all of them", { matchLabels: { app: "web", tier: "front" } }, true],
  ["one label differs", { matchLabels: { app: "web", tier: "back" } }, false],
  ["expressions alone", { matchExpressions: [{ key: "app", operator: "In", values: ["api", "web"] }] }, true],
  [
    "an expression that excludes",
    { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] },
    false,
  ],
  [
    "a label that must not be there",
    { matchExpressions: [{ key: "canary", operator: "DoesNotExist" }] },
    true,
  ],
  ["a label that must be there", { matchExpressions: [{ key: "canary", operator: "Exists" }] }, false],
  [
    "labels and expressions together",
    { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "In", values: ["back"] }] },
    false,
  ],
  [
    "an operator that nobody knows",
    { matchExpressions: [{ key: "app", operator: "Gt", values: ["1"] }] },
    false,
  ],
  ["a ReplicationController's map", { app: "web" }, true],
  ["nothing asked for", {}, false],
])("%s", (_what, selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
