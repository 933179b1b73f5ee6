// What every command does alike: help that fits a terminal, and words for a flag that it does not have.

import { describe, expect, test } from "vitest";
import { commands } from "../src/cli/commands/index.js";
import { runCli } from "./cli-run.js";

describe.each(commands.map(({ id }) => id))("%s", (id) => {
  test("has help of 80 columns, with examples to copy", async () => {
    const { out, err, code } = await runCli([id, "--help"], { isTerminal: true });
    const [, examples = ""] = out.split("\nexamples\n");
    expect([code, err, examples === ""]).toEqual([0, "", false]);
    // A command is copied whole and never broken.
    const wide = out.split("\n").filter((line) => line.length > 80 && !line.includes("pulldoctor "));
    expect(wide).toEqual([]);
  });

  test.each([["--colour"], ["--colour=never"]])("names the nearest flag for %s", async (flag) => {
    const { out, err, code } = await runCli([id, flag]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(
      `✗ --colour is not a flag of ${id}\n  why  the nearest flag is --color\n  do   pulldoctor ${id} --help lists its flags\n`,
    );
  });
});
