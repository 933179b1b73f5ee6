// The fast reader against the whole parser: where it answers at all, it answers the same.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { cases } from "../../test/recordings/load.js";
import { parsePlainYaml } from "./yaml-plain.js";

const whole = (text: string): unknown => {
  const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false });
  return document.errors.length > 0 ? undefined : document.toJS();
};

const plain = (text: string): unknown => parsePlainYaml(text.split("\n"));

/** Undefined when it was refused; fails when it differs. */
function agreed(text: string): boolean {
  const value = plain(text);
  if (value === undefined) return false;
  expect(value, text).toEqual(whole(text));
  return true;
}

test("the objects of recordings, at the widths that writers use", async () => {
  const folder = await cases()[0]?.folder();
  const root = dirname(folder ?? "");
  let [read, all] = [0, 0];
  for (const id of readdirSync(root).filter((_, at) => at % 5 === 0)) {
    for (const name of ["final-pod.json", "final-events.json", "node.json"]) {
      const parsed: unknown = JSON.parse(readFileSync(join(root, id, name), "utf8"));
      for (const lineWidth of [0, 80]) {
        all++;
        if (agreed(stringify(parsed, { lineWidth }))) read++;
      }
    }
  }
  expect(all).toBe(168);
  // Wide texts are what kubectl's writer makes; folded ones with blank lines or > are refused.
  expect(read).toBeGreaterThan(all * 0.6);
});

test.each([
  "a: 1\nb: -2.5\nc: 1e3\nd: .5\ne: 007\nf: 1_0\ng: 0\nh: +1\ni: 1.\nj: -0",
  "a: true\nb: False\nc: yes\nd: null\ne: ~\nf:\ng: ''\nh: \"\"\ni: {}\nj: []",
  "a: 2026-11-21T19:53:34Z\nb: 10:30\nc: http://x/y:1\nd: a#b\ne: -x\nf: a, b\ng: a]b",
  "- a\n- b: 1\n  c: 2\n- - d\n  - e\n-\n  f: 1\n- \"g: h\"\n- 'i'",
  "a:\n- 1\n- 2\nb:\n  - 3\nc:\n    d:\n        e: 1",
  "a: |\n  one\n    two\n  three\nb: |-\n  four\nc: |+\n  five",
  "message: 'rpc error: code = NotFound desc = failed to pull \"x\":\n  it''s not found'\nreason: Failed",
  'message: "a \\"quoted\\" \\\\ text\n  that goes on"\nb: "\\u0041\\n"',
  "message: Back-off pulling image\n  and more words\nb: 1",
  '\'quoted key\': 1\n"other": 2\nkubernetes.io/arch: amd64\na b: 3\n\'k:{"x":"y"}\': {}',
  "\n\na: 1\n\n",
])("agrees on %j", (text) => {
  expect(agreed(text)).toBe(true);
});

test.each([
  "a: &x 1\nb: *x",
  "a: !!str 1",
  "a: {b: 1}",
  "a: [1, 2]",
  "a: >\n  folded\n  text",
  "a: |2\n    indented",
  "a: 'one\n\n  two'",
  "a: 1 # comment",
  "# comment\na: 1",
  'a: "\\x41"',
  'a: "one\\\n  two"',
  "a: 0x1F\nb: 0o17\nc: .inf",
  "1: a\ntrue: b",
  "? a\n: b",
  "a:\n  just text",
  "just text",
  "a: b: c",
  "a:\tb",
  "a: 1\n   b: 2",
  "__proto__: 1",
  "a: |\n  x\n\n  y",
])("leaves %j to the whole parser", (text) => {
  expect(plain(text)).toBeUndefined();
});

describe("whatever it is given", () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ": ",
      " #",
      "- x",
      "a: b",
      "'",
      '"',
      "|",
      ">",
      "null",
      "1",
      "1e5",
      "\n",
      "a\nb",
      "  x ",
      "{}",
      "[",
      "@",
      "---",
      "\\",
      "é\u2028",
    ),
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      nasty,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(nasty, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  test("any tree, as the writer puts it", () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 20, 80), fc.boolean(), (value, lineWidth, indentSeq) => {
        agreed(stringify(value, { lineWidth, indentSeq, minContentWidth: 0 }));
      }),
      { numRuns: 500 },
    );
  });

  test("any lines at all", () => {
    const line = fc
      .tuple(fc.nat(4), fc.constantFrom("a: ", "b:", "- ", "- c: ", "", "'k': "), nasty)
      .map(([indent, key, text]) => " ".repeat(indent) + key + text);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = lines.join("\n");
        const value = plain(text);
        // Where the whole parser sees an error, the fast one must not see a value.
        if (value !== undefined) expect(value, text).toEqual(whole(text));
      }),
      { numRuns: 1500 },
    );
  });
});
