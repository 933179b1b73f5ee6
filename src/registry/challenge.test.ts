import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChallenges } from "./challenge.js";

const read = (...headers: string[]) =>
  parseChallenges(headers).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe("WWW-Authenticate", () => {
  test("a Bearer challenge as Docker Hub sends it", () => {
    expect(
      read(
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      ),
    ).toEqual([
      [
        "bearer",
        {
          realm: "https://auth.docker.io/token",
          service: "registry.docker.io",
          scope: "repository:a/b:pull,push",
        },
      ],
    ]);
  });

  test("several challenges, in one header and in two", () => {
    expect(read('Bearer realm="https://r/t", error="insufficient_scope", Basic realm="x"')).toEqual([
      ["bearer", { realm: "https://r/t", error: "insufficient_scope" }],
      ["basic", { realm: "x" }],
    ]);
    expect(read('BASIC realm="a"', "Bearer realm=plain")).toEqual([
      ["basic", { realm: "a" }],
      ["bearer", { realm: "plain" }],
    ]);
    expect(read("Negotiate", "Negotiate, Basic")).toEqual([
      ["negotiate", {}],
      ["negotiate", {}],
      ["basic", {}],
    ]);
  });

  test("escapes, spaces around the sign, and names in any case", () => {
    expect(read('Bearer Realm = "a\\"b" , SERVICE="s"')).toEqual([
      ["bearer", { realm: 'a"b', service: "s" }],
    ]);
  });

  test("the first of two equal names counts", () => {
    expect(read('Bearer realm="https://good",realm="https://evil"')).toEqual([
      ["bearer", { realm: "https://good" }],
    ]);
  });

  test("what cannot be read ends the list and spoils nothing before it", () => {
    expect(read('Basic realm="x", Bearer realm="never closed')).toEqual([
      ["basic", { realm: "x" }],
      ["bearer", {}],
    ]);
    expect(read("=,;(", "")).toEqual([]);
  });

  test("any text is read without an error", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseChallenges(text).length <= 8));
  });
});
