// The servers of bench/world.ts, in a process of their own: a simulated cluster with many pods, and one
// that sends what the first answered from files.

import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { standardAdmission } from "../../src/sim/api/admission/standard.js";
import { kubeconfigOf } from "../../src/sim/api/http/kubeconfig.js";
import { startApiServer } from "../../src/sim/api/http/server.js";
import { seedStandardObjects } from "../../src/sim/api/standard-objects.js";
import { Store } from "../../src/sim/api/store.js";
import { runningClock } from "../../src/sim/clock.js";

/** Texts of kubeconfigs, by what they lead to. */
export interface WorldReady {
  readonly kubeconfigs: { readonly world: string; readonly files: string };
}

const pods = Number(process.argv[2] ?? 5000);
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("disconnect", () => process.exit(0));

const clock = runningClock();
const store = new Store({ clock, admission: standardAdmission });
seedStandardObjects(store);
const spaces = Array.from({ length: 50 }, (_, at) => `space-${at}`);
for (const name of spaces) {
  store.create("namespaces", { metadata: { name } });
  store.create("serviceaccounts", { metadata: { name: "default", namespace: name } });
}
for (let at = 0; at < pods / 10; at++) store.create("nodes", { metadata: { name: `node-${at}` } });
for (let at = 0; at < pods; at++) {
  store.create("pods", {
    metadata: {
      name: `pod-${at}`,
      namespace: spaces[at % spaces.length],
      labels: { app: `app-${at % 100}` },
    },
    spec: {
      nodeName: `node-${at % (pods / 10)}`,
      containers: [{ name: "app", image: `registry.acme.example/shop/app-${at % 100}:1.0` }],
    },
    status: {
      phase: "Running",
      podIP: "10.244.0.2",
      containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: {} } }],
    },
  });
}

const server = await startApiServer({
  store,
  clock,
  version: "v1.35.2",
  nodes: { logs: () => undefined, exec: async () => 0, attach: async () => undefined },
});
const admin = await server.credentials();
const { authority } = server;
const serving = await authority.server();

/** Asks the simulated server once for each question, and answers from the file from then on. */
const types = new Map<string, string>();
const files = createServer(
  { key: serving.key.reveal(), cert: serving.certificate },
  async (asked, response) => {
    const key = createHash("sha256").update(`${asked.url} ${asked.headers.accept}`).digest("hex");
    const path = join(folder, key);
    if (!existsSync(path)) await fetchInto(path, key, asked.url ?? "/", asked.headers.accept ?? "*/*");
    response.setHeader("content-type", types.get(key) ?? "application/json");
    createReadStream(path).pipe(response);
  },
);

function fetchInto(path: string, key: string, url: string, accept: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { accept, authorization: `Bearer ${admin.token.reveal()}` };
    const sent = request(`${server.url}${url}`, { ca: authority.ca.certificate, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        writeFileSync(path, Buffer.concat(chunks));
        types.set(key, answer.headers["content-type"] ?? "");
        resolve();
      });
    });
    sent.on("error", reject).end();
  });
}

files.listen(0, "127.0.0.1", () => {
  const bound = files.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : 0;
  const config = (url: string) =>
    JSON.stringify(kubeconfigOf({ url, authority }, admin, { name: "bench", user: "bench" }));
  const ready: WorldReady = {
    kubeconfigs: { world: config(server.url), files: config(`https://127.0.0.1:${port}`) },
  };
  process.send?.(ready);
});
