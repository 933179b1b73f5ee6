// Which tag is offered for one that is not there, and which never is.

import { describe, expect, test } from "vitest";
import { suggestTags } from "./suggest.js";

const first = (asked: string, tags: readonly string[], known?: readonly string[]) =>
  suggestTags(asked, tags, known)[0];

describe("a tag that reads almost alike is meant", () => {
  test.each([
    ["v2.4.l", ["v2.3.9", "v2.4.0", "v2.4.1"], "v2.4.1"],
    ["1.O.0", ["0.9.0", "1.0.0", "1.0.1"], "1.0.0"],
    ["2.4.1", ["v2.4.0", "v2.4.1", "v2.5.0"], "v2.4.1"],
    ["V3", ["v2", "v3"], "v3"],
    ["1.27", ["1.27.0", "1.27.1"], "1.27.0"],
    ["prodution", ["staging", "production"], "production"],
    ["bullsey", ["bookworm", "bullseye"], "bullseye"],
  ])("%s", (asked, tags, wanted) => {
    expect(first(asked, tags)).toMatchObject({ tag: wanted, is: "typo" });
  });
});

describe("another version is near, and no more than that", () => {
  test.each([
    ["1.99", ["1.26", "1.27", "1.9"], "1.27"],
    ["v2.4.2", ["v2.3.9", "v2.4.0", "v2.4.1", "v3.0.0"], "v2.4.1"],
    ["7.4-alpine", ["7.2", "7.2-alpine", "7.3", "6.0-alpine"], "7.2-alpine"],
    ["2026.11.4", ["2026.9.30", "2026.11.3"], "2026.11.3"],
    ["b4712", ["b4711", "b310"], "b4711"],
    ["0.1", ["1.0", "1.1"], "1.1"],
  ])("%s", (asked, tags, wanted) => {
    expect(first(asked, tags)).toMatchObject({ tag: wanted, is: "near" });
  });

  test("a version before, and the newest", () => {
    expect(suggestTags("1.5", ["1.4", "1.6", "2.0"]).map(({ tag }) => tag)).toEqual(["1.4", "2.0"]);
  });
});

describe("never offered", () => {
  test.each([
    ["latst", ["latest"]],
    ["1.2", ["latest", "latest-alpine", "stable", "main", "edge-1.2", "nightly"]],
    ["v1", [`sha256-${"a".repeat(64)}.sig`, `sha256-${"b".repeat(64)}`]],
    ["1.27-alpine", ["1.27-bookworm"]],
    ["worker-a", ["worker-b2"]],
    ["deadbeef1", ["deadbeef2"]],
    ["v1", []],
  ])("%s", (asked, tags) => {
    expect(suggestTags(asked, tags)).toEqual([]);
  });
});

test("what runs in the cluster is offered last, when the repository has it", () => {
  expect(suggestTags("blue", ["green-7", "red"], ["green-7", "gone"])).toEqual([
    { tag: "green-7", is: "near", why: "runs in this cluster" },
  ]);
});

test("a hundred thousand tags of hostile shape take no time to speak of", () => {
  const tags = Array.from({ length: 100_000 }, (_, at) => `${"1.".repeat(40)}${at}-${"a".repeat(40)}`);
  expect(suggestTags("1".repeat(128), tags)).toEqual([]);
});
