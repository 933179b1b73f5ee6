// Our diff against the one that git prints for the same files.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderOf } from "../../test/folder.js";
import type { ManifestEdit } from "./change.js";
import { unifiedDiff } from "./diff.js";
import { spliced } from "./splice.js";

function git(folder: string, ...args: readonly string[]): string {
  const settings = ["core.autocrlf=false", "core.abbrev=7", "user.name=t", "user.email=t@example.com"];
  const env = {
    PATH: process.env.PATH ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  return execFileSync("git", ["-C", folder, ...settings.flatMap((one) => ["-c", one]), ...args], {
    encoding: "utf8",
    env,
  });
}

/** The text between two places of a text becomes another. */
const edit = (file: string, text: string, before: string, after: string): ManifestEdit => {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(before)));
  return { file, line: 1, column: 1, start, end: start + Buffer.byteLength(before), before, after };
};

/** What both print for the same edits. */
function both(
  file: string,
  text: string,
  edits: readonly ManifestEdit[],
  mode = "100644",
): readonly [ours: string, git: string] {
  const folder = folderOf({ [file]: text });
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "x");
  const bytes = readFileSync(join(folder, file));
  const ours = unifiedDiff(folder, [{ file, bytes, edits, mode }]);
  writeFileSync(join(folder, file), spliced(bytes, edits) ?? "");
  return [ours, git(folder, "diff")];
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `${at % 7 === 0 ? "" : "  "}key${at}: ${at}\n`).join("");

describe("the same as git", () => {
  test.each([
    ["in the middle", lines(40), "key20: 20", "key20: twenty"],
    ["at the top", lines(40), "key0: 0", "key0: zero"],
    ["at the end", lines(40), "key39: 39", "key39: x"],
    ["in a short file", "a: 1\nb: 2\n", "b: 2", "b: 3"],
    ["lines put in", lines(30), "key9: 9\n", "key9: 9\n  new: 1\n  new: 2\n"],
    ["no line end at the end", "a: 1\nb: 2", "2", "3"],
    ["a line put in behind a last one without an end", "a: 1\nb: 2", "b: 2", "b: 2\nc:\n- x"],
    ["Windows line ends", lines(20).replaceAll("\n", "\r\n"), "key9: 9", "key9: 8"],
    ["letters of several bytes", `# ${"ü".repeat(50)}\n${lines(20)}`, "key9: 9", "key9: 九"],
    ["a long heading", `${"k".repeat(200)}:\n${lines(6).replaceAll(/^k/gm, " k")}`, "key5: 5", "key5: 6"],
  ])("%s", (_name, text, before, after) => {
    const [ours, theirs] = both("a.yaml", text, [edit("a.yaml", text, before, after)]);
    expect(ours).toBe(theirs);
  });

  test("two places, near and far", () => {
    for (const other of [14, 16, 17, 18, 30]) {
      const text = lines(40);
      const edits = [
        edit("a.yaml", text, "key10: 10", "x: 1"),
        edit("a.yaml", text, `key${other}: ${other}`, "y: 2"),
      ];
      const [ours, theirs] = both("a.yaml", text, edits);
      expect(ours).toBe(theirs);
    }
  });

  test("names with blanks, quotes and letters of several bytes; folders", () => {
    for (const file of ["a b.yaml", 'q"u\\o.yaml', "ü/三.yaml", "a\tb.yaml"]) {
      const [ours, theirs] = both(file, "a: 1\n", [edit(file, "a: 1\n", "1", "2")]);
      expect(ours).toBe(theirs);
    }
  });

  test("any edit of lines that are all different", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      fc.nat({ max: 3 }),
      (count, at, added) => {
        const text = Array.from(
          { length: count },
          (_, index) => `${index % 5 === 0 ? "" : " "}k${index}: v\n`,
        ).join("");
        const key = `k${at % count}: v\n`;
        const put = Array.from({ length: added }, (_, index) => ` new${index}: 1\n`).join("");
        const [ours, theirs] = both("a.yaml", text, [
          edit("a.yaml", text, key, `${key.replace("v", "w")}${put}`),
        ]);
        expect(ours).toBe(theirs);
      },
    );
    fc.assert(property, { numRuns: 15 });
  });
});

test("outside of a git checkout there is no git header", () => {
  const folder = folderOf({ "a.yaml": "a: 1\n" });
  const bytes = Buffer.from("a: 1\n");
  expect(
    unifiedDiff(folder, [
      { file: "a.yaml", bytes, edits: [edit("a.yaml", "a: 1\n", "1", "2")], mode: "100644" },
    ]),
  ).toBe("--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-a: 1\n+a: 2\n");
});
