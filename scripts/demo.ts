// `npm run demo`: builds, starts a simulated cluster with fourteen broken workloads among forty healthy ones, diagnoses
// it as the on-call engineer would, ends it, and says what to try next. Nothing outside of a temporary folder is touched.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { node, root, runTool } from "./steps.js";

const program = join(root, "bin", "pulldoctor.js");
const broken = 14;
const patienceMs = 20_000;
const wentWrong = 1;

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-demo-"));
const env = {
  ...process.env,
  XDG_STATE_HOME: folder,
  XDG_CACHE_HOME: folder,
  KUBECONFIG: join(folder, "config"),
};

const suggestions = `
That cluster was simulated, down to the bytes on its registries' sockets, and is gone again. In a
checkout, pulldoctor is typed node bin/pulldoctor.js, until npm install -g . has put it on the PATH. Try next:
  node bin/pulldoctor.js cluster up --detach && eval "$(node bin/pulldoctor.js cluster env)"     the same one, to keep
  node bin/pulldoctor.js diagnose deploy/checkout -n shop                                     one of it in detail
  node bin/pulldoctor.js fix deploy/checkout -n shop                                          shows the change, and asks
  node bin/pulldoctor.js diagnose -f examples/cluster/rollout
  node bin/pulldoctor.js explain -f examples/message.txt
On your own cluster, in another shell (diagnose and check only read):
  node bin/pulldoctor.js check
  node bin/pulldoctor.js diagnose -A`;

const isBuilt = runTool("tsx", ["scripts/build.ts", "--quick"]) === 0;
if (!isBuilt) console.error("the build failed");
process.exitCode = isBuilt && (await show()) ? 0 : 1;
rmSync(folder, { recursive: true, force: true });

async function show(): Promise<boolean> {
  try {
    console.log("$ pulldoctor cluster up --detach");
    const up = ["cluster", "up", "--detach", "--fresh", "--speed", "5", "--kubeconfig", env.KUBECONFIG];
    if (run(up, "ignore") !== 0) return false;
    // From here on registries are asked: those of the world, and no others.
    Object.assign(env, worldEnv());
    await untilBroken();
    console.log('$ eval "$(pulldoctor cluster env)"\n$ pulldoctor diagnose -A\n');
    // Every finding is a failing pull: a diagnosis that finds them exits with 1.
    const hasFound = run(["diagnose", "-A"], "inherit") === wentWrong;
    if (hasFound) console.log(suggestions);
    return hasFound;
  } finally {
    run(["cluster", "down"], "ignore");
  }
}

/** What `cluster env` tells a shell: the way to the world's registries. */
function worldEnv(): Readonly<Record<string, string>> {
  const { stdout } = spawnSync(node, [program, "cluster", "env"], { env, encoding: "utf8" });
  const lines = [...stdout.matchAll(/^export (\w+)=(.*)$/gm)];
  return Object.fromEntries(
    lines.map(([, name = "", value = ""]) => [name, value.replace(/^'(.*)'$/, "$1")]),
  );
}

/** The kubelets need a moment to fail: a cluster that has just been started knows of nothing yet. */
async function untilBroken(): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const { stdout } = spawnSync(node, [program, "diagnose", "-A", "-o", "name", "--probe=off"], {
      env,
      encoding: "utf8",
    });
    const reasons = stdout.split("\n").filter((line) => line !== "").length;
    if (reasons >= broken) return;
    await sleep(300);
  }
}

function run(args: readonly string[], output: "inherit" | "ignore"): number | null {
  return spawnSync(node, [program, ...args], { env, stdio: ["ignore", output, output] }).status;
}
