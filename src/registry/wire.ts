// One HTTP request to one host, within limits of time and bytes. Nothing is followed, nothing is unpacked, no login is
// added here: what goes out is what the caller wrote, to the host that the caller named.

import { Agent, type ClientRequest, type IncomingMessage, request as send } from "node:http";
import type { Duplex } from "node:stream";
import { DialError, type DialFacts, type DialStage, type DialWorld, dial, type Route } from "./dial.js";

export interface WireLimits {
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly tlsMs: number;
  /** From the moment the connection stands to the answer's header, interim answers or not. */
  readonly headersMs: number;
  /** For the whole body, so that a server which drips cannot hold us. */
  readonly bodyMs: number;
  readonly headerBytes: number;
}

export const wireLimits: WireLimits = {
  dnsMs: 5_000,
  tcpMs: 5_000,
  tlsMs: 5_000,
  headersMs: 10_000,
  bodyMs: 15_000,
  headerBytes: 64 * 1024,
};

export interface WireRequest {
  readonly method: "GET" | "HEAD" | "POST";
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes of the body to read at most; what is beyond is not read and `isCut` says so. */
  readonly maxBytes: number;
}

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; a header that came several times has several values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  readonly isCut: boolean;
  /** Without the time that its connection took to open. */
  readonly ms: number;
  /** Of the connection that carried it; connections are kept, so several answers may share them. */
  readonly facts: DialFacts;
}

/** We stopped waiting: the deadline is over, or the user ended it. `stage` is where; absent: for an answer. */
export class WireStopped extends Error {
  override readonly name = "WireStopped";
  readonly stage: DialStage | undefined;
  readonly facts: DialFacts;

  constructor(stage: DialStage | undefined, facts: DialFacts, cause: unknown) {
    super("stopped", { cause });
    this.stage = stage;
    this.facts = facts;
  }
}

/** The connection stood and the exchange failed: `code` is Node's, `EHEADERSTIMEOUT` or `EBODYTIMEOUT`. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: string;
  readonly facts: DialFacts;

  constructor(code: string, facts: DialFacts, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** Connections to one route, opened when first needed and kept until `close`. */
export class Wire {
  readonly #route: Route;
  readonly #world: DialWorld;
  readonly #limits: WireLimits;
  readonly #agent: Agent;
  #facts: DialFacts = {};
  #stage: DialStage | undefined;

  constructor(route: Route, world: DialWorld, limits: WireLimits) {
    this.#route = route;
    this.#world = {
      ...world,
      onStage: (stage) => {
        this.#stage = stage;
      },
    };
    this.#limits = limits;
    this.#agent = new DialAgent((done) => this.#dial(done));
  }

  /** What the last connection that was opened, or failed to open, showed; {} before. */
  get facts(): DialFacts {
    return this.#facts;
  }

  /** Throws DialError for what fails before HTTP, WireError for what fails in it, WireStopped once the signal aborts. */
  async ask(request: WireRequest): Promise<WireAnswer> {
    const started = performance.now();
    const factsBefore = this.#facts;
    // One signal for each request: each listens to it, and many listeners on one look like a leak to Node.
    const signal = AbortSignal.any([this.#world.signal]);
    try {
      const answer = await this.#answer(request, signal);
      const { body, isCut } = await readBounded(answer, request.maxBytes, this.#limits.bodyMs);
      return {
        status: answer.statusCode ?? 0,
        headers: headersOf(answer.headersDistinct),
        body,
        isCut,
        ms: performance.now() - started - (this.#facts === factsBefore ? 0 : dialMs(this.#facts)),
        facts: this.#facts,
      };
    } catch (error) {
      if (signal.aborted) throw new WireStopped(this.#stage, this.#facts, signal.reason);
      if (error instanceof DialError) throw error;
      throw new WireError(codeOf(error), this.#facts, error);
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  /** A kept connection that the server had closed just then is no answer: it is asked once more, on another. */
  async #answer(request: WireRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const first = this.#send(request, signal);
    try {
      return await first.answer;
    } catch (error) {
      const isStale = first.sent.reusedSocket && ["ECONNRESET", "EPIPE"].includes(codeOf(error));
      if (!isStale || signal.aborted) throw error;
      return this.#send(request, signal).answer;
    }
  }

  #send(
    { method, path, headers, body }: WireRequest,
    signal: AbortSignal,
  ): { readonly sent: ClientRequest; readonly answer: Promise<IncomingMessage> } {
    const { headersMs, headerBytes } = this.#limits;
    const sent = send({
      agent: this.#agent,
      method,
      path,
      // The connection is made by `dial`; these only say which ones are alike.
      host: this.#route.host,
      port: this.#route.port,
      setHost: false,
      headers: { host: new URL(originOf(this.#route)).host, ...headers },
      maxHeaderSize: headerBytes,
      signal,
    });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      sent.once("socket", () => {
        timer = setTimeout(() => sent.destroy(withCode("EHEADERSTIMEOUT")), headersMs);
      });
      sent.once("response", resolve);
      sent.on("error", reject);
      sent.once("response", () => clearTimeout(timer));
      sent.once("close", () => clearTimeout(timer));
    });
    sent.end(body);
    return { sent, answer };
  }

  #dial(done: Dialled): void {
    dial(this.#route, this.#world).then(
      ({ socket, facts }) => {
        this.#facts = facts;
        done(null, socket);
      },
      (error: unknown) => {
        if (error instanceof DialError) this.#facts = error.facts;
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}

type Dialled = (error: Error | null, socket?: Duplex) => void;

/** Keeps connections as Node's agent does, and lets us open them. TLS is under them already: to HTTP they are plain. */
class DialAgent extends Agent {
  readonly #dial: (done: Dialled) => void;

  constructor(dialIt: (done: Dialled) => void) {
    super({ keepAlive: true, maxSockets: 8, maxFreeSockets: 8, scheduling: "lifo" });
    this.#dial = dialIt;
  }

  override createConnection(_options: unknown, done: Dialled): undefined {
    this.#dial(done);
  }
}

export function originOf({ host, port, isTls }: Route): string {
  const name = host.includes(":") ? `[${host}]` : host;
  const isUsual = port === (isTls ? 443 : 80);
  return `${isTls ? "https" : "http"}://${name}${isUsual ? "" : `:${port}`}`;
}

const dialMs = ({ dnsMs = 0, tcpMs = 0, tlsMs = 0 }: DialFacts): number => dnsMs + tcpMs + tlsMs;

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

/** Reads at most `maxBytes` in at most `limitMs`; the rest of a longer body is left unread and its connection is closed. */
async function readBounded(
  answer: IncomingMessage,
  maxBytes: number,
  limitMs: number,
): Promise<{ body: Buffer; isCut: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => answer.destroy(withCode("EBODYTIMEOUT")), limitMs);
  try {
    for await (const part of answer) {
      const bytes = Buffer.from(part);
      parts.push(bytes);
      size += bytes.length;
      if (size > maxBytes) break;
    }
  } finally {
    clearTimeout(timer);
  }
  const whole = Buffer.concat(parts);
  return size > maxBytes ? { body: whole.subarray(0, maxBytes), isCut: true } : { body: whole, isCut: false };
}

function headersOf(headers: NodeJS.Dict<string[]>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? []]));
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "EUNKNOWN";
}
