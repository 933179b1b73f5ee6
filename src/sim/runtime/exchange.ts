// HTTP as a pull needs it: requests over the node's own connections, kept open while the pull lasts.

import { Agent, type IncomingMessage, request as send } from "node:http";
import type { Duplex } from "node:stream";
import { type DialParts, dial, type Line, type Target } from "./dial.js";
import { cancelled, isAborted, NetworkFailure } from "./network-failure.js";

/** What one request costs on the wire, in world time. */
const roundTripMs = 6;

export interface Ask {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isInsecure?: boolean;
  /** No word from the server for this long fails the request; absent: it waits for ever. */
  readonly silence?: { readonly ms: number; readonly leaf: string };
}

export interface Reply {
  readonly status: number;
  /** `404 Not Found`, with the server's own phrase. */
  readonly statusText: string;
  header(name: string): string | undefined;
  /** undefined when the server did not say. */
  readonly contentLength: number | undefined;
  /** Reads to the end; `cut` says why it ended early. */
  body(): Promise<{ readonly bytes: Buffer; readonly cut?: NetworkFailure }>;
}

export class Exchange {
  readonly #parts: DialParts;
  readonly #agents = new Map<string, Agent>();
  readonly #lines = new Map<Duplex, Line>();

  constructor(parts: DialParts) {
    this.#parts = parts;
  }

  /** Rejects with NetworkFailure when there is no answer. */
  async ask(ask: Ask): Promise<Reply> {
    const { patience, signal } = this.#parts;
    if (isAborted(signal)) throw cancelled();
    await patience.pause(roundTripMs, signal);
    if (isAborted(signal)) throw cancelled();
    const { url } = ask;
    const isTls = url.protocol === "https:";
    const target: Target = {
      host: url.hostname,
      port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
      isTls,
      isInsecure: ask.isInsecure === true,
    };
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = send({
        agent: this.#agent(target),
        method: ask.method,
        host: target.host,
        port: target.port,
        path: url.pathname + url.search,
        headers: {
          host: url.host,
          "user-agent": "Go-http-client/1.1",
          ...ask.headers,
          ...(ask.body === undefined
            ? {}
            : {
                "content-type": "application/x-www-form-urlencoded; charset=utf-8",
                "content-length": String(Buffer.byteLength(ask.body)),
              }),
        },
      });
      outgoing.once("response", resolve);
      outgoing.once("error", (error) => {
        const line = outgoing.socket === null ? undefined : this.#lines.get(outgoing.socket);
        const why = error instanceof NetworkFailure ? error : undefined;
        // The socket's own error comes one turn after the request's.
        const reset = isReset(error) ? line?.reset() : undefined;
        setImmediate(() => reject(why ?? line?.failure() ?? reset ?? new NetworkFailure("EOF")));
      });
      if (ask.silence !== undefined) {
        const { ms, leaf } = ask.silence;
        outgoing.once("finish", () => patience.limit(ms, () => outgoing.destroy(new NetworkFailure(leaf))));
      }
      outgoing.end(ask.body);
    });
    patience.unlimited();
    return this.#reply(message, ask);
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    for (const socket of this.#lines.keys()) socket.destroy();
  }

  #agent(target: Target): Agent {
    const key = `${target.isTls} ${target.isInsecure} ${target.host}:${target.port}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = (_options, done) => {
      dial(target, this.#parts).then(
        (line) => {
          this.#lines.set(line.socket, line);
          done?.(null, line.socket);
        },
        // Node's type wants a socket here as well; it reads none after an error.
        (error: Error) => (done as ((error: Error) => void) | undefined)?.(error),
      );
      return undefined;
    };
    this.#agents.set(key, agent);
    return agent;
  }

  #reply(message: IncomingMessage, ask: Ask): Reply {
    const { patience } = this.#parts;
    const status = message.statusCode ?? 0;
    const length = message.headers["content-length"];
    let read: Promise<{ bytes: Buffer; cut?: NetworkFailure }> | undefined;
    const line = this.#lines.get(message.socket);
    const body = (): Promise<{ bytes: Buffer; cut?: NetworkFailure }> => {
      read ??= new Promise((resolve) => {
        const chunks: Buffer[] = [];
        const end = (cut?: NetworkFailure): void => {
          patience.unlimited();
          resolve({ bytes: Buffer.concat(chunks), ...(cut === undefined ? {} : { cut }) });
        };
        if (ask.silence !== undefined) {
          const { ms, leaf } = ask.silence;
          patience.limit(ms, () => message.destroy(new NetworkFailure(leaf)));
        }
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.once("end", () => end());
        message.once("error", (error) => {
          const own = error instanceof NetworkFailure ? error : undefined;
          const reset = isReset(error) ? line?.reset() : undefined;
          setImmediate(() => end(own ?? line?.failure() ?? reset ?? new NetworkFailure("unexpected EOF")));
        });
      });
      return read;
    };
    // An answer nobody reads would keep the connection from its next request.
    void body();
    return {
      status,
      statusText: `${status} ${message.statusMessage ?? ""}`.trimEnd(),
      header: (name) => {
        const value = message.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(", ") : value;
      },
      contentLength: length === undefined ? undefined : Number(length),
      body,
    };
  }
}

/** A reset as the system tells it; Node calls the end of a connection by the same code. */
const isReset = (error: Error): boolean => /^(read|write) (ECONNRESET|EPIPE)/.test(error.message);
