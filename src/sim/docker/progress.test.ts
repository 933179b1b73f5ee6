import { expect, test } from "vitest";
import { layerProgress } from "./progress.js";

test("a layer that is there already is told once, the others step by step", () => {
  const [low, high] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];
  const lines = layerProgress([low, high], (digest) => digest === low);
  expect(lines.map(({ id, status }) => `${id}: ${status}`)).toEqual([
    "aaaaaaaaaaaa: Already exists",
    "bbbbbbbbbbbb: Pulling fs layer",
    "bbbbbbbbbbbb: Verifying Checksum",
    "bbbbbbbbbbbb: Download complete",
    "bbbbbbbbbbbb: Pull complete",
  ]);
});
