// Which cluster a command talks to, by its flags, and what connecting needs of the process.

import type { ClusterChoice, ClusterWorld } from "../cluster/client-world.js";
import type { Flag, Flags } from "./command.js";
import type { Io } from "./io.js";
import { quoted } from "./shell.js";

export const contextFlags: readonly Flag[] = [
  { flags: "--context <name>", text: "the kubeconfig context" },
  { flags: "--kubeconfig <file>", text: "the kubeconfig; KUBECONFIG or ~/.kube/config when left out" },
];

export const clusterOf = (flags: Flags): ClusterChoice => ({
  kubeconfig: flags.text("kubeconfig"),
  context: flags.text("context"),
  namespace: flags.text("namespace"),
});

export const clusterWorldOf = (io: Io): ClusterWorld => ({
  env: io.env,
  cwd: io.cwd,
  signal: io.signal,
  now: io.now,
  err: io.err,
  isInteractive: io.isTerminal.in,
});

/** `pulldoctor diagnose --context prod`: how to call a command of ours about the same cluster. */
export function callOf(command: string, flags: Flags, { program }: Pick<Io, "program">): string {
  const words = ["context", "kubeconfig"].flatMap((name) => {
    const value = flags.text(name);
    return value === undefined ? [] : [`--${name}`, quoted(value)];
  });
  return [program, command, ...words].join(" ");
}
