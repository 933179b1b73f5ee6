// Checkouts that nobody wrote by hand, or that somebody wrote to do harm: refused with a reason, and never half-changed.

import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ManifestPlan } from "../../src/manifests/change.js";
import { applyManifestChange, undoManifestChange } from "../../src/manifests/edit.js";
import { planManifestChange } from "../../src/manifests/plan.js";
import { toolsOnPath } from "../../src/manifests/tools.js";
import { ToolError } from "../../src/model/errors.js";
import { folderOf } from "../folder.js";
import { carriedOut, checkoutOf, declined, filesIn, image, planned } from "./checkout.js";

const change = image({ from: "nginx:1", to: "nginx:2" });
const app = (name = "checkout"): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: app, image: nginx:1}]}}}\n`;
const plan = (folder: string) => planManifestChange(folder, change, {});

function refusal(act: () => unknown): ToolError {
  try {
    act();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("it was done");
}

describe("what is found in the folder", () => {
  test("an alias bomb beside the place and in it", async () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 12; at++) {
      const before = String.fromCharCode(96 + at);
      const name = String.fromCharCode(97 + at);
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`);
    }
    const found = planned(
      await plan(folderOf({ "a.yaml": `${bomb.join("\n")}\n${app()}`, "b.yaml": bomb.join("\n") })),
    );
    expect(carriedOut(found)["a.yaml"]).toContain("image: nginx:2");
  });

  test("a document that is an alias of itself", async () => {
    const source = `kind: Deployment\nmetadata: {name: checkout}\nspec: &s\n  template: *s\n  containers:\n  - name: app\n    image: other:1\n  - *s\n`;
    declined(await plan(folderOf({ "a.yaml": source })));
  });

  test("a hundred thousand lines, one document and many", async () => {
    const one = Array.from({ length: 25_000 }, (_, at) =>
      app(`checkout-${at}`).replace("spec: ", "# nothing\nspec: "),
    );
    const folder = folderOf({
      "many.yaml": [...one, app()].join("---\n"),
      "long.yaml": `${"# checkout Deployment app\n".repeat(100_000)}${app("x")}`,
    });
    const found = planned(await plan(folder));
    expect(found.edits).toEqual([expect.objectContaining({ file: "many.yaml", line: 150_004 })]);
  });

  test("brackets without end, tabs, quotes that do not close, control characters", async () => {
    const files = {
      "deep.yaml": `kind: Deployment\nname: checkout\napp: ${"[".repeat(200_000)}`,
      "deep2.yaml": `# Deployment checkout app\n${Array.from({ length: 3000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")}`,
      "tabs.yaml": "kind: Deployment\n\tname: checkout\n\tapp: x\n",
      "quote.yaml": 'kind: "Deployment\nname: checkout app\n',
      "control.yaml": "kind: Deployment\nname: checkout\u0007 app\u001b[31m\n",
      "ok.yaml": app(),
    };
    const found = planned(await plan(folderOf(files)));
    expect(found.edits).toEqual([expect.objectContaining({ file: "ok.yaml" })]);
  });

  test("a chart's template with a name of many braces", async () => {
    const template = (name: string, kind = "Deployment"): string =>
      `kind: ${kind}\nmetadata:\n  name: checkout\nspec:\n  containers:\n  - name: ${name}\n    image: {{ .Values.image }}\n`;
    const folder = folderOf({
      "Chart.yaml": "apiVersion: v2\nname: checkout\nversion: 1.0.0\n",
      "values.yaml": "image: nginx:1\n",
      "templates/braces.yaml": template("{{ ".repeat(300_000), "StatefulSet"),
      "templates/app.yaml": template('{{- "app" -}}'),
    });
    expect(planned(await plan(folder)).edits).toEqual([expect.objectContaining({ file: "values.yaml" })]);
  });

  test("binary files, files in other encodings and large ones are told", async () => {
    const folder = folderOf({
      "bin.yaml": Buffer.concat([Buffer.from(app()), Buffer.from([0, 1, 2])]),
      "utf16.yaml": Buffer.from(app(), "utf16le"),
      "latin1.yaml": Buffer.from(`# ü\n${app()}`, "latin1"),
      "large.yaml": `${app()}${"#".repeat(10 << 20)}`,
    });
    expect(declined(await plan(folder)).lookedAt).toEqual(
      expect.arrayContaining([
        "bin.yaml: a binary file",
        "utf16.yaml: a binary file",
        "latin1.yaml: not UTF-8",
        "large.yaml: larger than 10 MB",
      ]),
    );
  });

  test("names with blanks, quotes, line ends and letters of any kind", async () => {
    const name = 'a "b"\n\t$(touch x) ü.yaml';
    const found = planned(await plan(folderOf({ [name]: app() })));
    expect(found.diff.split("\n")[0]).toBe('--- "a/a \\"b\\"\\n\\t$(touch x) \\303\\274.yaml"\t');
    carriedOut(found);
  });

  test("a link within the folder is one place, a link out of it is none", async () => {
    const outside = folderOf({ "out.yaml": app() });
    const folder = folderOf({ "in.yaml": app() });
    symlinkSync("in.yaml", join(folder, "again.yaml"));
    symlinkSync(join(outside, "out.yaml"), join(folder, "out.yaml"));
    symlinkSync(outside, join(folder, "outside"));
    const found = planned(await plan(folder));
    expect(found.edits.map(({ file }) => file)).toEqual(["in.yaml"]);
    applyManifestChange(found);
    expect(lstatSync(join(folder, "again.yaml")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(outside, "out.yaml"), "utf8")).toBe(app());
    expect(declined(await plan(folder)).lookedAt).toContain("out.yaml: a link that leads out of the folder");
  });

  test("no folder at all", async () => {
    const folder = folderOf({ "a.yaml": app() });
    for (const [place, why] of [
      [join(folder, "none"), "it is not there"],
      [join(folder, "a.yaml"), "it is no folder"],
    ] as const) {
      await expect(plan(place)).rejects.toMatchObject({ code: "manifests-unreadable", why });
    }
  });
});

describe("between the plan and its end", () => {
  test("a file that was changed meanwhile stays, and so do all others", async () => {
    const folder = checkoutOf("plain");
    const found = planned(await planManifestChange(folder, image(), {}));
    const path = join(folder, "shop/checkout.yaml");
    writeFileSync(path, `${readFileSync(path, "utf8")}# more\n`);
    const before = filesIn(folder);
    const error = refusal(() => applyManifestChange(found));
    expect([error.code, error.do]).toEqual(["manifest-changed", "run it again; nothing was changed"]);
    expect(filesIn(folder)).toEqual(before);
  });

  test("a file that became a link out of the folder", async () => {
    const folder = folderOf({ "a.yaml": app() });
    const found = planned(await plan(folder));
    const outside = folderOf({ "a.yaml": app() });
    rmSync(join(folder, "a.yaml"));
    symlinkSync(join(outside, "a.yaml"), join(folder, "a.yaml"));
    const error = refusal(() => applyManifestChange(found));
    expect([error.code, error.why]).toEqual([
      "manifest-refused",
      "it is a link that leads out of the folder",
    ]);
    expect(readFileSync(join(outside, "a.yaml"), "utf8")).toBe(app());
  });

  test("a plan that names a file outside", async () => {
    const folder = folderOf({ "in/a.yaml": app(), "b.yaml": app() });
    const found = planned(await plan(join(folder, "in")));
    const moved = (file: string): ManifestPlan => ({
      ...found,
      edits: found.edits.map((edit) => ({ ...edit, file })),
      files: found.files.map((one) => ({ ...one, file })),
    });
    expect(refusal(() => applyManifestChange(moved("../b.yaml"))).code).toBe("manifest-refused");
    expect(refusal(() => applyManifestChange(moved("none.yaml"))).why).toBe("it is not there");
  });

  test("undo refuses what somebody changed since", async () => {
    const folder = folderOf({ "a.yaml": app() });
    const undo = applyManifestChange(planned(await plan(folder)));
    const path = join(folder, "a.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("nginx:2", "nginx:3"));
    expect(refusal(() => undoManifestChange(undo)).code).toBe("manifest-changed");
    writeFileSync(path, readFileSync(path, "utf8").replace("nginx:3", "nginx:2"));
    undoManifestChange(undo);
    expect(readFileSync(path, "utf8")).toBe(app());
    expect(refusal(() => undoManifestChange(undo)).code).toBe("manifest-changed");
  });

  test("the mode of a file stays, and nothing is left beside it", async () => {
    const folder = folderOf({ "a.yaml": app() });
    chmodSync(join(folder, "a.yaml"), 0o751);
    applyManifestChange(planned(await plan(folder)));
    expect(statSync(join(folder, "a.yaml")).mode & 0o777).toBe(0o751);
    expect(readdirSync(folder)).toEqual(["a.yaml"]);
  });
});

/** Root may do everything; then the rest of a test runs as nobody. */
function withoutRoot(): void {
  if (process.geteuid?.() === 0) process.seteuid?.(65_534);
}

describe("permissions", () => {
  afterEach(() => {
    if (process.getuid?.() === 0) process.seteuid?.(0);
  });

  test("a checkout that is read-only", async () => {
    const folder = folderOf({ "a.yaml": app() });
    chmodSync(folder, 0o555);
    withoutRoot();
    const found = planned(await plan(folder));
    const error = refusal(() => applyManifestChange(found));
    expect([error.code, error.why]).toEqual(["manifest-unwritable", "this user may not"]);
    expect(error.do).toBe(`make ${found.folder} writable; nothing was changed`);
    expect(filesIn(folder)).toEqual({ "a.yaml": app() });
  });

  test("the second of two files cannot be written: the first is put back", async () => {
    const folder = folderOf({ "a/a.yaml": app("a"), "b/b.yaml": app("b") });
    const plans = await Promise.all(
      ["a", "b"].map(async (name) => planned(await planManifestChange(folder, { ...change, name }, {}))),
    );
    const both = {
      ...(plans[0] ?? planned(await plan(folder))),
      edits: plans.flatMap(({ edits }) => edits),
      files: plans.flatMap(({ files }) => files),
    };
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "a"), 0o777);
    chmodSync(join(folder, "b"), 0o555);
    withoutRoot();
    const error = refusal(() => applyManifestChange(both));
    expect(error.what).toBe("b/b.yaml cannot be written");
    expect(error.do).toContain("nothing was changed");
    expect(filesIn(folder)).toEqual({ "a/a.yaml": app("a"), "b/b.yaml": app("b") });
  });

  test("files and folders that may not be read are told", async () => {
    const folder = folderOf({ "a.yaml": app(), "secret.yaml": app(), "locked/b.yaml": app() });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "secret.yaml"), 0);
    chmodSync(join(folder, "locked"), 0);
    withoutRoot();
    const answer = await planManifestChange(folder, { ...change, from: "nginx:9" }, {});
    process.seteuid?.(process.getuid?.() ?? 0);
    chmodSync(join(folder, "locked"), 0o755);
    expect(declined(answer).lookedAt).toEqual(
      expect.arrayContaining(["secret.yaml: this user may not", "locked: this user may not"]),
    );
  });
});

describe("programs on PATH", () => {
  test("are found by their full path, never relative to where one stands", () => {
    const folder = folderOf({ "bin/helm": "#!/bin/sh\n", "other/kubectl": "#!/bin/sh\n", "dir/helm/x": "" });
    chmodSync(join(folder, "bin/helm"), 0o755);
    expect(toolsOnPath({ PATH: `bin:.::${folder}/dir:${folder}/other:${folder}/bin` })).toEqual({
      helm: `${folder}/bin/helm`,
    });
    expect(toolsOnPath({})).toEqual({});
  });

  test("one that fails, prints without end or never ends its output is no answer", async () => {
    const script = (text: string): string => {
      const folder = folderOf({ kubectl: `#!/bin/sh\n${text}\n` });
      chmodSync(join(folder, "kubectl"), 0o755);
      return join(folder, "kubectl");
    };
    const files = { "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": app() };
    for (const [text, why] of [
      ["echo 'error: no way' >&2; exit 1", "error: no way"],
      ["exit 3", "it ended with 3"],
      ["echo {{{", "renders something else"],
    ] as const) {
      const folder = folderOf(files);
      const answer = await planManifestChange(folder, change, { kubectl: script(text) });
      const said = "none" in answer ? answer.lookedAt.join("\n") : answer.why;
      expect(said).toContain(why);
      expect(filesIn(folder)).toEqual(files);
    }
  });

  test("a checkout cannot make a render write into it", async () => {
    const folder = folderOf({ "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": app() });
    const bin = folderOf({ kubectl: '#!/bin/sh\nprintf x >> "$2/a.yaml"\nexit 1\n' });
    chmodSync(join(bin, "kubectl"), 0o755);
    await planManifestChange(folder, change, { kubectl: join(bin, "kubectl") });
    expect(filesIn(folder)["base/a.yaml"]).toBe(app());
  });
});
