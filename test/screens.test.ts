// Screens: the exact text of the main outputs at 80 columns, each in test/screens/. A text alone
// could bless a wrong diagnosis, so exit code and causes stand here beside it.
//
// `UPDATE_SCREENS=1 npx vitest run test/screens.test.ts` writes them anew; read the difference as a user would.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "./cli-run.js";
import { cases } from "./recordings/load.js";
import { root } from "./tree.js";

interface Screen {
  readonly name: string;
  /** A recording, or a path in the project. */
  readonly of: string;
  readonly more?: readonly string[];
  readonly code: number;
  /** Cause and verdict of each finding, in their order. */
  readonly findings: readonly string[];
}

const screens: readonly Screen[] = [
  {
    name: "grouped",
    of: "examples/cluster",
    code: 1,
    findings: [
      "invalid-reference confirmed",
      "secret-not-attached confirmed",
      "secret-wrong-host confirmed",
      "rate-limited confirmed",
      "dns-failure confirmed",
      "tls-untrusted confirmed",
      "tag-not-found likely",
    ],
  },
  { name: "confirmed", of: "secret-wrong-host", code: 1, findings: ["secret-wrong-host confirmed"] },
  { name: "likely", of: "tag-not-found-registry", code: 1, findings: ["tag-not-found likely"] },
  { name: "cannot-tell", of: "credentials-missing-dockerhub", code: 3, findings: ["unknown unknown"] },
  { name: "no-answer-yet", of: "no-response", code: 3, findings: ["unknown unknown"] },
  { name: "ended", of: "fix-image-live", code: 0, findings: ["tag-not-found likely ended"] },
  { name: "rollout", of: "deployment-rollout", code: 1, findings: ["tag-not-found likely"] },
  { name: "two-pods", of: "two-pods-same-image", code: 1, findings: ["tag-not-found likely"] },
  { name: "platform", of: "platform-mismatch-index", code: 1, findings: ["platform-mismatch confirmed"] },
  { name: "all-well", of: "ok-first-pull", code: 0, findings: [] },
];

const folder = new URL("./screens/", import.meta.url);
const isUpdate = process.env.UPDATE_SCREENS !== undefined;

async function placeOf(of: string): Promise<string> {
  const recording = cases().find(({ id }) => id === of);
  return recording === undefined ? root : dirname(await recording.folder());
}

describe("screens", () => {
  test.each(screens)("$name", async ({ name, of, more = [], code, findings }) => {
    const cwd = await placeOf(of);
    const argv = ["diagnose", "-f", of, ...more];
    const json = JSON.parse((await runCli([...argv, "-o", "json"], { cwd })).out);
    const found = json.findings.map(
      (one: { cause: string; verdict: string; endedAt?: string }) =>
        `${one.cause} ${one.verdict}${one.endedAt === undefined ? "" : " ended"}`,
    );
    expect(found).toEqual(findings);

    const ran = await runCli([...argv, "--color", "never"], { cwd, isTerminal: true });
    expect(ran.code).toBe(code);
    const screen = `$ pulldoctor ${argv.join(" ")}\n\n${ran.out}`;
    const path = new URL(`${name}.txt`, folder);
    if (isUpdate) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, screen);
    }
    expect(screen).toBe(readFileSync(path, "utf8"));
    // Only what is meant to be copied may be wider than the terminal.
    const wide = ran.out.split("\n").filter((line) => line.length > 80 && !isForCopying(line));
    expect(wide).toEqual([]);
  });

  test("there is no screen without its test", () => {
    expect(readdirSync(folder).sort()).toEqual(screens.map(({ name }) => `${name}.txt`).sort());
    expect(join(root, "test/screens")).toBe(new URL(".", folder).pathname.replace(/\/$/, ""));
  });
});

const isForCopying = (line: string): boolean => /^ {4}\S|^one in detail: /.test(line);
