import { describe, expect, test } from "vitest";
import { escapeInDocument, inert, inertCopy, inertLines } from "./inert.js";

describe("inert", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "\\e[31mred\\e[0m"],
    ["\u001b]8;;http://x\u0007link", "\\e]8;;http://x\\x07link"],
    ["one\ntwo\r\nthree", "one\\ntwo\\r\\nthree"],
    ["a\tb", "a b"],
    ["\u009b2J", "\\x9b2J"],
    ["user\u202egpj.exe", "user\\u{202e}gpj.exe"],
    ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["lone \ud800 half", "lone \\u{d800} half"],
    ["grüße 日本 🙂", "grüße 日本 🙂"],
  ])("%j is shown as %j", (text, shown) => {
    expect(inert(text)).toBe(shown);
  });
});

test("inertLines keeps line ends and drops empty lines", () => {
  expect(inertLines("one\r\n\n  two \u001b[1m\n")).toEqual(["one", "  two \\e[1m"]);
});

test("inertCopy reaches every string, and leaves dates and numbers", () => {
  const at = new Date(0);
  const copy = inertCopy({ a: ["x\u0007"], quote: "1\n2\u0007", at, n: 1, deep: { b: "\u202e" } });
  expect(copy).toEqual({ a: ["x\\x07"], quote: "1\n2\\x07", at, n: 1, deep: { b: "\\u{202e}" } });
});

test("escapeInDocument changes no value that JSON reads back", () => {
  const value = { text: "\u001b[0m \u009b \u202e \u{e0041} \ud800 é" };
  const document = escapeInDocument(JSON.stringify(value));
  expect(JSON.parse(document)).toEqual(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(document).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});
