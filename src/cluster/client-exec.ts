// A command run in a container: the API server's WebSocket, one byte of channel before each message.
// https://kubernetes.io/docs/reference/using-api/websockets/ (v5.channel.k8s.io; v4 for servers before 1.30).

import { type Dispatcher, WebSocket } from "undici";
import { type Executed, readStatus } from "./exec-status.js";

export interface ExecLine {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

const channels = { out: 1, err: 2, status: 3 } as const;
const maxBytes = 256 * 1024;

/** Never rejects: what failed is in `why`. More than 256 KB of output ends the command. */
export function execOver(line: ExecLine, signal: AbortSignal): Promise<Executed> {
  const { url, headers, dispatcher } = line;
  const address = new URL(url);
  address.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  return new Promise((resolve) => {
    const socket = new WebSocket(address, {
      protocols: ["v5.channel.k8s.io", "v4.channel.k8s.io"],
      dispatcher,
      headers: { ...headers },
    });
    socket.binaryType = "arraybuffer";
    const streams = { out: [] as Buffer[], err: [] as Buffer[] };
    let size = 0;
    let isOver = false;
    const end = (ended: Pick<Executed, "exitCode" | "why">): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", stop);
      socket.close();
      resolve({ ...ended, out: textOf(streams.out), err: textOf(streams.err) });
    };
    const stop = (): void => end({ exitCode: undefined, why: "it was ended before it answered" });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    socket.addEventListener("message", ({ data }) => {
      const bytes = bytesOf(data);
      const [channel] = bytes;
      const content = bytes.subarray(1);
      size += content.length;
      if (size > maxBytes) return end({ exitCode: undefined, why: "it printed more than 256 KB" });
      if (channel === channels.out) streams.out.push(content);
      else if (channel === channels.err) streams.err.push(content);
      else if (channel === channels.status) end(readStatus(content.toString("utf8")));
    });
    socket.addEventListener("error", () =>
      end({ exitCode: undefined, why: "the API server did not open a stream to it" }),
    );
    socket.addEventListener("close", () => end({ exitCode: undefined, why: "the stream to it broke off" }));
  });
}

const textOf = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString("utf8");

function bytesOf(data: unknown): Buffer {
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(typeof data === "string" ? data : "", "utf8");
}
