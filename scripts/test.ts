// `npm test`: installs the Debian packages that tests talk to, builds, runs every test on the Node at hand, and those
// that need no other program again on the current LTS. The last line is always `N passed, N failed`.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installLine, installPackages } from "./packages.js";
import { ltsNode, node, runTool } from "./steps.js";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-test-"));
const counts: Count[] = [];
try {
  counts.push(...runAll());
} finally {
  rmSync(folder, { recursive: true, force: true });
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed`);
}

function* runAll(): Generator<Count> {
  const missing = installPackages();
  if (missing.length > 0) console.error(`tests will fail without these packages: ${installLine(missing)}`);
  console.log(`build, on ${node}`);
  if (runTool("tsx", ["scripts/build.ts"]) !== 0) {
    console.error("the build failed; no test was run");
    yield { passed: 0, failed: 1 };
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

/** A file that cannot be loaded and an error outside of any test count as one failure each. */
function runVitest(title: string, binary: string, filters: readonly string[]): Count {
  console.log(`\n${title}`);
  const output = join(folder, `${counts.length}-${filters.length}.json`);
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${output}`, ...filters];
  const code = runTool("vitest", args, { with: binary, env: { CI: "1" } });
  const count = readCount(output);
  return count.failed === 0 && code !== 0 ? { ...count, failed: 1 } : count;
}

function readCount(path: string): Count {
  try {
    const result = JSON.parse(readFileSync(path, "utf8")) as VitestResult;
    const unloaded = result.testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    return { passed: result.numPassedTests, failed: result.numFailedTests + unloaded.length };
  } catch (error) {
    console.error(`the test run left no result: ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

interface VitestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}
