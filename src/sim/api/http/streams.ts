// Exec and attach: WebSockets with one byte of channel before each message.

import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { ByteQueue } from "../../byte-queue.js";
import { badRequest, isApiError } from "../errors.js";
import { at, text } from "../json.js";
import type { ContainerTarget, Session } from "../node-side.js";
import type { Api, Call, ResourceCall } from "./call.js";
import { isSet } from "./call.js";
import { containerStatus, pickContainer } from "./containers.js";
import { authorize } from "./dispatch.js";
import { isOwnHost, statusError } from "./reply.js";
import { requestInfo } from "./request-info.js";
import { targetOf } from "./target.js";

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const NO_SPDY =
  "this simulated cluster serves exec and attach over WebSockets only: use kubectl 1.30 or later";
const NO_FORWARD = "this simulated cluster does not serve port-forward";

export interface Upgrader {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function upgrader(
  api: Api,
  callOf: (request: IncomingMessage, body: Buffer, signal: AbortSignal) => Call,
  onBug: ((error: unknown) => void) | undefined,
): Upgrader {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((one) => offered.has(one)) ?? false,
  });
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const gone = new AbortController();
      try {
        if (!isOwnHost(request.headers.host)) throw badRequest("foreign Host header");
        const call = callOf(request, Buffer.alloc(0), gone.signal);
        const stream = streamOf(api, call);
        if ((request.headers.upgrade ?? "").toLowerCase() !== "websocket") throw badRequest(NO_SPDY);
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.on("close", () => gone.abort());
          void converse(client, stream, call, onBug);
        });
      } catch (error) {
        if (error instanceof KubeletRefusal) endWith(socket, 500, "text/plain", error.message);
        else {
          const refused = statusError(500, error, onBug);
          endWith(socket, refused.code, "application/json", `${JSON.stringify(refused.status)}\n`);
        }
      }
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

function endWith(socket: Duplex, code: number, type: string, body: string): void {
  const head = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? "Error"}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Runs to the exit code; undefined when the client left first. */
type Stream = (session: Session) => Promise<number | undefined>;

/** Throws ApiError when nothing can be streamed. */
function streamOf(api: Api, call: Call): Stream {
  const target = targetOf(call.path);
  if (target?.subresource === undefined) throw badRequest("nothing to upgrade to at this path");
  // A WebSocket can only be opened by GET, but it starts something: RBAC calls that "create" too.
  const info = requestInfo(call);
  if (info !== undefined) authorize(api, call, info);
  if (target.subresource === "portforward") throw badRequest(NO_FORWARD);
  const resourceCall: ResourceCall = { ...call, target };
  const where = runningContainer(api, resourceCall);
  if (target.subresource === "attach") {
    // How the process ended is in the pod's status; the stream itself went well.
    return async (session) => ((await api.nodes.attach(where, session)) === undefined ? undefined : 0);
  }
  const command = call.query.getAll("command");
  if (command.length === 0) throw badRequest("you must specify at least one command for the container");
  return (session) => api.nodes.exec(where, command, session);
}

function runningContainer(api: Api, call: ResourceCall): ContainerTarget {
  const { namespace, name = "" } = call.target;
  const pod = api.store.get("pods", namespace, name);
  const container = pickContainer(pod, call.query.get("container") ?? "");
  if (text(pod, "spec", "nodeName") === "") throw badRequest(`pod ${name} does not have a host assigned`);
  if (at(containerStatus(pod, container), "state", "running") !== undefined) return { pod, container };
  throw new KubeletRefusal(`container not found ("${container}")`);
}

/** What a kubelet says in plain text, and the API server passes on as it is. */
class KubeletRefusal extends Error {
  override readonly name = "KubeletRefusal";
}

async function converse(
  client: WebSocket,
  stream: Stream,
  call: Call,
  onBug: ((error: unknown) => void) | undefined,
): Promise<void> {
  const hasTty = isSet(call.query, "tty");
  const hasStdin = isSet(call.query, "stdin");
  const input = new ByteQueue();
  if (!hasStdin) input.end();
  client.on("message", (data: Buffer) => {
    const [channel, ended] = [data[0], data[1]];
    if (channel === CHANNEL.stdin) input.push(data.subarray(1));
    else if (channel === CHANNEL.close && ended === CHANNEL.stdin) input.end();
  });
  client.on("close", () => input.end());
  client.on("error", () => client.terminate());
  const writer = (channel: number, isWanted: boolean) => (bytes: string | Buffer) => {
    if (!isWanted || client.readyState !== client.OPEN || bytes.length === 0) return;
    client.send(Buffer.concat([Buffer.from([channel]), Buffer.from(bytes)]));
  };
  const stdout = writer(CHANNEL.stdout, isSet(call.query, "stdout"));
  const session: Session = {
    stdin: input,
    stdout,
    stderr: hasTty ? stdout : writer(CHANNEL.stderr, isSet(call.query, "stderr")),
    hasStdin,
    hasTty,
    signal: call.signal,
  };
  let status: object | undefined;
  try {
    const code = await stream(session);
    if (code !== undefined) status = exitStatus(code);
  } catch (error) {
    status = (isApiError(error) ? error : statusError(500, error, onBug)).status;
  }
  if (status !== undefined) writer(CHANNEL.error, true)(JSON.stringify(status));
  client.close(1000);
}

function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
