import { describe, expect, test } from "vitest";
import { lookFor, type Place } from "./signs.js";

const look = (env: Place["env"], more: Partial<Place> = {}, colour: "auto" | "always" | "never" = "auto") =>
  lookFor({ env, isTerminal: true, ...more }, colour, "pulldoctor");

describe("signs follow the locale", () => {
  test.each([
    [{ LANG: "en_GB.UTF-8" }, "✗"],
    [{ LANG: "C.utf8" }, "✗"],
    [{ LANG: "en_GB.UTF-8", LC_ALL: "C" }, "x"],
    [{ LC_CTYPE: "de_DE.UTF-8", LANG: "C" }, "✗"],
    [{ LANG: "de_DE.ISO-8859-1" }, "x"],
    [{}, "x"],
    [{ OS: "Windows_NT" }, "✗"],
  ])("%j", (env, sign) => {
    expect(look(env).signs.problem).toBe(sign);
  });
});

describe("colour", () => {
  const isColoured = (shown: ReturnType<typeof look>): boolean => shown.paint.problem("x") !== "x";

  test("is used on a terminal only", () => {
    expect(isColoured(look({ TERM: "xterm" }))).toBe(true);
    expect(isColoured(look({ TERM: "xterm" }, { isTerminal: false }))).toBe(false);
  });

  test("gives way to NO_COLOR and to a dumb terminal", () => {
    expect(isColoured(look({ NO_COLOR: "1" }))).toBe(false);
    expect(isColoured(look({ TERM: "dumb" }))).toBe(false);
  });

  test("follows the flag before all else", () => {
    expect(isColoured(look({ NO_COLOR: "1" }, { isTerminal: false }, "always"))).toBe(true);
    expect(isColoured(look({ TERM: "xterm" }, {}, "never"))).toBe(false);
  });
});

describe("width", () => {
  test.each([
    [{ isTerminal: false }, 80],
    [{ isTerminal: false, columns: 200 }, 80],
    [{ columns: 72 }, 72],
    [{ columns: 300 }, 100],
    [{ columns: 10 }, 40],
    [{ columns: 0 }, 80],
  ])("%j", (place, width) => {
    expect(look({}, place).width).toBe(width);
  });
});
