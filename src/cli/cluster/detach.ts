// `pulldoctor cluster up --detach`: the same command in a process of its own, left behind once it is ready.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Io } from "../io.js";
import { askControl } from "./control.js";
import { readOr, stateFolder } from "./state-folder.js";

/** Repeats what the new process says: that it is ready, or why not. Returns its exit code then. */
export async function upDetached(io: Io, argv: readonly string[]): Promise<number> {
  const folder = stateFolder(io);
  const before = await askControl(folder.controlSocket, "status");
  const log = openSync(folder.log, "w", 0o600);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...argv], {
    cwd: io.cwd,
    env: { ...io.env },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let code: number | undefined;
  child.once("exit", (value) => {
    code = value ?? 1;
  });
  while (code === undefined && !io.signal.aborted) {
    const running = await askControl(folder.controlSocket, "status");
    if (running !== undefined && running.pid === child.pid && before?.pid !== child.pid) break;
    await wait(25);
  }
  if (io.signal.aborted) child.kill("SIGTERM");
  child.unref();
  io.err(readOr(folder.log) ?? "");
  if (code === undefined) io.err(`  ${io.program} cluster down  ends it\n`);
  return code ?? 0;
}
