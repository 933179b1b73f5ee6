// An API server's gate, through which a command's requests go: it can hold a write back, let it through and lose the answer,
// or answer in the server's place.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request as ask } from "node:https";
import { parse } from "yaml";

/**
 * `hang`: no answer ever comes, as to a process that was killed. `cut`: the connection ends. `before` and `after` the server
 * was told.
 */
export type Trouble =
  | "hang-before"
  | "hang-after"
  | "cut-before"
  | "cut-after"
  | { readonly status: number; readonly body: object };

export interface Gate {
  readonly kubeconfig: string;
  /** Every request: `PATCH /apis/...`. */
  readonly asked: string[];
  /** Writes that were not dry runs. */
  readonly writes: string[];
  /** Resolves when the trouble strikes. Write 0 is the next one. */
  trouble(write: number, what: Trouble): Promise<void>;
  /** The same, counting every request, reads and dry runs too. `isLasting`: so it goes with all that come after it. */
  troubleAt(request: number, what: Trouble, isLasting?: boolean): void;
  /** Lets everything through again; false when no trouble had struck. */
  calm(): boolean;
  /** Called before each write is let through. */
  onWrite: (() => void) | undefined;
  onAsked: (() => void) | undefined;
  close(): Promise<void>;
}

/** `more`: headers that every request gets, such as whom it impersonates. */
export async function openGate(
  adminKubeconfig: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Gate> {
  const config = parse(adminKubeconfig) as {
    clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
    users: [{ user: Record<string, string> }];
  };
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  const bytes = (text: string | undefined): Buffer | undefined =>
    text === undefined ? undefined : Buffer.from(text, "base64");
  const agent = new Agent({
    keepAlive: true,
    ca: bytes(cluster["certificate-authority-data"]),
    cert: bytes(user["client-certificate-data"]),
    key: bytes(user["client-key-data"]),
  });
  const target = new URL(cluster.server);
  let armed: { left: number; readonly what: Trouble; readonly struck: () => void } | undefined;
  let meant: { left: number; readonly what: Trouble; readonly isLasting: boolean } | undefined;
  let hasStruck = false;
  const asked: string[] = [];
  const writes: string[] = [];

  const forward = (
    incoming: IncomingMessage,
    body: Buffer,
    answer: (from: IncomingMessage) => void,
  ): void => {
    const { host: _host, ...headers } = incoming.headers;
    const token = user.token === undefined ? {} : { authorization: `Bearer ${user.token}` };
    const outgoing = ask(
      {
        agent,
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, ...token, ...more },
      },
      answer,
    );
    outgoing.on("error", () => incoming.socket.destroy());
    outgoing.end(body);
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const line = `${incoming.method} ${incoming.url}`;
    asked.push(line);
    gate.onAsked?.();
    const isReview = line.includes("/authorization.k8s.io/");
    const isDry = line.includes("dryRun=All") || body.includes(`"dryRun":["All"]`);
    const isWrite = incoming.method !== "GET" && !isDry && !isReview;
    const pass = (): void =>
      forward(incoming, body, (from) => {
        outgoing.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(outgoing);
      });
    if (isWrite) {
      writes.push(line);
      gate.onWrite?.();
    }
    if (meant !== undefined && meant.left-- <= 0) {
      const { what, isLasting } = meant;
      if (!isLasting) meant = undefined;
      hasStruck = true;
      return strike(what, () => {});
    }
    if (!isWrite || armed === undefined || armed.left-- > 0) return pass();
    const { what, struck } = armed;
    armed = undefined;
    return strike(what, struck);

    function strike(what: Trouble, struck: () => void): void {
      if (typeof what === "object") {
        outgoing
          .writeHead(what.status, { "content-type": "application/json" })
          .end(JSON.stringify(what.body));
        struck();
        return;
      }
      const end = (): void => {
        if (what.startsWith("cut")) incoming.socket.destroy();
        struck();
      };
      if (what.endsWith("before")) end();
      else forward(incoming, body, (from) => from.resume().on("end", end));
    }
  };

  const server = createServer(
    (incoming, outgoing) => void serve(incoming, outgoing).catch(() => incoming.socket.destroy()),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const gate: Gate = {
    kubeconfig: JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "gate", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "gate", user: {} }],
      contexts: [{ name: "gate", context: { cluster: "gate", user: "gate", namespace: "shop" } }],
      "current-context": "gate",
    }),
    asked,
    writes,
    trouble: (write, what) =>
      new Promise((struck) => {
        armed = { left: write, what, struck };
      }),
    troubleAt(request, what, isLasting = false) {
      meant = { left: request, what, isLasting };
      hasStruck = false;
    },
    calm() {
      meant = undefined;
      return hasStruck;
    },
    onWrite: undefined,
    onAsked: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      agent.destroy();
    },
  };
  return gate;
}
