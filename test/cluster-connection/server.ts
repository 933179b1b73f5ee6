// A small loopback API server for tests of the connection, and the kubeconfig that leads to it.

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ClusterWorld } from "../../src/cluster/client-world.js";

export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Every request, in order. */
  readonly seen: IncomingMessage[];
  close(): Promise<void>;
}

export const version = { major: "1", minor: "32", gitVersion: "v1.32.4" };

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** A Status, as the API server words its refusals. */
export function statusOf(code: number, reason: string, message: string): unknown {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

/** `answer` gets every request but `/version`, unless `isRaw`. */
export async function serve(
  answer: RequestListener,
  tls?: ServerOptions,
  isRaw = false,
): Promise<TestServer> {
  const seen: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request);
    if (request.url === "/version" && !isRaw) sendJson(response, 200, version);
    else answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A folder that goes away when `remove` is called. */
export function scratch(): {
  readonly path: string;
  write(name: string, text: string): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "pulldoctor-test-"));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A kubeconfig with one context called `test`. */
export function kubeconfig(cluster: object, user: object = {}, context: object = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
    contexts: [{ name: "test", context: { cluster: "c", user: "u", ...context } }],
  });
}

/** A world without this machine's variables; waits take no time and are noted. */
export function worldIn(path: string, more: Partial<ClusterWorld> = {}): ClusterWorld & { waits: number[] } {
  const waits: number[] = [];
  return {
    env: { HOME: path, PATH: process.env.PATH },
    cwd: path,
    now: () => new Date(),
    serviceAccountFolder: join(path, "serviceaccount"),
    sleep: async (ms) => void waits.push(ms),
    ...more,
    waits,
  };
}
