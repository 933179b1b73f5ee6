// `npm run check`: what is cheap enough to run before every commit, in order, to the first failure.

import { runSteps, runTool } from "./steps.js";

const isFine = runSteps([
  { name: "format", run: () => runTool("biome", ["format"]) },
  { name: "lint", run: () => runTool("biome", ["lint", "--error-on-warnings"]) },
  { name: "types", run: () => runTool("tsc", ["-p", "."]) },
  // The tests of the built package belong to `npm test`, which builds it first.
  { name: "tests", run: () => runTool("vitest", ["run", "--exclude", "test/built/**"]) },
  { name: "docs", run: () => runTool("tsx", ["scripts/docs.ts", "--check"]) },
]);
process.exitCode = isFine ? 0 : 1;
