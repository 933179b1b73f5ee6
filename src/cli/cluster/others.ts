// `pulldoctor cluster status`, `down` and `env`: what can be asked of a cluster that is up.

import { setTimeout as wait } from "node:timers/promises";
import { ToolError } from "../../model/errors.js";
import { counted } from "../../report/layout.js";
import type { Flags } from "../command.js";
import type { Io } from "../io.js";
import { lookOf } from "../output.js";
import { quoted } from "../shell.js";
import { askControl, type RunningCluster } from "./control.js";
import { type StateFolder, stateFolder } from "./state-folder.js";

const notUp = 1;

export async function status(flags: Flags, io: Io): Promise<number> {
  const running = await askControl(stateFolder(io).controlSocket, "status");
  if (flags.text("output") === "json") {
    const told = running && { ...running, startedAt: new Date(running.startedAt).toISOString() };
    io.out(`${JSON.stringify(told ?? null, null, 2)}\n`);
    return running === undefined ? notUp : 0;
  }
  const { signs, paint } = lookOf(flags, io);
  if (running === undefined) {
    io.out(`no simulated cluster is up · ${io.program} cluster up\n`.replace("·", signs.dot));
    return notUp;
  }
  const rows = [
    ["since", new Date(running.startedAt).toISOString()],
    ["process", String(running.pid)],
    ["api server", running.url],
    ["kubeconfig", `${running.kubeconfig}, context ${running.context}`],
    ["workloads", `${running.workloads} on ${counted(running.nodes, "node")}`],
    ["registries", running.registries.join(" ")],
  ];
  io.out(`${paint.fine(signs.fine)} ${running.world} is up\n`);
  for (const [name = "", value = ""] of rows) io.out(`  ${name.padEnd(12)}${value}\n`);
  return 0;
}

/** Returns when its process has let go of the socket. */
export async function down(_flags: Flags, io: Io): Promise<number> {
  const { controlSocket } = stateFolder(io);
  const running = await askControl(controlSocket, "down");
  if (running === undefined) {
    io.err("no simulated cluster is up; nothing was changed\n");
    return 0;
  }
  while ((await askControl(controlSocket, "status")) !== undefined) {
    if (io.signal.aborted) return notUp;
    await wait(25);
  }
  io.err(`${running.world} is down; what its cluster held is kept for the next cluster up\n`);
  return 0;
}

/** Lines for a shell, and as comments the ways that no variable tells. */
export async function env(_flags: Flags, io: Io): Promise<number> {
  const folder = stateFolder(io);
  const running = await askControl(folder.controlSocket, "status");
  if (running === undefined) {
    throw new ToolError("cluster-not-running", {
      what: "no simulated cluster is up",
      why: `nobody answers at ${folder.controlSocket}`,
      do: `${io.program} cluster up --detach`,
    });
  }
  io.out(envText(running, folder));
  return 0;
}

function envText(running: RunningCluster, folder: StateFolder): string {
  const [address = "", port = ""] = running.nameserver.split(":");
  const variables = {
    KUBECONFIG: running.kubeconfig,
    DOCKER_HOST: `unix://${folder.dockerSocket}`,
    ...running.env,
  };
  const lines = [
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `# names: dig @${address} -p ${port} ${running.registries[0] ?? "registry.example"}`,
    ...running.hosts.map(({ from, to }) => `# curl --connect-to ${from}:${to}`),
  ];
  return `${lines.join("\n")}\n`;
}
