// Plain manifests: many ways to write the same thing, each edited in its own manner.

import { describe, expect, test } from "vitest";
import { planManifestChange } from "../../src/manifests/plan.js";
import { folderOf } from "../folder.js";
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

const plan = (folder: string, change: ReturnType<typeof image> | ReturnType<typeof pullSecret>) =>
  planManifestChange(folder, change, {});

const deployment = (lines: string, name = "checkout"): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n${lines}`;

describe("an image", () => {
  test("in the second document, in double quotes, with a comment behind it", async () => {
    const found = planned(await plan(checkoutOf("plain"), image()));
    expect(found.how).toBe("plain");
    expect(found.edits).toEqual([
      expect.objectContaining({
        file: "shop/checkout.yaml",
        line: 33,
        column: 18,
        before: '"registry.example.com/shop/checkout:v2.4.l"',
        after: '"registry.example.com/shop/checkout:v2.4.1"',
      }),
    ]);
    const files = carriedOut(found);
    expect(
      changedLines(treeFiles("plain")["shop/checkout.yaml"] ?? "", files["shop/checkout.yaml"] ?? ""),
    ).toEqual([
      '-          image: "registry.example.com/shop/checkout:v2.4.l"   # bumped by CI',
      '+          image: "registry.example.com/shop/checkout:v2.4.1"   # bumped by CI',
    ]);
  });

  test("in an item of a List, in flow style", async () => {
    const change = image({
      name: "cart",
      from: "registry.example.com/shop/cart:1.0",
      to: "ghcr.io/shop/cart:1.0",
    });
    const found = planned(await plan(checkoutOf("plain"), change));
    expect(carriedOut(found)["shop/cart.yaml"]).toContain("- {name: app, image: ghcr.io/shop/cart:1.0}");
  });

  test("in JSON, in a CronJob", async () => {
    const change = image({
      kind: "CronJob",
      name: "nightly",
      container: "run",
      from: "registry.example.com/shop/nightly:7",
      to: "registry.example.com/shop/nightly:8",
    });
    const files = carriedOut(planned(await plan(checkoutOf("plain"), change)));
    expect(JSON.parse(files["other/job.json"] ?? "").spec.jobTemplate.spec.template.spec.containers).toEqual([
      { name: "run", image: "registry.example.com/shop/nightly:8" },
    ]);
  });

  test.each([
    ["plain", "image: nginx:1", "image: nginx:2"],
    ["single quotes", "image: 'nginx:1'", "image: 'nginx:2'"],
    ["double quotes", 'image: "nginx:1"', 'image: "nginx:2"'],
    ["a quoted key", '"image":   nginx:1', '"image":   nginx:2'],
    ["a tag", "image: !!str nginx:1", "image: !!str nginx:2"],
    ["an explicit key", "? image\n        : nginx:1", "? image\n        : nginx:2"],
  ])("written as %s stays so", async (_name, before, after) => {
    const source = deployment(`      containers:\n      - name: app\n        ${before} # why\n`);
    const change = image({ from: "nginx:1", to: "nginx:2" });
    const found = planned(await plan(folderOf({ "a.yaml": source }), change));
    expect(carriedOut(found)["a.yaml"]).toBe(source.replace(before, after));
  });

  test("Windows line ends, a byte order mark and letters of several bytes stay", async () => {
    const source = `\ufeff# Größe: 三\r\n${deployment(
      "      containers:\r\n      - name: app # ü\r\n        image: nginx:1 # 😀\r\n",
    ).replace(/\r?\n/g, "\r\n")}`;
    const found = planned(
      await plan(folderOf({ "a.yaml": source }), image({ from: "nginx:1", to: "nginx:2" })),
    );
    expect(carriedOut(found)["a.yaml"]).toBe(source.replace("nginx:1", "nginx:2"));
    expect(found.edits).toEqual([expect.objectContaining({ line: 11, column: 16 })]);
  });

  test("the last line without an end", async () => {
    const source = deployment("      containers: [{name: app, image: nginx:1}]");
    const found = planned(
      await plan(folderOf({ "a.yaml": source }), image({ from: "nginx:1", to: "nginx:2" })),
    );
    expect(carriedOut(found)["a.yaml"]).toBe(source.replace("nginx:1", "nginx:2"));
    expect(found.diff).toContain("\\ No newline at end of file");
  });

  test("the same image under another spelling", async () => {
    const source = deployment("      containers:\n      - name: app\n        image: nginx\n");
    const change = image({ from: "docker.io/library/nginx:latest", to: "nginx:1.27" });
    expect(carriedOut(planned(await plan(folderOf({ "a.yaml": source }), change)))["a.yaml"]).toContain(
      "image: nginx:1.27\n",
    );
  });

  test("of an init container and of a kind that nobody here knows", async () => {
    const source = `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n${deployment("      initContainers:\n      - image: nginx:1\n        name: app\n").split("\n").slice(2).join("\n")}`;
    const change = image({ kind: "Rollout", from: "nginx:1", to: "nginx:2" });
    expect(carriedOut(planned(await plan(folderOf({ "a.yaml": source }), change)))["a.yaml"]).toContain(
      "- image: nginx:2\n",
    );
  });
});

describe("nothing is edited, and why", () => {
  const one = "      containers:\n      - name: app\n        image: nginx:1\n";
  const change = image({ from: "nginx:1", to: "nginx:2" });

  test("where two files could be meant, both are told", async () => {
    const folder = folderOf({ "a/app.yaml": deployment(one), "b/app.yaml": deployment(one) });
    const answer = declined(await plan(folder, change));
    expect(answer.none).toBe(
      "2 places could set it for Deployment shop/checkout, and nothing tells which one is meant",
    );
    expect(answer.candidates.map(({ edits: [edit] }) => `${edit?.file}:${edit?.line}`)).toEqual([
      "a/app.yaml:10",
      "b/app.yaml:10",
    ]);
  });

  test("unless one of them names the namespace", async () => {
    const named = deployment(one).replace("  name: checkout\n", "  name: checkout\n  namespace: shop\n");
    const folder = folderOf({ "a/app.yaml": deployment(one), "b/app.yaml": named });
    expect(planned(await plan(folder, change)).edits).toEqual([
      expect.objectContaining({ file: "b/app.yaml" }),
    ]);
  });

  test("where another namespace is named", async () => {
    const other = deployment(one).replace("  name: checkout\n", "  name: checkout\n  namespace: test\n");
    expect(declined(await plan(folderOf({ "a.yaml": other }), change)).candidates).toEqual([]);
  });

  test("where the file sets another image than the live object has", async () => {
    const answer = declined(
      await plan(folderOf({ "a.yaml": deployment(one) }), image({ from: "nginx:3", to: "nginx:2" })),
    );
    expect(answer.none).toBe(
      "no place that can be edited sets nginx:3 for container app of Deployment shop/checkout",
    );
    expect(answer.lookedAt).toContain(
      "a.yaml:10 sets nginx:1, not nginx:3: the live object has been changed, or it is another place",
    );
  });

  test.each([
    [
      "an alias",
      "      x: &img nginx:1\n      containers:\n      - name: app\n        image: *img\n",
      /line 11 takes it from the anchor &img of line 8/,
    ],
    [
      "an anchor that others use",
      "      containers:\n      - name: app\n        image: &img nginx:1\n      - name: b\n        image: *img\n",
      /line 10 has the anchor &img, which line 12 uses as well/,
    ],
    [
      "a merge",
      "      x: &base {image: nginx:1}\n      containers:\n      - name: app\n        <<: *base\n",
      /line 11 merges it from an anchor/,
    ],
    [
      "an alias of the container",
      "      initContainers:\n      - &c {name: app, image: nginx:1}\n      containers:\n      - *c\n",
      /line 9 has the anchor &c, which line 11 uses as well/,
    ],
    [
      "a block of text",
      "      containers:\n      - name: app\n        image: >-\n          nginx:1\n",
      /line 10 is a block of text/,
    ],
  ])("where the image comes out of %s", async (_name, lines, why) => {
    const answer = await plan(folderOf({ "a.yaml": deployment(lines) }), change);
    expect(declined(answer).lookedAt.join("\n")).toMatch(why);
  });

  test("where the container names an image twice", async () => {
    const answer = declined(
      await plan(folderOf({ "a.yaml": deployment(`${one}        image: nginx:1\n`) }), change),
    );
    expect(answer.lookedAt).toContain("a.yaml:10 is not edited: the container names an image more than once");
  });

  test("where the file is a template of something else", async () => {
    const source = deployment(
      "      containers:\n      - name: app\n        image: {{ image }}:{{ tag }}\n  {% endif %}\n",
    );
    const answer = declined(
      await plan(
        folderOf({ "deploy.yaml": source, "vars.yaml": "tag: v7\nimage: shop/checkout\n" }),
        image({ from: "shop/checkout:v7", to: "shop/checkout:v8" }),
      ),
    );
    expect(answer.lookedAt.join("\n")).toMatch(/deploy\.yaml:\d+ is a template, not YAML/);
    expect(answer.lookedAt).toContain("vars.yaml:1 mentions v7");
  });
});

describe("a pull secret", () => {
  test("goes below `spec:`, so that comments stay with what they are about", async () => {
    const files = carriedOut(planned(await plan(checkoutOf("plain"), pullSecret())));
    expect(files["shop/checkout.yaml"]).toContain(
      "    spec:\n      imagePullSecrets:\n        - name: regcred\n      # proxied by the mesh\n      containers:\n",
    );
  });

  test("of a ServiceAccount comes last", async () => {
    const change = pullSecret({ kind: "ServiceAccount", name: "cart" });
    const files = carriedOut(planned(await plan(checkoutOf("plain"), change)));
    expect(files["shop/cart.yaml"]).toMatch(
      /\n {4}automountServiceAccountToken: false\n {4}imagePullSecrets:\n {6}- name: regcred\n$/,
    );
  });

  test("in JSON stays JSON", async () => {
    const change = pullSecret({ kind: "CronJob", name: "nightly" });
    const files = carriedOut(planned(await plan(checkoutOf("plain"), change)));
    const spec = JSON.parse(files["other/job.json"] ?? "").spec.jobTemplate.spec.template.spec;
    expect(spec.imagePullSecrets).toEqual([{ name: "regcred" }]);
    expect(files["other/job.json"]).not.toMatch(/ $/m);
  });

  test.each([
    [
      "a list that stands in",
      "      imagePullSecrets:\n        - name: a   # old\n      # next\n",
      "      imagePullSecrets:\n        - name: a   # old\n        - name: regcred\n      # next\n",
    ],
    [
      "a list that does not",
      "      imagePullSecrets:\n      - name: a\n",
      "      imagePullSecrets:\n      - name: a\n      - name: regcred\n",
    ],
    [
      "a list in flow style",
      "      imagePullSecrets: [{name: a}] # one\n",
      "      imagePullSecrets: [{name: a}, { name: regcred }] # one\n",
    ],
    [
      "an empty list",
      "      imagePullSecrets: []   # none yet\n",
      "      imagePullSecrets: [{ name: regcred }]   # none yet\n",
    ],
    [
      "a list that is not written",
      "      imagePullSecrets:   # none yet\n",
      "      imagePullSecrets:   # none yet\n      - name: regcred\n",
    ],
  ])("joins %s", async (_name, before, after) => {
    const source = deployment(`${before}      containers:\n      - name: app\n        image: nginx\n`);
    for (const newline of ["\n", "\r\n"]) {
      const [was, is] = [source, source.replace(before, after)].map((text) => text.replaceAll("\n", newline));
      const folder = folderOf({ "a.yaml": was ?? "" });
      expect(carriedOut(planned(await plan(folder, pullSecret())))["a.yaml"]).toBe(is);
    }
  });

  test("of a name that is a number is quoted; JSON lists stay JSON", async () => {
    const source = deployment("      containers: [{name: app, image: nginx}]\n");
    const named = planned(await plan(folderOf({ "a.yaml": source }), pullSecret({ secret: "123" })));
    expect(carriedOut(named)["a.yaml"]).toContain('- name: "123"\n');
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "checkout" },
      imagePullSecrets: [{ name: "a" }],
    };
    const folder = folderOf({ "a.json": JSON.stringify(account, null, 2) });
    const files = carriedOut(
      planned(await plan(folder, pullSecret({ kind: "ServiceAccount", secret: "123" }))),
    );
    expect(JSON.parse(files["a.json"] ?? "").imagePullSecrets).toEqual([{ name: "a" }, { name: "123" }]);
  });

  test("that is there already is told", async () => {
    const source = deployment(
      "      imagePullSecrets: [name: regcred]\n      containers: [{name: app, image: nginx}]\n",
    );
    const answer = declined(await plan(folderOf({ "a.yaml": source }), pullSecret()));
    expect(answer.lookedAt).toContain("a.yaml:1 names secret regcred already: it has not been applied");
  });
});
