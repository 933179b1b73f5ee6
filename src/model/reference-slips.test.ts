// What is said of names that cannot be parsed: the slip, and the name without it.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: unfilled templates are what is tested

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceRows } from "../../test/oracle/load.js";
import { tryParseReference } from "./reference.js";
import { findSlips } from "./reference-slips.js";

const hex = (length: number): string => "0123456789abcdef".repeat(8).slice(0, length);

describe("slips with a name to write instead", () => {
  test.each([
    ["Nginx:1.25", ["upper-case"], "nginx:1.25"],
    ["ghcr.io/Acme/App:V1", ["upper-case"], "ghcr.io/acme/app:V1"],
    ["https://ghcr.io/a/b:1", ["scheme"], "ghcr.io/a/b:1"],
    ["docker://nginx", ["scheme"], "nginx"],
    ["nginx:", ["empty-tag"], "nginx"],
    ["nginx@", ["empty-tag"], "nginx"],
    [" nginx", ["white-space"], "nginx"],
    ["nginx\n", ["white-space"], "nginx"],
    ["nginx: 1.25", ["white-space"], "nginx:1.25"],
    ['"nginx:1"', ["quotes"], "nginx:1"],
    ["nginx\u200b:1", ["invisible"], "nginx:1"],
    ["ghcr.io//a", ["slashes"], "ghcr.io/a"],
    ["/nginx", ["slashes"], "nginx"],
    ["ghcr.io/a/", ["slashes"], "ghcr.io/a"],
    ["nginx@latest", ["digest"], "nginx:latest"],
    [`nginx@${hex(64)}`, ["digest"], `nginx@sha256:${hex(64)}`],
    [`nginx@SHA256:${hex(64).toUpperCase()}`, ["digest"], `nginx@sha256:${hex(64)}`],
    ["https://Ghcr.io/Acme/App:", ["scheme", "empty-tag", "upper-case"], "Ghcr.io/acme/app"],
  ])("%j", (image, kinds, write) => {
    const slips = findSlips(image);
    expect(slips.map(({ is }) => is)).toEqual(kinds);
    expect(slips.at(-1)?.write).toBe(write);
  });
});

describe("slips where what was meant cannot be known", () => {
  test.each([
    ["", "the name is empty"],
    ["nginx:1.25:latest", "2 tags follow the name: 1.25 and latest; one can stay"],
    ["ghcr.io/a:1/b", "/b follows the tag 1; the tag comes last"],
    [":1.0", "no name stands before the tag or digest"],
    ["nginx:1.0+b", "a tag holds no +; builds put a - or _ in the place of a version's +"],
    ["nginx:-x", "the tag begins with -; letters, digits and _ may begin one"],
    [`nginx:${"t".repeat(129)}`, "the tag has 129 characters; 128 are allowed"],
    ["nginx@sha256:abc", "the digest has 3 hex digits; sha256 has 64"],
    [`nginx@md5:${hex(32)}`, "md5 is no algorithm of a digest; sha256 is the usual one"],
    [hex(64), "64 hex digits are an image's id on one machine, which no registry knows"],
    ["reg:port/a", "the port port is no number"],
    ["reg..io/a", "the host reg..io has an empty part between its dots"],
    ["a___b", "a___b: single ., _, __ or dashes stand between letters or digits, nowhere else"],
    ["nginх", "a name holds no х (U+0445)"],
    ["ghcr.io\\a", "a \\ stands where a / is meant"],
    ["a".repeat(256), "the repository has 264 characters; 255 are allowed"],
    ["nginx:${TAG}", "${TAG} is a variable that a shell, envsubst, Terraform or Flux was to fill in"],
  ])("%j: %s", (image, text) => {
    expect(findSlips(image)).toEqual([expect.objectContaining({ text })]);
    expect(findSlips(image)[0]).not.toHaveProperty("write");
  });
});

test("every refused row of the oracle is explained, and what is to be written can be parsed", () => {
  const refused = referenceRows().filter(({ image }) => !tryParseReference(image).ok);
  expect(refused.length).toBeGreaterThan(800);
  expect(refused.filter(({ image }) => findSlips(image).length === 0)).toEqual([]);
  const proposals = refused.flatMap(({ image }) => findSlips(image).flatMap(({ write }) => write ?? []));
  expect(proposals.length).toBeGreaterThan(100);
  expect(proposals.filter((write) => !tryParseReference(write).ok)).toEqual([]);
});

test("any text is taken, and no proposal repeats what was refused", () => {
  const noise = fc.string({
    unit: fc.constantFrom(..."aZ0._-/:@[]{}$<>\"' \n", "é", "\u200b"),
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.oneof(noise, fc.string()), (image) => {
      if (tryParseReference(image).ok) return;
      for (const { write } of findSlips(image))
        if (write !== undefined) expect(tryParseReference(write).ok).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(findSlips("a/".repeat(1_000_000))).toEqual([
    { is: "too-long", text: "the name has 2000000 characters" },
  ]);
});
