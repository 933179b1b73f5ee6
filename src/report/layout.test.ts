import { describe, expect, test } from "vitest";
import { ends, fold, shorten, widthOf, wrap, wrapAroundCommands } from "./layout.js";

describe("wrap", () => {
  test("breaks at spaces and leaves a long word whole", () => {
    expect(wrap("the image registry.example.com/a/b:c is not there", 20)).toEqual([
      "the image",
      "registry.example.com/a/b:c",
      "is not there",
    ]);
  });

  test("counts columns, not characters", () => {
    expect(wrap("日本 日本 日本", 9)).toEqual(["日本 日本", "日本"]);
  });

  test("of nothing is no line", () => {
    expect(wrap("  ", 10)).toEqual([]);
  });
});

describe("wrapAroundCommands", () => {
  test("keeps a command whole, with what follows it at once", () => {
    expect(wrapAroundCommands("list them: `skopeo list-tags docker://a/b`; or look", 20)).toEqual([
      "list them:",
      "`skopeo list-tags docker://a/b`;",
      "or look",
    ]);
  });

  test("takes a lone backtick for a letter", () => {
    expect(wrapAroundCommands("a ` b c", 3)).toEqual(["a `", "b c"]);
  });
});

describe("fold", () => {
  test("breaks long words of foreign text", () => {
    expect(fold("x".repeat(25), 10, 5, "…")).toEqual(["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
  });

  test("goes on behind the rest of a long word, on its line", () => {
    expect(fold(`ask ${"x".repeat(25)}: 403 no`, 10, 9, "…")).toEqual([
      "ask",
      "x".repeat(10),
      "x".repeat(10),
      "xxxxx: 403",
      "no",
    ]);
  });

  test("keeps the end, where the cause stands, when there are too many lines", () => {
    const text = Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ");
    const lines = fold(text, 20, 4, "…");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^word0 .*…$/);
    expect(lines.at(-1)).toContain("word39");
    expect(lines.every((line) => widthOf(line) <= 20)).toBe(true);
  });
});

describe("ends", () => {
  test("puts the right end at the margin", () => {
    expect(ends("left", "right", 20)).toBe("left           right");
  });

  test("moves it to its own line when there is no room", () => {
    expect(ends("a long left end", "right", 18)).toBe("a long left end\n             right");
  });
});

test("shorten never cuts a character of several code points", () => {
  expect(shorten("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5, "…")).toBe("👩‍👩‍👧‍👦👩‍👩‍👧‍👦…");
});
