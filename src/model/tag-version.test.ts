import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newestFirst } from "./tag-version.js";

describe("newest first", () => {
  test.each([
    [["1.9", "1.10", "1.2.3"], "1.10 1.9 1.2.3"],
    [
      ["1.27", "1.27.0", "1.27-alpine", "1.27.0-rc.1", "1.27.0-rc.10", "1.27.0-rc.2"],
      "1.27.0 1.27 1.27-alpine 1.27.0-rc.10 1.27.0-rc.2 1.27.0-rc.1",
    ],
    [["v2.4.0", "v2.4.1", "2.4.2"], "2.4.2 v2.4.1 v2.4.0"],
    [["2026-10-31", "2026-11-03", "20261104"], "20261104 2026-11-03 2026-10-31"],
    [["latest", "main", "1.0"], "1.0 latest main"],
    [["deadbeef1", "0a1b2c3d", "1"], "1 0a1b2c3d deadbeef1"],
    [["1.0-beta", "1.0-bookworm", "1.0"], "1.0 1.0-bookworm 1.0-beta"],
  ])("%j", (tags, expected) => {
    expect(newestFirst(tags).join(" ")).toBe(expected);
  });

  test("the order of the list that came makes no difference, and nothing is lost", () => {
    const tag = fc.stringMatching(/^[\w][\w.-]{0,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(tag, { maxLength: 12 }), (tags) => {
        const sorted = newestFirst(tags);
        expect(newestFirst([...tags].reverse())).toEqual(sorted);
        expect([...sorted].sort()).toEqual([...tags].sort());
      }),
    );
  });
});
