// A kubeconfig that is there already: what changes in it, and what is refused.

import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { mergeKubeconfig, withdrawKubeconfig } from "./kubeconfig-merge.js";

const name = "pulldoctor-world";
const ours = (port: number): string =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name, user: { token: `t${port}` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
const theirs = `# kept by hand
apiVersion: v1
kind: Config
clusters:
  - name: prod
    cluster: { server: https://prod.example:6443 } # do not touch
users:
  - name: me
    user: {token: abc}
contexts:
  - {name: prod, context: {cluster: prod, user: me}}
current-context: prod
`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulldoctor-kubeconfig-"));
  path = join(folder, "config");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const text = (): string => readFileSync(path, "utf8");

interface Read {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
  readonly "current-context": string;
}
const read = (): Read => parse(text()) as Read;

describe("mergeKubeconfig", () => {
  test("a file that is not there is written, for its owner alone", () => {
    expect(mergeKubeconfig(path, ours(1), name)).toEqual({ isCurrent: true });
    expect(text()).toBe(ours(1));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("others' entries, comments and current context stay", () => {
    writeFileSync(path, theirs);
    expect(mergeKubeconfig(path, ours(1), name)).toEqual({ isCurrent: false });
    for (const line of ["# kept by hand", "# do not touch", "current-context: prod"])
      expect(text()).toContain(line);
    expect(read().clusters.map((one) => one.name)).toEqual(["prod", name]);
  });

  test("our own entries of an earlier run are replaced", () => {
    writeFileSync(path, theirs);
    mergeKubeconfig(path, ours(1), name);
    mergeKubeconfig(path, ours(2), name);
    expect(read().clusters.map(({ cluster }) => cluster.server)).toEqual([
      "https://prod.example:6443",
      "https://127.0.0.1:2",
    ]);
  });

  test("a file without a current context gets ours, as does an empty one", () => {
    writeFileSync(path, theirs.replace("current-context: prod", 'current-context: ""'));
    expect(mergeKubeconfig(path, ours(1), name).isCurrent).toBe(true);
    expect(read()["current-context"]).toBe(name);
    writeFileSync(path, "");
    mergeKubeconfig(path, ours(1), name);
    expect(read().clusters).toHaveLength(1);
  });

  test("mode and link stay as they are", () => {
    writeFileSync(path, theirs);
    chmodSync(path, 0o640);
    const link = join(folder, "link");
    symlinkSync(path, link);
    mergeKubeconfig(link, ours(1), name);
    expect(read().clusters).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test.each([
    [
      "a context of that name that leads elsewhere",
      theirs.replaceAll("prod", name),
      "kubeconfig-context-taken",
    ],
    ["a list", "- a\n- b\n", "kubeconfig-unreadable"],
    ["no YAML", "a: [", "kubeconfig-unreadable"],
  ])("%s is refused, and the file stays as it was", (_what, before, code) => {
    writeFileSync(path, before);
    expect(() => mergeKubeconfig(path, ours(1), name)).toThrow(expect.objectContaining({ code }));
    expect(text()).toBe(before);
  });
});

describe("withdrawKubeconfig", () => {
  test("leaves what was there before", () => {
    writeFileSync(path, theirs);
    mergeKubeconfig(path, ours(1), name);
    withdrawKubeconfig(path, name);
    expect(parse(text())).toEqual(parse(theirs));
    expect(text()).toContain("# do not touch");
  });

  test("does nothing to a file that has no entries of ours, or is gone", () => {
    writeFileSync(path, theirs);
    withdrawKubeconfig(path, name);
    expect(text()).toBe(theirs);
    withdrawKubeconfig(join(folder, "gone"), name);
    expect(text()).toBe(theirs);
  });
});
