// What other programs of a cluster and of its pipelines say, with the words that registries and networks use too: databases,
// cloud tools, package managers, charts, pushes, scanners, API servers. None of it is about an image pull.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainMessage } from "../../src/runtimes/explain.js";

const lines = readFileSync(join(import.meta.dirname, "strangers.txt"), "utf8")
  .trim()
  .split("\n");

test("nothing is read into them", () => {
  expect(lines.length).toBeGreaterThan(100);
  const believed = lines.filter((line) => explainMessage(line).verdict !== "unknown");
  expect(believed).toEqual([]);
});

test("nor behind a log's columns", () => {
  const believed = lines.filter(
    (line) => explainMessage(`2025-03-01T10:00:00Z ERROR ${line}`).verdict !== "unknown",
  );
  expect(believed).toEqual([]);
});
