import { expect, test } from "vitest";
import { isApiError } from "../errors.js";
import type { Json } from "../json.js";
import { typeOfKind } from "../schema/schema.js";
import { jsonPatch } from "./json-patch.js";
import { mergePatch } from "./merge-patch.js";
import { strategicPatch } from "./strategic-patch.js";

const pod = typeOfKind("v1", "Pod");
const service = typeOfKind("v1", "Service");
const deployment = typeOfKind("apps/v1", "Deployment");
const spec = (value: Json): Json => ({ spec: value });

test("a merge patch merges objects, replaces lists and deletes with null", () => {
  expect(mergePatch({ a: { b: 1, c: 2 }, l: [1] }, { a: { b: null, d: 3 }, l: [2] })).toEqual({
    a: { c: 2, d: 3 },
    l: [2],
  });
});

test.each<[string, Json, Json, Json]>([
  [
    "containers merge by name",
    {
      containers: [
        { name: "a", image: "x:1", env: [{ name: "K", value: "1" }] },
        { name: "b", image: "y" },
      ],
    },
    { containers: [{ name: "a", image: "x:2", env: [{ name: "L", value: "2" }] }] },
    {
      containers: [
        {
          name: "a",
          image: "x:2",
          env: [
            { name: "K", value: "1" },
            { name: "L", value: "2" },
          ],
        },
        { name: "b", image: "y" },
      ],
    },
  ],
  [
    "an item is deleted by directive",
    { imagePullSecrets: [{ name: "a" }, { name: "b" }] },
    { imagePullSecrets: [{ name: "a", $patch: "delete" }] },
    { imagePullSecrets: [{ name: "b" }] },
  ],
  [
    "a list is replaced by directive",
    { imagePullSecrets: [{ name: "a" }] },
    { imagePullSecrets: [{ $patch: "replace" }, { name: "z" }] },
    { imagePullSecrets: [{ name: "z" }] },
  ],
  [
    "tolerations replace as a whole",
    { tolerations: [{ key: "a" }] },
    { tolerations: [{ key: "b" }] },
    { tolerations: [{ key: "b" }] },
  ],
  [
    "an object is replaced by directive",
    { nodeSelector: { a: "1" } },
    { nodeSelector: { $patch: "replace", b: "2" } },
    { nodeSelector: { b: "2" } },
  ],
  [
    "the order of a list is set",
    { containers: [{ name: "a" }, { name: "b" }] },
    {
      $setElementOrder: 1,
      "$setElementOrder/containers": [{ name: "c" }, { name: "b" }, { name: "a" }],
      containers: [{ name: "c" }],
    },
    { containers: [{ name: "c" }, { name: "b" }, { name: "a" }] },
  ],
  [
    "only the retained keys of a union stay",
    { volumes: [{ name: "v", emptyDir: {} }] },
    { volumes: [{ name: "v", $retainKeys: ["name", "secret"], secret: { secretName: "s" } }] },
    { volumes: [{ name: "v", secret: { secretName: "s" } }] },
  ],
])("strategic: %s", (_, before, patch, after) => {
  expect(strategicPatch(spec(before), spec(patch), pod)).toEqual(spec(after));
});

test("strategic: service ports merge by port, finalizers by value", () => {
  const before = { metadata: { finalizers: ["a", "b"] }, spec: { ports: [{ port: 80, name: "x" }] } };
  const patch = {
    metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] },
    spec: { ports: [{ port: 80, name: "y" }, { port: 81 }] },
  };
  expect(strategicPatch(before, patch, service)).toEqual({
    metadata: { finalizers: ["b"] },
    spec: { ports: [{ port: 80, name: "y" }, { port: 81 }] },
  });
});

test("strategic: a strategy keeps only what is retained", () => {
  const before = spec({ strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } });
  const patch = spec({ strategy: { $retainKeys: ["type"], type: "Recreate" } });
  expect(strategicPatch(before, patch, deployment)).toEqual(spec({ strategy: { type: "Recreate" } }));
});

test("strategic: an item without its key is refused", () => {
  expect(() => strategicPatch(spec({}), spec({ containers: [{ image: "x" }] }), pod)).toThrow(
    'map: {"image":"x"} does not contain declared merge key: name',
  );
});

test("a JSON patch adds, removes, replaces, moves, copies and tests", () => {
  const patch = [
    { op: "test", path: "/a", value: 1 },
    { op: "add", path: "/l/-", value: 3 },
    { op: "add", path: "/l/0", value: 0 },
    { op: "remove", path: "/x~1y" },
    { op: "replace", path: "/a", value: 2 },
    { op: "copy", from: "/a", path: "/b" },
    { op: "move", from: "/b", path: "/c" },
  ];
  expect(jsonPatch({ a: 1, l: [1, 2], "x/y": 1 }, patch)).toEqual({ a: 2, l: [0, 1, 2, 3], c: 2 });
});

test.each([
  ["an add to a list that is not there", [{ op: "add", path: "/spec/l/-", value: 1 }], 422],
  ["a test that fails", [{ op: "test", path: "/a", value: 2 }], 422],
  ["a removal of nothing", [{ op: "remove", path: "/b" }], 422],
  ["a patch that is no list", { a: 1 }, 400],
])("a JSON patch is refused for %s", (_, patch, code) => {
  let refused: unknown;
  try {
    jsonPatch({ a: 1 }, patch);
  } catch (error) {
    refused = error;
  }
  expect(isApiError(refused) && refused.code).toBe(code);
});
