// `npm run bench [name...] [-- numbers]`: builds, then runs the benchmarks of bench/ one after the
// other. What they share stands in a folder below.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, runSteps, runTool } from "./steps.js";

const words = process.argv.slice(2);
const numbers = words.filter((word) => /^\d+$/.test(word));
const asked = words.filter((word) => !numbers.includes(word));
const all = readdirSync(join(root, "bench"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -3));
const unknown = asked.filter((name) => !all.includes(name));

if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(", ")}; there are ${all.join(", ")}`);
  process.exitCode = 2;
} else {
  const benchmarks = (asked.length === 0 ? all : asked).map((name) => ({
    name,
    run: () => runTool("tsx", [`bench/${name}.ts`, ...numbers]),
  }));
  const build = { name: "build", run: () => runTool("tsx", ["scripts/build.ts"]) };
  process.exitCode = runSteps([build, ...benchmarks]) ? 0 : 1;
}
