// What runs in the containers of a world: programs that the simulated shell knows run for real, any
// other is what the kubelet pretends. The API server's questions go to whoever knows.

import { items, type KubeObject } from "../api/json.js";
import type { ContainerTarget, LogSource, NodeSide } from "../api/node-side.js";
import type { Nodes, ProcessHost } from "../kubelet/node-config.js";
import type { Processes } from "../shell/processes.js";
import { PROGRAMS } from "../shell/programs.js";
import { programName } from "../shell/run.js";

/** For kubelets: starts what the shell knows, and whatever somebody may want to talk to. */
export function processHost(processes: Processes): ProcessHost {
  return {
    start(target, argv) {
      const isKnown = PROGRAMS.has(programName(argv[0] ?? ""));
      if (!isKnown && !isInteractive(target.pod, target.container)) return undefined;
      const process = processes.start(target, { argv });
      return {
        exited: process.exited,
        kill() {
          process.kill("SIGTERM");
          process.kill("SIGKILL");
        },
      };
    },
  };
}

export function nodeSideOf(nodes: () => Nodes | undefined, processes: Processes): NodeSide {
  return {
    logs: (target, isPrevious) =>
      processes.logs(target, isPrevious) ?? pretended(target, isPrevious, nodes()),
    exec: (target, command, session) => processes.exec(target, command, session),
    attach: (target, session) => processes.attach(target, session),
  };
}

function pretended(
  { pod, container }: ContainerTarget,
  isPrevious: boolean,
  nodes: Nodes | undefined,
): LogSource | undefined {
  const text = nodes?.logs(pod, container, isPrevious);
  if (text === undefined) return undefined;
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const at = Date.parse(pod.metadata.creationTimestamp);
  return { lines: lines.map((line) => ({ at, text: line })), follow: () => () => {} };
}

function isInteractive(pod: KubeObject, container: string): boolean {
  const all = ["containers", "initContainers", "ephemeralContainers"].flatMap((key) => items(pod.spec, key));
  return all.some(({ name, stdin }) => name === container && stdin === true);
}
