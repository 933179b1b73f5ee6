import { describe, expect, test } from "vitest";
import { type YamlPiece, YamlSplitter, yamlLimits } from "./yaml-split.js";

function pieces(text: string): YamlPiece[] {
  const splitter = new YamlSplitter();
  const found: YamlPiece[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    found.push(...splitter.push(line, at + 1));
    if (splitter.hasGivenUp) return found;
  }
  return [...found, ...splitter.end()];
}

describe("what a stream holds", () => {
  test("documents between dashes, with the lines they begin at", () => {
    expect(pieces("---\nkind: A\n---\n# nothing\n---\nkind: B\nspec: {x: 1}\n...\n")).toEqual([
      { is: "document", value: { kind: "A" }, line: 2 },
      { is: "document", value: { kind: "B", spec: { x: 1 } }, line: expect.any(Number) },
    ]);
  });

  test.each([
    ["at the margin, as kubectl writes them", ""],
    ["further in, as others do", "  "],
  ])("a list item by item, dashes %s", (_how, indent) => {
    const items = ["- kind: Pod", "  spec:", "    args:", "    - a", "- kind: Pod"].map(
      (line) => indent + line,
    );
    const found = pieces(["apiVersion: v1", "items:", ...items, "kind: List"].join("\n"));
    expect(found).toEqual([
      { is: "item", value: { kind: "Pod", spec: { args: ["a"] } }, line: 3 },
      { is: "item", value: { kind: "Pod" }, line: 7 },
      { is: "document", value: { apiVersion: "v1", kind: "List" }, line: 1, items: 2 },
    ]);
  });

  test("what has no part in a pull is not even parsed", () => {
    const found = pieces("kind: Pod\nmetadata:\n  managedFields:\n  - {bad: [\n    f:x: {}\n  name: web\n");
    expect(found).toEqual([{ is: "document", value: { kind: "Pod", metadata: { name: "web" } }, line: 1 }]);
  });
});

describe("what is wrong with a stream", () => {
  test("a list that was cut: its whole items count, half of one does not", () => {
    const found = pieces("apiVersion: v1\nitems:\n- kind: Pod\n  name: a\n- kind: Pod\n  name: b\n- kind: P");
    expect(found.map((one) => one.is)).toEqual(["item", "item", "broken"]);
    expect(found[2]).toEqual({
      is: "broken",
      why: "ends in the middle of a list, after 2 whole items",
      line: 7,
    });
  });

  test.each([
    ["a: b\n  c: d", "is not valid YAML", 1],
    ["kind: Pod\nspec:\n\ta: 1", "is not valid YAML: a tab is used as indentation", 3],
    ['kind: "Pod\nx: 1', "is not valid YAML: a closing quote or bracket is missing", 2],
    ["kind: *nothing", "is not valid YAML: an alias names nothing", 1],
  ])("%j", (text, why, line) => {
    const [found] = pieces(text);
    expect(found?.is).toBe("broken");
    expect(found).toMatchObject({ why, line });
  });

  test("what follows a broken document is read", () => {
    expect(pieces("a: [\n---\nkind: Pod").map((one) => one.is)).toEqual(["broken", "document"]);
  });

  test("a bomb of aliases is refused before it is expanded", () => {
    const names = "abcdefghi".split("");
    const lines = names.map((name, at) => {
      const before = names[at - 1];
      const value = before === undefined ? '"lol"' : Array(9).fill(`*${before}`).join(",");
      return `${name}: &${name} [${value}]`;
    });
    expect(pieces(lines.join("\n"))).toEqual([
      {
        is: "broken",
        why: "repeats parts of itself by alias more than 100 times, as a YAML bomb does",
        line: 1,
      },
    ]);
  });

  test.each([
    ["in brackets", `a: ${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["by indentation", Array.from({ length: 3000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
  ])("ten thousand levels %s end in words and not in a full stack", (_how, text) => {
    expect(pieces(text)[0]?.is).toBe("broken");
  });

  test("an object that is too large is refused, and the rest with it", () => {
    const line = `x: ${"y".repeat(1 << 16)}`;
    const found = pieces(
      Array(Math.ceil(yamlLimits.maxObjectBytes / line.length) + 2)
        .fill(line)
        .join("\n"),
    );
    expect(found).toEqual([
      {
        is: "broken",
        why: "holds a single YAML object of more than 8 MB; as JSON it could be larger",
        line: 1,
      },
    ]);
  });

  test("no words of the text stand in what is said", () => {
    expect(JSON.stringify(pieces('password: "hunter2\nx: [hunter2'))).not.toContain("hunter2");
  });
});
