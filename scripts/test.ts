// `npm test`: installs the Debian packages that tests talk to, builds, runs every test on the Node at hand, and those
// that need no other program again on the current LTS. The last line is always `N passed, N failed`, after the name
// and the first words of every failure.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Failure, type Outcome, readOutcome } from "./outcome.js";
import { installLine, installPackages } from "./packages.js";
import { ltsNode, node, runTool } from "./steps.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-test-"));
const outcomes: Outcome[] = [];
try {
  outcomes.push(...runAll());
} finally {
  rmSync(folder, { recursive: true, force: true });
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
  for (const failure of failures) console.log(`failed: ${tell(failure)}`);
  console.log(`${passed} passed, ${failures.length} failed`);
}

function* runAll(): Generator<Outcome> {
  const missing = installPackages();
  if (missing.length > 0) console.error(`tests will fail without these packages: ${installLine(missing)}`);
  console.log(`build, on ${node}`);
  if (runTool("tsx", ["scripts/build.ts"]) !== 0) {
    yield { passed: 0, failures: [{ file: ".", message: "the build failed; no test was run" }] };
    return;
  }
  yield runVitest("every test", node, []);
  const lts = ltsNode();
  if (lts === undefined) {
    console.log("no binary of the current LTS for this platform; its run is left out");
    return;
  }
  yield runVitest("units and the built program, on the current LTS", lts, ["src", "test/built"]);
}

/**
 * Many tests run clusters and real clients side by side, so a machine that is short of time can fail one that is
 * right. A file that failed is therefore run once more with nothing beside it: what fails then is a failure; what
 * failed only beside the others is named, so that nobody takes it for a clean run.
 */
function runVitest(title: string, binary: string, filters: readonly string[]): Outcome {
  const first = runOnce(title, binary, filters);
  const files = [...new Set(first.failures.map(({ file }) => file))];
  if (files.length === 0 || files.length > 10 || files.includes(".")) return first;
  const again = runOnce(`once more, alone: ${files.join(" ")}`, binary, [...files, "--no-file-parallelism"]);
  for (const failure of first.failures) console.log(`failed beside the others: ${tell(failure)}`);
  return { passed: first.passed + first.failures.length - again.failures.length, failures: again.failures };
}

function runOnce(title: string, binary: string, args: readonly string[]): Outcome {
  console.log(`\n${title}`);
  const output = join(folder, `${performance.now()}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const code = runTool("vitest", ["run", ...reporters, ...args], { with: binary, env: { CI: "1" } });
  return readOutcome(output, code);
}

function tell({ file, test, message }: Failure): string {
  const name = test === undefined ? file : `${file} > ${test}`;
  return [name, ...message.split("\n").slice(0, 6)].join("\n    ");
}
