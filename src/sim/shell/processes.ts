// Every container's processes, as the kubelet starts them; the answer to what the API server asks of
// nodes (api/node-side.ts).

import { ApiError } from "../api/errors.js";
import { items, type KubeObject, text } from "../api/json.js";
import type { ContainerTarget, LogSource, NodeSide, Session } from "../api/node-side.js";
import type { Clock } from "../clock.js";
import { Files } from "./files.js";
import { Input } from "./input.js";
import type { Io, Machine, ShellNetwork } from "./machine.js";
import { Process } from "./process.js";
import { PROGRAMS } from "./programs.js";
import { programName, runProgram } from "./run.js";
import { openTerminal, terminalFor } from "./terminal.js";

/** The address of the cluster's DNS service, which every pod's /etc/resolv.conf names. */
const CLUSTER_DNS = "10.96.0.10";

export interface ProcessesOptions {
  readonly clock: Clock;
  readonly network: ShellNetwork;
}

interface Runs {
  readonly machine: Machine;
  current: Process;
  previous: Process | undefined;
}

/**
 * The kubelet calls `start` when a container starts, waits for `exited`, and calls `forget` when the
 * pod is gone. Exec works in any container that runs, also in one that nobody started here.
 */
export class Processes implements NodeSide {
  readonly #options: ProcessesOptions;
  readonly #runs = new Map<string, Runs>();

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  /** Starts a container's process; the one before it becomes the previous run. `files` are mounted volumes, by path. */
  start(
    target: ContainerTarget,
    options: { readonly argv: readonly string[]; readonly files?: ReadonlyMap<string, string | Buffer> },
  ): Process {
    const machine = this.#machine(target, options.files);
    const spec = specOf(target);
    const process = new Process({
      machine,
      argv: options.argv,
      cwd: text(spec, "workingDir") || "/",
      hasStdin: spec?.stdin === true,
      hasTty: spec?.tty === true,
    });
    const key = keyOf(target);
    this.#runs.set(key, { machine, current: process, previous: this.#runs.get(key)?.current });
    return process;
  }

  /** undefined when no process was started for the container. */
  find(target: ContainerTarget): Process | undefined {
    return this.#runs.get(keyOf(target))?.current;
  }

  /** Drops the logs of a pod's containers. Processes that still run are killed. */
  forget(podUid: string): void {
    for (const [key, { current }] of this.#runs) {
      if (!key.startsWith(`${podUid}/`)) continue;
      current.kill("SIGKILL");
      this.#runs.delete(key);
    }
  }

  logs(target: ContainerTarget, isPrevious: boolean): LogSource | undefined {
    const runs = this.#runs.get(keyOf(target));
    return isPrevious ? runs?.previous : runs?.current;
  }

  async exec(target: ContainerTarget, command: readonly string[], session: Session): Promise<number> {
    const machine = this.#runs.get(keyOf(target))?.machine ?? this.#machine(target);
    const [name = ""] = command;
    if (!PROGRAMS.has(programName(name))) throw notExecutable(name);
    const io: Io = session.hasTty
      ? terminalFor(command, openTerminal(session.stdin, session.stdout, session.signal))
      : {
          stdin: new Input(session.stdin),
          out: session.stdout,
          err: session.stderr,
          signal: session.signal,
        };
    const cwd = text(specOf(target), "workingDir") || "/";
    return await runProgram(command, io, machine, { cwd, env: new Map(machine.env) });
  }

  async attach(target: ContainerTarget, session: Session): Promise<number | undefined> {
    const process = this.#runs.get(keyOf(target))?.current;
    if (process === undefined) {
      throw new ApiError({
        code: 500,
        reason: "InternalError",
        message: `Internal error occurred: container ${target.container} not found in pod ${target.pod.metadata.name}_${target.pod.metadata.namespace ?? ""}`,
      });
    }
    return await process.attach(session);
  }

  #machine(target: ContainerTarget, mounted: ReadonlyMap<string, string | Buffer> = new Map()): Machine {
    const { clock, network } = this.#options;
    const hostname = text(target.pod, "spec", "hostname") || target.pod.metadata.name;
    return {
      hostname,
      clock,
      network,
      files: filesOf(target.pod, hostname, mounted),
      env: environmentOf(target, hostname),
      nameserver: CLUSTER_DNS,
      programs: PROGRAMS,
    };
  }
}

function keyOf({ pod, container }: ContainerTarget): string {
  return `${pod.metadata.uid}/${container}`;
}

function specOf({ pod, container }: ContainerTarget) {
  const all = ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
    items(pod, "spec", key),
  );
  return all.find((one) => one.name === container);
}

function environmentOf(target: ContainerTarget, hostname: string): Map<string, string> {
  const own = items(specOf(target), "env").map((one) => [text(one, "name"), text(one, "value")] as const);
  return new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", hostname],
    ...own,
    ["KUBERNETES_SERVICE_HOST", "10.96.0.1"],
    ["KUBERNETES_SERVICE_PORT", "443"],
    ["KUBERNETES_SERVICE_PORT_HTTPS", "443"],
    ["HOME", "/root"],
  ]);
}

function filesOf(pod: KubeObject, hostname: string, mounted: ReadonlyMap<string, string | Buffer>): Files {
  const files = new Files();
  const namespace = pod.metadata.namespace ?? "default";
  const address = text(pod, "status", "podIP") || "10.244.0.2";
  for (const folder of ["/root", "/tmp", "/proc", "/sys", "/dev", "/usr/bin", "/var/log"])
    files.makeFolder(folder);
  for (const name of PROGRAMS.keys()) if (/^\w+$/.test(name)) files.write(`/bin/${name}`, "");
  files.write("/etc/hostname", `${hostname}\n`);
  files.write(
    "/etc/hosts",
    `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${address}\t${hostname}\n`,
  );
  files.write(
    "/etc/resolv.conf",
    `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${CLUSTER_DNS}\noptions ndots:5\n`,
  );
  files.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  const account = "/var/run/secrets/kubernetes.io/serviceaccount";
  if (items(pod, "spec", "volumes").some((volume) => text(volume, "name").startsWith("kube-api-access-"))) {
    files.write(`${account}/namespace`, namespace);
  }
  for (const [path, content] of mounted) files.write(path, content);
  return files;
}

function notExecutable(name: string): ApiError {
  const isPath = name.includes("/");
  const why = isPath ? `stat ${name}: no such file or directory` : "executable file not found in $PATH";
  const told = `error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ${why}: unknown`;
  return new ApiError({
    code: 500,
    reason: "InternalError",
    message: `Internal error occurred: ${told}`,
    details: { causes: [{ message: told }] },
  });
}
