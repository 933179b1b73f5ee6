// One world for the runbooks, and a shell in which the real kubectl, docker, aws, curl and jq meet it.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isMap, parseDocument } from "yaml";
import { text } from "../../../src/sim/api/json.js";
import { heldClock } from "../../../src/sim/clock.js";
import { startDockerEngine } from "../../../src/sim/docker/engine.js";
import { openWorld, type World } from "../../../src/sim/world/open.js";
import { unpackKubectl } from "../../kubectl.js";
import { bareEnv, requireProgram } from "../programs.js";
import { runbooksFolder } from "./story.js";

export interface Seen {
  /** stdout, then stderr. */
  readonly output: string;
  readonly exit: number | null;
}

export interface Typed {
  readonly namespace: string;
  /** Below files/. */
  readonly folder: string;
  /** The world's time passes while the line runs. */
  readonly isTimePassing: boolean;
  /** Stops the line once its output matches. */
  readonly until?: RegExp;
}

export interface Stage {
  readonly world: World;
  /** World time, in seconds. */
  seconds(n: number): Promise<void>;
  /** The youngest pod of a namespace; throws when there is none. */
  podName(namespace: string): string;
  /** Types a line into `sh`. */
  type(line: string, how: Typed): Promise<Seen>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  for (const program of ["docker", "aws", "curl", "jq"] as const) requireProgram(program);
  // kubectl reckons ages by the machine's clock: a world that is ahead of it would have <invalid> ones.
  const clock = heldClock(Date.now() - 3_600_000);
  const world = await openWorld(join(runbooksFolder, "world.yaml"), { clock, seed: "runbooks" });
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-runbooks-"));
  const socket = join(folder, "docker.sock");
  const engine = await startDockerEngine({ network: world.network, clock, path: socket });
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, world.network.ca);
  mkdirSync(join(folder, "kube"));
  const kubectl = dirname(unpackKubectl(35));
  const env = {
    ...bareEnv(),
    ...world.env(caFile),
    PATH: `${kubectl}:${bareEnv().PATH}`,
    HOME: folder,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: join(folder, "docker"),
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_DEFAULT_REGION: "ap-south-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
  };

  /** The admin's kubeconfig, with a namespace of its own. */
  const kubeconfigFor = (namespace: string): string => {
    const path = join(folder, "kube", namespace);
    const config = parseDocument(world.kubeconfig);
    const context = config.getIn(["contexts", 0, "context"]);
    if (!isMap(context)) throw new Error("the world's kubeconfig has no context");
    context.set("namespace", namespace);
    writeFileSync(path, config.toString(), { mode: 0o600 });
    return path;
  };

  return {
    world,
    seconds: (n) => clock.advance(n * 1000),
    podName(namespace) {
      const pods = world.store
        .list("pods", { namespace })
        .filter((pod) => pod.metadata.deletionTimestamp === undefined && text(pod, "status", "phase") !== "");
      const youngest = pods.sort((a, b) =>
        b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp),
      )[0];
      if (youngest === undefined) throw new Error(`there is no pod in ${namespace}`);
      return youngest.metadata.name;
    },
    async type(line, { namespace, folder: below, isTimePassing, until }) {
      const child = spawn("sh", ["-c", line], {
        cwd: join(runbooksFolder, "files", below),
        env: { ...env, KUBECONFIG: kubeconfigFor(namespace) },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        timeout: 60_000,
      });
      let [out, err, isOver] = ["", "", false];
      child.stdout.on("data", (chunk: Buffer) => {
        out += chunk.toString();
        if (until?.test(out) === true && child.pid !== undefined && !isOver) {
          isOver = true;
          process.kill(-child.pid, "SIGTERM");
        }
      });
      child.stderr.on("data", (chunk: Buffer) => {
        err += chunk.toString();
      });
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
      }).finally(() => {
        isOver = true;
      });
      // A held clock waits for real work, so a slow machine sees the same world as a fast one.
      while (isTimePassing && !isOver) {
        if (until === undefined || out !== "") await clock.advance(250);
        await wait(10);
      }
      return { exit: await ended, output: out + err };
    },
    async close() {
      await engine.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
