// What a run of vitest left: how many tests passed, and which failed, in its JSON report.

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./steps.js";

export interface Failure {
  /** Path of the test file from the project's folder. */
  readonly file: string;
  /** Full name of the test; absent when the file itself could not be loaded. */
  readonly test?: string;
  readonly message: string;
}

export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** A file that cannot be loaded, an error outside of any test and a report that is not there are one failure each. */
export function readOutcome(path: string, exitCode: number): Outcome {
  try {
    const result = JSON.parse(readFileSync(path, "utf8")) as VitestResult;
    const failures = result.testResults.flatMap(failuresOf);
    const unexplained = failures.length === 0 && exitCode !== 0;
    return {
      passed: result.numPassedTests,
      failures: unexplained ? [{ file: ".", message: `vitest ended with ${exitCode}; see above` }] : failures,
    };
  } catch (error) {
    return { passed: 0, failures: [{ file: ".", message: `the test run left no result: ${String(error)}` }] };
  }
}

function failuresOf({ name, status, message, assertionResults }: FileResult): Failure[] {
  const file = relative(root, name);
  if (status === "failed" && assertionResults.length === 0) return [{ file, message: message ?? "" }];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => ({ file, test: test.fullName, message: test.failureMessages.join("\n") }));
}

interface VitestResult {
  readonly numPassedTests: number;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}
