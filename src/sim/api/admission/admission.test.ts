import { expect, test } from "vitest";
import { heldClock } from "../../clock.js";
import { isApiError } from "../errors.js";
import { at, type Json } from "../json.js";
import { Store } from "../store.js";
import { goSyntaxError } from "./go-json.js";
import { defaultPullPolicy } from "./pull-policy.js";
import { standardAdmission } from "./standard.js";

function openStore(account: Json = {}): Store {
  const store = new Store({ clock: heldClock(0), admission: standardAdmission });
  store.create("namespaces", { metadata: { name: "shop" } });
  store.create("serviceaccounts", { metadata: { name: "default", namespace: "shop" }, ...account });
  return store;
}

const pod = (spec: Json = {}): Json => ({
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  spec: { containers: [{ name: "app", image: "nginx" }], ...spec },
});
const deployment = (more: Json = {}): Json => ({
  metadata: { name: "web", namespace: "shop" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "a", image: "b:1" }] } },
    ...more,
  },
});

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isApiError(error)) return error.message;
    throw error;
  }
  return "";
}

test.each([
  ["nginx", "Always"],
  ["nginx:latest", "Always"],
  [`nginx:latest@sha256:${"0".repeat(64)}`, "Always"],
  [`nginx@sha256:${"0".repeat(64)}`, "IfNotPresent"],
  ["nginx:1.25", "IfNotPresent"],
  ["nginx:Latest", "IfNotPresent"],
  ["Nginx", "IfNotPresent"],
  ["registry.acme.example:5000/team/api", "Always"],
  ["https://registry.acme.example/api", "IfNotPresent"],
])("the pull policy of %s is %s", (image, policy) => expect(defaultPullPolicy(image)).toBe(policy));

test.each([
  ["", "unexpected end of JSON input"],
  ["eyJ", "invalid character 'e' looking for beginning of value"],
  ["not json", "invalid character 'o' in literal null (expecting 'u')"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ["[1 2]", "invalid character '2' after array element"],
  ["{} x", "invalid character 'x' after top-level value"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"a\n"', "invalid character '\\n' in string literal"],
  ["1.x", "invalid character 'x' after decimal point in numeric literal"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
])("Go says of %j: %s", (source, words) => expect(goSyntaxError(source)).toBe(words));

test("valid JSON has no syntax error", () => {
  expect(goSyntaxError(' {"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n"],"b":{}} ')).toBeUndefined();
});

test("a pod of an account with pull secrets gets them, once, and only when it names none", () => {
  const store = openStore({ imagePullSecrets: [{ name: "regcred" }, { name: "other" }] });
  const made = store.create("pods", pod());
  expect(made.spec).toMatchObject({
    serviceAccountName: "default",
    imagePullSecrets: [{ name: "regcred" }, { name: "other" }],
    enableServiceLinks: true,
    containers: [{ imagePullPolicy: "Always", volumeMounts: [{ readOnly: true }] }],
  });
  expect(made.status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  const own = store.create("pods", {
    ...pod({ imagePullSecrets: [{ name: "" }] }),
    metadata: { name: "b", namespace: "shop" },
  });
  expect(at(own, "spec", "imagePullSecrets")).toEqual([{ name: "" }]);
  store.patch("serviceaccounts", "shop", "default", (draft) => {
    draft.imagePullSecrets = [];
  });
  expect(at(store.get("pods", "shop", "web"), "spec", "imagePullSecrets", 0, "name")).toBe("regcred");
});

test("the policy of an image stays when the image is changed", () => {
  const store = openStore();
  store.create("pods", pod());
  const changed = store.patch("pods", "shop", "web", (draft) => {
    Object.assign(at(draft, "spec", "containers", 0) ?? {}, { image: "nginx:1.25" });
  });
  expect(at(changed, "spec", "containers", 0)).toMatchObject({
    image: "nginx:1.25",
    imagePullPolicy: "Always",
  });
});

const POD = 'Pod "web" is invalid: ';
test.each([
  [
    "an unknown account",
    () => pod({ serviceAccountName: "ci" }),
    'pods "web" is forbidden: error looking up service account shop/ci: serviceaccount "ci" not found',
  ],
  ["no containers", () => pod({ containers: [] }), `${POD}spec.containers: Required value`],
  [
    "a container name",
    () => pod({ containers: [{ name: "App", image: "x" }] }),
    /^Pod "web" is invalid: spec.containers\[0\].name: Invalid value: "App": a lowercase RFC 1123 label must consist/,
  ],
  [
    "two troubles",
    () => pod({ containers: [{ image: "" }] }),
    `${POD}[spec.containers[0].name: Required value, spec.containers[0].image: Required value]`,
  ],
  [
    "a policy",
    () => pod({ containers: [{ name: "a", image: "x", imagePullPolicy: "always" }] }),
    `${POD}spec.containers[0].imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"`,
  ],
  [
    "a volume that is not there",
    () => pod({ containers: [{ name: "a", image: "x", volumeMounts: [{ name: "v", mountPath: "/v" }] }] }),
    `${POD}spec.containers[0].volumeMounts[0].name: Not found: "v"`,
  ],
  [
    "a namespace that is not there",
    () => ({ ...pod(), metadata: { name: "web", namespace: "shp" } }),
    'namespaces "shp" not found',
  ],
])("a pod is refused for %s", (_, make, words) => {
  const said = refusal(() => openStore().create("pods", make()));
  if (typeof words === "string") expect(said).toBe(words);
  else expect(said).toMatch(words);
});

test("a running pod's spec may change its images and little else", () => {
  const store = openStore();
  store.create("pods", pod());
  const said = refusal(() =>
    store.patch("pods", "shop", "web", (draft) => {
      Object.assign(at(draft, "spec") ?? {}, { imagePullSecrets: [{ name: "late" }] });
    }),
  );
  expect(said).toMatch(
    /^Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
  );
});

test.each([
  ["selector", deployment({ selector: undefined }), "spec.selector: Required value"],
  [
    "labels",
    deployment({ selector: { matchLabels: { app: "x" } } }),
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    "replicas",
    deployment({ replicas: -1 }),
    "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
  ],
])("a deployment is refused for its %s", (_, object, words) => {
  expect(refusal(() => openStore().create("deployments.apps", object))).toBe(
    `Deployment.apps "web" is invalid: ${words}`,
  );
});

test("workloads are completed down to their templates", () => {
  const store = openStore();
  const made = store.create("deployments.apps", deployment());
  expect(made.spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    template: { spec: { restartPolicy: "Always", containers: [{ imagePullPolicy: "IfNotPresent" }] } },
  });
  expect(at(made, "spec", "template", "spec", "serviceAccountName")).toBeUndefined();
  const job = store.create("jobs.batch", {
    metadata: { name: "once", namespace: "shop" },
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "b" }] } } },
  });
  expect(job.spec).toMatchObject({
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    selector: { matchLabels: {} },
  });
  expect(at(job, "spec", "template", "metadata", "labels", "job-name")).toBe("once");
});

test("what is typed as text in a secret is kept encoded", () => {
  const secret = openStore().create("secrets", {
    metadata: { name: "s", namespace: "shop" },
    data: { a: "eA==" },
    stringData: { b: "y" },
  });
  expect(secret).toMatchObject({ type: "Opaque", data: { a: "eA==", b: "eQ==" } });
  expect(secret.stringData).toBeUndefined();
});

test("services get addresses of their own", () => {
  const store = openStore();
  const make = (name: string) =>
    at(
      store.create("services", { metadata: { name, namespace: "shop" }, spec: { ports: [{ port: 80 }] } }),
      "spec",
      "clusterIP",
    );
  expect([make("a"), make("b")]).toEqual(["10.96.1.0", "10.96.1.1"]);
});
