// What every command does alike: help that fits a terminal, and words for a flag that it does not have.

import { describe, expect, test } from "vitest";
import { Flags } from "../src/cli/command.js";
import { commands } from "../src/cli/commands/index.js";
import { durationOf } from "../src/cli/duration.js";
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

describe("a length of time", () => {
  const timed = ["fix", "verify", "can-pull", "tags"].map((id) => [id, ...(id === "tags" ? ["nginx"] : [])]);

  test.each(timed)("is refused before %s does anything", async (...argv) => {
    const { out, err, code } = await runCli([...argv, "--timeout", "5 minutes"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain('✗ --timeout does not take "5 minutes"\n');
    expect(err).toContain("do   write --timeout 90s, or --timeout 2m\n");
  });

  test.each([
    ["90", 90_000],
    ["1.5", 1_500],
    ["90s", 90_000],
    ["1m30s", 90_000],
    ["200ms", 200],
    ["0s", 0],
    ["999999999h", 2 ** 31 - 1],
  ])("%s is %i ms", (text, ms) => {
    expect(durationOf(new Flags(new Map([["timeout", text]])), "timeout")).toBe(ms);
  });
});

describe("a slip on the command line", () => {
  test("flags before the command are moved behind it", async () => {
    const { err, code } = await runCli(["-n", "shop", "diagnose", "deploy/checkout"], {
      program: "kubectl pulldoctor",
    });
    expect(code).toBe(2);
    expect(err).toContain("do   kubectl pulldoctor diagnose -n shop deploy/checkout\n");
    expect((await runCli(["--wrong"])).err).toContain("do   pulldoctor --help lists the commands\n");
  });

  test("a status that is nearly one is named", async () => {
    const { err, code } = await runCli(["explain", "ImagePullBackof"]);
    expect([code, err]).toEqual([2, expect.stringContaining("do   pulldoctor explain ImagePullBackOff\n")]);
    expect((await runCli(["explain", "Timeout"])).code).toBe(3);
  });

  test("a word that is missing is shown by an example, in the name that the reader typed", async () => {
    const { err, code } = await runCli(["tags"], { program: "kubectl pulldoctor" });
    expect(code).toBe(2);
    expect(err).toBe(
      "✗ tags needs <IMAGE>\n  why  it was given none\n  do   write it as in: kubectl pulldoctor tags nginx\n",
    );
  });
});
