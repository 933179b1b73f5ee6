// What `explain MESSAGE` says must not contradict itself: the title, the sentence and the last line.

import { expect, test } from "vitest";
import { runCli } from "../../test/cli-run.js";

test("a message without a cause is told in a whole sentence", async () => {
  const { code, out } = await runCli(["explain", 'Failed to pull image "nginx:1.99": ...']);
  expect(code).toBe(3);
  expect(out).toContain("The text names no cause; what is missing");
});

test("causes that stay open are not called likely by the last line", async () => {
  const message = "pull access denied for acme/app, repository does not exist or may require authorization";
  const { out } = await runCli(["explain", message]);
  expect(out).toContain("three causes remain");
  expect(out).toMatch(/^nothing confirmed from the text alone/m);
});
