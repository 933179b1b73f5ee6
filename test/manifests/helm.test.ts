// Charts: the value that makes the image, found by rendering with the real helm, and by text where there is none.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyManifestChange } from "../../src/manifests/edit.js";
import { planManifestChange } from "../../src/manifests/plan.js";
import { type Files, folderOf } from "../folder.js";
import { unpackHelm } from "../kubectl.js";
import { carriedOut, checkoutOf, declined, image, planned, pullSecret } from "./checkout.js";

const helm = unpackHelm(32);
const tools = { helm };

const rendered = (folder: string, ...args: readonly string[]): string =>
  execFileSync(helm, ["template", "checkout", join(folder, "charts/checkout"), "-n", "shop", ...args], {
    encoding: "utf8",
  });

const places = (edits: readonly { readonly file: string; readonly line: number }[]): readonly string[] =>
  edits.map(({ file, line }) => `${file}:${line}`);

/** A chart of one template, with these values. */
const chart = (values: string, line: string, others: Files = {}): string =>
  folderOf({
    "c/Chart.yaml": 'apiVersion: v2\nname: checkout\nversion: 1.0.0\nappVersion: "1.1"\n',
    "c/values.yaml": values,
    "c/templates/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          ${line}
`,
    ...others,
  });

const own = (from: string, to: string) => image({ container: "checkout", from, to });

describe("with helm", () => {
  test("the values that Argo CD names are edited, and the chart renders the wanted image", async () => {
    const folder = checkoutOf("helm");
    const before = rendered(folder, "-f", join(folder, "charts/checkout/values-prod.yaml"));
    const plan = planned(await planManifestChange(folder, image(), tools));
    expect(plan.how).toBe("helm-values");
    expect(plan.why).toBe(
      "charts/checkout/values-prod.yaml:4 sets image.tag of chart checkout with charts/checkout/values-prod.yaml as Application shop-checkout installs it (helm template)",
    );
    expect(carriedOut(plan)["charts/checkout/values-prod.yaml"]).toContain("  tag: 'v2.4.1'\n");
    applyManifestChange(plan);
    const after = rendered(folder, "-f", join(folder, "charts/checkout/values-prod.yaml"));
    expect(after).toBe(before.replace("checkout:v2.4.l", "checkout:v2.4.1"));
  });

  test("without a word about values files, each file of values is tried", async () => {
    const { "apps/checkout.yaml": _app, ...files } = (await import("./checkout.js")).treeFiles("helm");
    const plan = planned(await planManifestChange(folderOf(files), image(), tools));
    expect(places(plan.edits)).toEqual(["charts/checkout/values-prod.yaml:4"]);
    const staging = image({ from: "registry.example.com/shop/checkout:v2.5.0-rc.1" });
    const other = planned(await planManifestChange(folderOf(files), staging, tools));
    expect(carriedOut(other)["charts/checkout/values-staging.yaml"]).toBe("image: {tag: v2.4.1}\n");
  });

  test("two files of values that come to the same are told, not edited", async () => {
    const folder = chart("image: nginx:1\n", "image: {{ .Values.image }}", {
      "c/values-a.yaml": "image: nginx:2\n",
      "c/values-b.yaml": "image: nginx:2\n",
    });
    const answer = declined(await planManifestChange(folder, own("nginx:2", "nginx:3"), tools));
    expect(answer.candidates.flatMap(({ edits }) => places(edits))).toEqual([
      "c/values-a.yaml:1",
      "c/values-b.yaml:1",
    ]);
  });

  test("an empty tag is filled in before the chart's appVersion is touched", async () => {
    const line =
      'image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';
    const folder = chart('image:\n  repository: shop/app\n  tag: "" # none\n', line);
    const plan = planned(await planManifestChange(folder, own("shop/app:1.1", "shop/app:1.10"), tools));
    expect(carriedOut(plan)["c/values.yaml"]).toBe('image:\n  repository: shop/app\n  tag: "1.10" # none\n');
  });

  test("the chart's appVersion, where values have no tag", async () => {
    const folder = chart("name: shop/app\n", 'image: "{{ .Values.name }}:v{{ .Chart.AppVersion }}"');
    const plan = planned(await planManifestChange(folder, own("shop/app:v1.1", "shop/app:v1.2"), tools));
    expect(carriedOut(plan)["c/Chart.yaml"]).toContain('appVersion: "1.2"\n');
  });

  test("a number that loses its zero is the tag that it comes to, and gets quotes", async () => {
    const folder = chart("tag: 1.10   # careful\n", 'image: "shop/app:{{ .Values.tag }}"');
    const plan = planned(await planManifestChange(folder, own("shop/app:1.1", "shop/app:1.10"), tools));
    expect(carriedOut(plan)["c/values.yaml"]).toBe('tag: "1.10"   # careful\n');
  });

  test.each([
    ["image: nginx:1 # pinned", "image: nginx:2 # pinned"],
    ['image: "{{ .Values.repo }}:1"', 'image: "{{ .Values.repo }}:2"'],
  ])("a template that says %s itself", async (before, after) => {
    const folder = chart("repo: nginx\n", before);
    const plan = planned(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(plan.why).toBe("c/templates/app.yaml:10 sets it in a template of chart checkout (helm template)");
    expect(carriedOut(plan)["c/templates/app.yaml"]).toContain(`          ${after}\n`);
    expect(planned(await planManifestChange(folder, own("nginx:1", "nginx:2"), {})).edits).toEqual(
      plan.edits,
    );
  });

  test("a tag without a value", async () => {
    const folder = chart(
      "image:\n  tag:   # none yet\n  pull: x\n",
      'image: "shop/app:{{ .Values.image.tag | default .Chart.AppVersion }}"',
    );
    const plan = planned(await planManifestChange(folder, own("shop/app:1.1", "shop/app:v2"), tools));
    expect(carriedOut(plan)["c/values.yaml"]).toBe("image:\n  tag: v2   # none yet\n  pull: x\n");
  });

  test("another registry and tag: two values of one mapping", async () => {
    const line =
      'image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"';
    const values =
      "other:\n  registry: k8s.gcr.io\nimage:\n  tag: v1 # t\n  repository: pause\n  registry: k8s.gcr.io # old\n";
    const plan = planned(
      await planManifestChange(
        chart(values, line),
        own("k8s.gcr.io/pause:v1", "registry.k8s.io/pause:v2"),
        tools,
      ),
    );
    expect(carriedOut(plan)["c/values.yaml"]).toBe(
      "other:\n  registry: k8s.gcr.io\nimage:\n  tag: v2 # t\n  repository: pause\n  registry: registry.k8s.io # old\n",
    );
  });

  test("a digest beside the tag", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const line =
      'image: "{{ .Values.repo }}{{ if .Values.digest }}@{{ .Values.digest }}{{ else }}:{{ .Values.tag }}{{ end }}"';
    const folder = chart('repo: shop/app\ntag: v1\ndigest: ""\n', line);
    const plan = planned(await planManifestChange(folder, own("shop/app:v1", `shop/app@${digest}`), tools));
    expect(carriedOut(plan)["c/values.yaml"]).toBe(`repo: shop/app\ntag: v1\ndigest: "${digest}"\n`);
  });

  test("values of a chart within the chart", async () => {
    const folder = chart("child:\n  image: nginx:1\n", "image: busybox:1", {
      "c/charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 1.0.0\n",
      "c/charts/child/values.yaml": "image: nginx:0\n",
      "c/charts/child/templates/pod.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}-child}\nspec:\n  containers:\n    - {name: web, image: {{ .Values.image }}}\n",
    });
    const change = image({
      kind: "Pod",
      name: "checkout-child",
      container: "web",
      from: "nginx:1",
      to: "nginx:2",
    });
    const plan = planned(
      await planManifestChange(folder, { ...change, managedBy: [{ tool: "helm", name: "checkout" }] }, tools),
    );
    expect(carriedOut(plan)["c/values.yaml"]).toBe("child:\n  image: nginx:2\n");
  });

  test("an anchor in values: what else changes is told", async () => {
    const folder = chart(
      "web: &img nginx:1\nside: *img\n",
      "image: {{ .Values.web }}\n        - name: side\n          image: {{ .Values.side }}",
    );
    const answer = declined(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(answer.lookedAt.join("\n")).toContain("line 1 has the anchor &img, which line 2 uses as well");
  });

  test("values in a HelmRelease of Flux win over the chart's", async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: checkout
  namespace: shop
spec:
  chart:
    spec:
      chart: ./c
  values:
    # by hand
    image: {tag: v1}
`;
    const folder = chart("image: {tag: v0}\n", 'image: "shop/app:{{ .Values.image.tag }}"', {
      "release.yaml": release,
    });
    const plan = planned(await planManifestChange(folder, own("shop/app:v1", "shop/app:v2"), tools));
    expect(carriedOut(plan)["release.yaml"]).toBe(release.replace("{tag: v1}", "{tag: v2}"));
  });

  test("values files of an application that are not here leave open what is set", async () => {
    const app = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: checkout}
spec:
  destination: {namespace: shop}
  source: {path: c, helm: {valueFiles: [values.yaml, ../prod.yaml]}}
`;
    const files = { "app.yaml": app };
    const folder = chart("image: nginx:1\n", "image: {{ .Values.image }}", files);
    const answer = declined(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(answer.lookedAt).toContain("app.yaml names values that are not here: prod.yaml");
    const ignoring = { "app.yaml": app.replace("{valueFiles", "{ignoreMissingValueFiles: true, valueFiles") };
    const other = chart("image: nginx:1\n", "image: {{ .Values.image }}", ignoring);
    expect(planned(await planManifestChange(other, own("nginx:1", "nginx:2"), tools)).how).toBe(
      "helm-values",
    );
  });

  test("another chart of a repository is not the folder of its name", async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: checkout, namespace: shop}
spec:
  chart: {spec: {chart: c, sourceRef: {kind: HelmRepository, name: x}}}
  values: {image: "nginx:1"}
`;
    const folder = chart("image: busybox\n", "image: {{ .Values.image }}", { "release.yaml": release });
    const answer = declined(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(answer.lookedAt).toContain("release.yaml:6 mentions nginx:1");
  });

  test("parameters of an application, which come last, are respected", async () => {
    const app = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: checkout}
spec:
  destination: {namespace: shop}
  source:
    path: c
    helm:
      parameters: [{name: image, value: "nginx:1"}]
`;
    const folder = chart("image: nginx:1\n", "image: {{ .Values.image }}", { "app.yaml": app });
    const answer = declined(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(answer.lookedAt).toContain(
      "app.yaml has helm.parameters, which win over values and are not followed",
    );
  });

  test("a pull secret goes into the list that the template reads, in the form that it wants", async () => {
    const folder = checkoutOf("helm");
    const plan = planned(await planManifestChange(folder, pullSecret(), tools));
    applyManifestChange(plan);
    expect(rendered(folder)).toContain("      imagePullSecrets:\n        - name: regcred\n");
    const names = chart(
      "global:\n  imagePullSecrets:\n    - old\n",
      "image: x\n      imagePullSecrets:{{ range .Values.global.imagePullSecrets }}\n        - name: {{ . }}{{ end }}",
    );
    const found = planned(await planManifestChange(names, pullSecret(), tools));
    expect(carriedOut(found)["c/values.yaml"]).toBe(
      "global:\n  imagePullSecrets:\n    - old\n    - regcred\n",
    );
  });

  test("a chart that cannot be rendered says why, and the text of its templates decides", async () => {
    const folder = chart(
      "image: nginx:1\n",
      'image: {{ .Values.image }}\n{{ required "a name is needed" .Values.name }}',
    );
    const plan = planned(await planManifestChange(folder, own("nginx:1", "nginx:2"), tools));
    expect(plan.why).toContain("by the text of its templates");
    expect(plan.why).toContain("a name is needed");
  });
});

describe("without helm", () => {
  test.each([
    ["image: nginx:1\n", "image: {{ .Values.image }}", "image: nginx:2\n"],
    [
      "image: {repository: nginx, tag: '1'}\n",
      'image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
      "image: {repository: nginx, tag: '2'}\n",
    ],
    [
      "a:\n  b: nginx # c\n  version: 1\n",
      "image: {{ $.Values.a.b }}:{{- .Values.a.version | toString }}",
      'a:\n  b: nginx # c\n  version: "2"\n',
    ],
    ["tag: \n", 'image: "nginx:{{ default "1" .Values.tag }}"', 'tag: "2" \n'],
  ])("a reference to values that can be read: %j", async (values, line, after) => {
    const plan = planned(await planManifestChange(chart(values, line), own("nginx:1", "nginx:2"), {}));
    expect(plan.why).toContain("by the text of its templates: helm is not on PATH");
    expect(carriedOut(plan)["c/values.yaml"]).toBe(after);
  });

  test("a template that calls others is beyond these rules, and says what would settle it", async () => {
    const answer = declined(await planManifestChange(checkoutOf("helm"), image(), {}));
    expect(answer.candidates).toEqual([]);
    expect(answer.lookedAt).toContain(
      'charts/checkout/templates/deployment.yaml:22 is {{ include "checkout.image" . | quote }}: helm would settle what it comes to',
    );
    expect(answer.lookedAt).toContain("charts/checkout/values-prod.yaml:4 mentions v2.4.l");
  });

  test("another kind, another container, another image: nothing", async () => {
    const folder = chart("image: nginx:1\n", "image: {{ .Values.image }}");
    for (const change of [
      own("nginx:9", "nginx:2"),
      { ...own("nginx:1", "nginx:2"), kind: "DaemonSet" },
      image({ from: "nginx:1", to: "nginx:2" }),
    ]) {
      expect(declined(await planManifestChange(folder, change, {})).candidates).toEqual([]);
    }
  });
});
