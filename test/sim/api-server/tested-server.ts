// An API server over loopback for tests of its protocol, made anew for each test, and a client that
// shows what came over the wire.

import { request as httpsRequest } from "node:https";
import { afterEach, beforeEach, expect } from "vitest";
import { standardAdmission } from "../../../src/sim/api/admission/standard.js";
import { type ApiServer, type Credentials, startApiServer } from "../../../src/sim/api/http/server.js";
import { isJson, type Json, type KubeObject, text } from "../../../src/sim/api/json.js";
import type { NodeSide } from "../../../src/sim/api/node-side.js";
import { seedStandardObjects } from "../../../src/sim/api/standard-objects.js";
import { Store } from "../../../src/sim/api/store.js";
import { type HeldClock, heldClock } from "../../../src/sim/clock.js";

export const START = Date.parse("2026-11-24T12:00:00Z");
export const PODS = "/api/v1/namespaces/default/pods";
export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** Containers that answer with what they were asked. */
export const nodes: NodeSide = {
  logs: () => undefined,
  async exec(_target, command, session) {
    session.stdout(`ran ${command.join(" ")}\n`);
    if (session.hasStdin) for await (const bytes of session.stdin) session.stdout(bytes);
    return command[0] === "false" ? 3 : 0;
  },
  attach: async () => undefined,
};

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the admin's. */
  readonly token?: string;
  /** Called with each line as it comes; the connection is dropped when it returns true. */
  readonly onLine?: (line: Json) => boolean;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json;
  readonly text: string;
}

function askServer(
  api: Pick<TestedServer, "server" | "admin">,
  path: string,
  asked: Asked = {},
): Promise<Got> {
  const { method = "GET", body, type = "application/json", accept, headers, onLine } = asked;
  const token = asked.token ?? api.admin.token.reveal();
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${api.server.url}${path}`,
      {
        method,
        // Otherwise Node would take the name from the Host header.
        servername: "localhost",
        ca: api.server.authority.ca.certificate,
        headers: {
          ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
          ...(accept === undefined ? {} : { accept }),
          // Without a length, Node would not frame the body of a DELETE.
          ...(body === undefined ? {} : { "content-type": type, "transfer-encoding": "chunked" }),
          ...headers,
        },
      },
      (response) => {
        let text = "";
        let rest = "";
        const finish = (): void => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            // Plain text, or a stream of lines.
          }
          const { statusCode = 0 } = response;
          resolve({
            status: statusCode,
            headers: response.headers,
            body: isJson(parsed) ? parsed : {},
            text,
          });
        };
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          if (onLine === undefined) return;
          const lines = (rest + chunk.toString()).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            const event: unknown = JSON.parse(line);
            if (isJson(event) && onLine(event)) {
              response.destroy();
              finish();
              return;
            }
          }
        });
        response.on("end", finish);
        response.on("error", () => {});
      },
    );
    sent.on("error", reject);
    sent.end(
      body === undefined
        ? undefined
        : Buffer.isBuffer(body) || typeof body === "string"
          ? body
          : JSON.stringify(body),
    );
  });
}

export interface TestedServer {
  readonly store: Store;
  readonly clock: HeldClock;
  readonly server: ApiServer;
  readonly admin: Credentials;
}

/** What a test file uses; its parts are those of the test that runs. */
export interface Tested extends TestedServer {
  ask(path: string, asked?: Asked): Promise<Got>;
  /** Events of a watch until there are `count` of them. */
  watch(path: string, count: number, asked?: Asked): Promise<Json[]>;
  createPods(...names: string[]): KubeObject[];
}

export function serveForTests(): Tested {
  let current: TestedServer | undefined;
  let bugs: unknown[] = [];
  beforeEach(async () => {
    const clock = heldClock(START);
    const store = new Store({ clock, admission: standardAdmission, historyLength: 20 });
    seedStandardObjects(store);
    store.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
    bugs = [];
    const server = await startApiServer({
      store,
      clock,
      version: "v1.35.2",
      nodes,
      identities: [{ user: "dev", groups: [] }],
      onBug: (error) => bugs.push(error),
    });
    current = { store, clock, server, admin: await server.credentials() };
  });
  afterEach(async () => {
    await current?.server.close();
    expect(bugs).toEqual([]);
  });
  const now = (): TestedServer => {
    if (current === undefined) throw new Error("no test runs");
    return current;
  };
  return {
    get store() {
      return now().store;
    },
    get clock() {
      return now().clock;
    },
    get server() {
      return now().server;
    },
    get admin() {
      return now().admin;
    },
    ask: (path, asked) => askServer(now(), path, asked),
    async watch(path, count, asked = {}) {
      const events: Json[] = [];
      await askServer(now(), path, { ...asked, onLine: (event) => events.push(event) >= count });
      return events;
    },
    createPods: (...names) =>
      names.map((name) =>
        now().store.create("pods", { ...pod(name), metadata: { name, namespace: "default" } }),
      ),
  };
}

export const pod = (name: string, more: Json = {}): Json => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...more },
  spec: { containers: [{ name: "app", image: "x" }] },
});

/** `ADDED web` */
export const shown = (events: readonly Json[]): string[] =>
  events.map((event) => `${text(event, "type")} ${text(event, "object", "metadata", "name")}`);
