// `pulldoctor cluster up`: a world in this process, until Ctrl-C, a TERM signal or `cluster down`.

import { resolve } from "node:path";
import { ToolError } from "../../model/errors.js";
import { counted } from "../../report/layout.js";
import { runningClock } from "../../sim/clock.js";
import { startDockerEngine } from "../../sim/docker/engine.js";
import { builtInWorld, builtInWorlds } from "../../sim/world/built-in.js";
import type { WorldConfig } from "../../sim/world/config.js";
import { contextName, openWorld, type World } from "../../sim/world/open.js";
import { readWorldFile } from "../../sim/world/read.js";
import type { Flags } from "../command.js";
import type { Io } from "../io.js";
import { nearestWord } from "../near.js";
import { lookOf } from "../output.js";
import { quoted } from "../shell.js";
import { askControl, type RunningCluster, serveControl } from "./control.js";
import { type KeptState, keepState, loadState } from "./kept-state.js";
import { mergeKubeconfig, withdrawKubeconfig } from "./kubeconfig-merge.js";
import { type StateFolder, stateFolder, writePrivately } from "./state-folder.js";

const usualWorld = "production-friday";

export async function up(flags: Flags, io: Io): Promise<number> {
  const folder = stateFolder(io);
  await refuseSecond(folder, io);
  const config = configOf(flags, io);
  const kept = flags.isOn("fresh") ? undefined : await loadState(folder, config.name);
  const world = await open(config, kept, flags);
  const closers: (() => unknown)[] = [() => world.close()];
  try {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    io.signal.addEventListener("abort", end, { once: true });
    process.once("SIGTERM", end);
    closers.push(() => process.off("SIGTERM", end));
    writePrivately(folder.ca, world.network.ca, 0o644);
    const { isCurrent, kubeconfig, withdraw } = shareKubeconfig(world, folder, flags, io);
    closers.push(withdraw);
    const running = describe(world, folder, kubeconfig);
    const [control, docker] = await Promise.all([
      serveControl(folder.controlSocket, () => running, end),
      startDockerEngine({ network: world.network, clock: world.clock, path: folder.dockerSocket }),
    ]);
    // The last to go: who waits for the end waits for all of it, ports included.
    closers.unshift(() => control.close());
    closers.push(() => docker.close());
    tellReady(running, { kept, isCurrent }, flags, io);
    closers.push(keepState(folder, world));
    if (io.signal.aborted) end();
    if (!stop.signal.aborted) {
      await new Promise((done) => stop.signal.addEventListener("abort", done, { once: true }));
    }
    io.err(`${config.name} is down\n`);
    return 0;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function refuseSecond(folder: StateFolder, io: Io): Promise<void> {
  const other = await askControl(folder.controlSocket, "status");
  if (other === undefined) return;
  throw new ToolError("cluster-running", {
    what: `a simulated cluster is up already: ${other.world}`,
    why: `process ${other.pid} serves it at ${other.url}`,
    do: `${io.program} cluster down`,
  });
}

/** The world file, or the built-in world of that name, with what the flags change. */
function configOf(flags: Flags, io: Io): WorldConfig {
  const asked = flags.text("world") ?? usualWorld;
  const builtIn = builtInWorld(asked);
  if (builtIn === undefined && !/[./\\]/.test(asked)) {
    const names = builtInWorlds();
    const near = nearestWord(asked, names);
    throw new ToolError("world-unknown", {
      what: `there is no world ${asked}`,
      why:
        near === undefined
          ? `the built-in worlds are ${names.join(", ")}`
          : `the nearest built-in world is ${near}`,
      do: "name one of them, or the path of a world file, with --world",
    });
  }
  const config = readWorldFile(builtIn ?? resolve(io.cwd, asked));
  const speed = numberOf(flags, "speed", (value) => value > 0 && value <= 10_000, "a number from 1 to 10000");
  const count = numberOf(
    flags,
    "nodes",
    (value) => Number.isInteger(value) && value > 0 && value <= 5000,
    "a number of nodes from 1 to 5000",
  );
  return {
    ...config,
    ...(speed === undefined ? {} : { speed }),
    ...(count === undefined ? {} : { nodes: nodesOf(config, count) }),
  };
}

/** As many nodes as asked for: the world's own, then copies of them under new names. */
function nodesOf({ nodes }: WorldConfig, count: number): WorldConfig["nodes"] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / nodes.length);
    const [first] = nodes;
    const node = nodes[index % nodes.length] ?? first;
    if (node === undefined) throw new RangeError("a world without nodes");
    if (round === 0) return node;
    const { address: _address, ...config } = node.config;
    return { ...node, config: { ...config, name: `${config.name}-${round + 1}` } };
  });
}

async function open(config: WorldConfig, kept: KeptState | undefined, flags: Flags): Promise<World> {
  const asked = numberOf(
    flags,
    "port",
    (value) => Number.isInteger(value) && value > 0 && value < 65_536,
    "a port from 1 to 65535",
  );
  const options = {
    clock: runningClock(config.speed, Math.max(config.startsAt ?? Date.now(), kept?.worldTime ?? 0)),
    ports: flags.isOn("real-ports") ? "real" : "high",
    ...(kept === undefined ? {} : { from: kept }),
  } as const;
  if (asked !== undefined) return openWorld({ config }, { ...options, port: asked });
  if (kept === undefined) return openWorld({ config }, options);
  try {
    // The old port keeps old kubeconfigs good; another program may have it by now.
    return await openWorld({ config }, { ...options, port: kept.port });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "cluster-port-taken") throw error;
    return openWorld({ config }, options);
  }
}

function numberOf(
  flags: Flags,
  name: string,
  fits: (value: number) => boolean,
  what: string,
): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && fits(value)) return value;
  throw new ToolError("flag-value-invalid", {
    what: `--${name} does not take "${text}"`,
    why: `it takes ${what}`,
    do: "give it such a number",
  });
}

/** Our own file, or a context in the file that the flag names. */
function shareKubeconfig(world: World, folder: StateFolder, flags: Flags, io: Io) {
  const asked = flags.text("kubeconfig");
  if (asked === undefined) {
    writePrivately(folder.kubeconfig, world.kubeconfig);
    return { kubeconfig: folder.kubeconfig, isCurrent: true, withdraw: () => {} };
  }
  const kubeconfig = resolve(io.cwd, asked);
  const { isCurrent } = mergeKubeconfig(kubeconfig, world.kubeconfig, contextName);
  return { kubeconfig, isCurrent, withdraw: () => withdrawKubeconfig(kubeconfig, contextName) };
}

const workloadKinds = [
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "cronjobs.batch",
  "jobs.batch",
];

function describe(world: World, folder: StateFolder, kubeconfig: string): RunningCluster {
  const owned = ({ metadata }: { metadata: { ownerReferences?: unknown[] } }): boolean =>
    (metadata.ownerReferences ?? []).length > 0;
  const workloads = [...workloadKinds, "pods"].flatMap((kind) =>
    world.store.list(kind).filter((one) => !owned(one)),
  );
  return {
    world: world.config.name,
    pid: process.pid,
    startedAt: Date.now(),
    url: world.api.url,
    kubeconfig,
    context: contextName,
    workloads: workloads.length,
    nodes: world.config.nodes.length,
    registries: world.config.registries.map(({ host }) => host),
    env: world.env(folder.ca),
    nameserver: world.resolver.nameserver,
    hosts: world.resolver.hosts.flatMap(({ host, loopback, ports }) =>
      Object.entries(ports).map(([port, real]) => ({ from: `${host}:${port}`, to: `${loopback}:${real}` })),
    ),
  };
}

function tellReady(
  running: RunningCluster,
  { kept, isCurrent }: { readonly kept: KeptState | undefined; readonly isCurrent: boolean },
  flags: Flags,
  io: Io,
): void {
  const { signs, paint } = lookOf(flags, io);
  const workloads = counted(running.workloads, "workload");
  const registries = counted(running.registries.length, "registry", "registries");
  const size = `${workloads} on ${counted(running.nodes, "node")}, ${registries}`;
  const context = isCurrent ? "" : ` --context ${running.context}`;
  const lines = [
    `${paint.fine(signs.fine)} ${running.world} is up: ${size}`,
    ...(kept === undefined ? [] : [`  kept from ${kept.savedAt.toISOString()}; --fresh begins anew`]),
    `  export KUBECONFIG=${quoted(running.kubeconfig)}`,
    // Before the diagnosis: without it, the registries of the real world would be asked about images of this one.
    `  eval "$(${io.program} cluster env)"  the way to its registries, also for docker, skopeo and aws`,
    `  kubectl${context} get pods -A`,
    `  ${io.program} diagnose -A${context}`,
  ];
  // At once: whoever waits for the ready line may go on with the rest.
  io.err(lines.map((line) => `${line}\n`).join(""));
}
