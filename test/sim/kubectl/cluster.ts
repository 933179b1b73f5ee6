// An API server with a kubelet of a few lines behind it, and a real kubectl in front of it: what is
// judged here is the server alone.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { standardAdmission } from "../../../src/sim/api/admission/standard.js";
import { kubeconfigOf } from "../../../src/sim/api/http/kubeconfig.js";
import { type ApiServer, startApiServer } from "../../../src/sim/api/http/server.js";
import { seedStandardObjects } from "../../../src/sim/api/standard-objects.js";
import { Store } from "../../../src/sim/api/store.js";
import { type HeldClock, heldClock } from "../../../src/sim/clock.js";
import type { ShellNetwork } from "../../../src/sim/shell/machine.js";
import { Processes } from "../../../src/sim/shell/processes.js";
import { root } from "../../tree.js";
import { runPods } from "./run-pods.js";

export const START = Date.parse("2026-11-24T12:00:00Z");

const network: ShellNetwork = {
  ca: "",
  resolve: (host) =>
    host === "registry.acme.example"
      ? { ok: true, addresses: ["203.0.113.10"] }
      : { ok: false, is: "nxdomain" },
  connect: async () => {
    throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  },
};

export interface Ran {
  /** stdout, then stderr. */
  readonly output: string;
  readonly exit: number;
}

export interface Cluster {
  readonly store: Store;
  readonly clock: HeldClock;
  readonly server: ApiServer;
  /** Runs a program with the cluster's kubeconfig; `kubectl` is the client under test. */
  run(
    words: readonly string[],
    options?: { readonly stdin?: string; readonly asPersona?: string },
  ): Promise<Ran>;
  close(): Promise<void>;
}

export async function openCluster(kubectl: string, version: string): Promise<Cluster> {
  const clock = heldClock(START);
  const store = new Store({ clock, admission: standardAdmission });
  seedStandardObjects(store);
  for (const name of ["shop", "quiet"]) store.create("namespaces", { metadata: { name } });
  for (const namespace of ["default", "shop", "quiet"]) {
    store.create("serviceaccounts", { metadata: { name: "default", namespace } });
  }
  const processes = new Processes({ clock, network });
  const stop = runPods(store, processes);
  const bugs: unknown[] = [];
  const server = await startApiServer({
    store,
    clock,
    version,
    nodes: processes,
    identities: [{ user: "dev", groups: ["developers"] }],
    onBug: (error) => bugs.push(error),
  });
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-kubectl-test-"));
  const admin = await server.credentials();
  for (const persona of [undefined, "dev"]) {
    const options = { name: "world", user: "admin", namespace: "shop" };
    const config = kubeconfigOf(server, admin, persona === undefined ? options : { ...options, persona });
    writeFileSync(join(folder, persona ?? "admin"), stringify(config), { mode: 0o600 });
  }
  return {
    store,
    clock,
    server,
    async run(words, { stdin, asPersona = "admin" } = {}) {
      const [name = "", ...args] = words;
      const child = spawn(name === "kubectl" ? kubectl : name, args, {
        cwd: join(root, "test/sim/kubectl/files"),
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          KUBECONFIG: join(folder, asPersona),
          KUBE_EDITOR: "sed -i s/replicas:\\ 3/replicas:\\ 4/",
        },
        stdio: ["pipe", "pipe", "pipe"],
      });
      let [out, err] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.stdin.on("error", () => {});
      child.stdin.end(stdin ?? "");
      const exit = await new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve(code ?? -1));
      });
      return { output: out + err, exit };
    },
    async close() {
      stop();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
      if (bugs.length > 0) throw bugs[0];
    },
  };
}
