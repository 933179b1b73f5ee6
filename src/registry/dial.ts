// From a host name to a connection, one stage at a time: names, TCP, TLS, each with its facts and its duration, so that
// a failure says how far it came and what was learnt before.

import { isIP, connect as netConnect, type Socket } from "node:net";
import tls from "node:tls";
import type { Secret } from "../model/secret.js";
import { type CertificateFacts, chainOf } from "./certificate-facts.js";
import type { Lookup, Resolved } from "./lookup.js";
import { secureContextOf } from "./secure-context.js";
import { addressMayBeAsked, nameMayBeProxied, type SpecialAddress } from "./trust.js";
import { openTunnel, type ProxyRoute } from "./tunnel.js";

export type DialStage = "dns" | "proxy" | "tcp" | "tls";

/** Where a connection goes, by configuration. `host` has no port and no brackets. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** PEM texts; absent: what this machine trusts. */
  readonly ca?: readonly string[];
  readonly client?: { readonly cert: string; readonly key: Secret };
  readonly isInsecure?: boolean;
  readonly proxy?: ProxyRoute;
}

/** What was learnt on the way; fields of stages that were not reached are absent. Durations in milliseconds. */
export interface DialFacts {
  readonly addresses?: readonly Resolved[];
  readonly dnsMs?: number;
  /** The address that answered, or the proxy's. */
  readonly address?: string;
  readonly tcpMs?: number;
  /** What failed before an address answered: `203.0.113.7: ECONNREFUSED`. */
  readonly failedAddresses?: readonly { readonly address: string; readonly code: string }[];
  readonly viaProxy?: string;
  readonly tlsMs?: number;
  readonly tlsVersion?: string;
  /** The server's certificate first. */
  readonly chain?: readonly CertificateFacts[];
}

/** The stage that failed, Node's or OpenSSL's code for it, and the facts up to there. */
export class DialError extends Error {
  override readonly name = "DialError";
  readonly stage: DialStage;
  readonly code: string;
  readonly facts: DialFacts;

  constructor(stage: DialStage, code: string, facts: DialFacts, cause?: unknown) {
    super(`${stage}: ${code}`, { cause });
    this.stage = stage;
    this.code = code;
    this.facts = facts;
  }
}

export interface DialWorld {
  readonly lookup: Lookup;
  readonly signal: AbortSignal;
  readonly limits: { readonly dnsMs: number; readonly tcpMs: number; readonly tlsMs: number };
  /**
   * Set for a host that a registry named (a realm, a redirect): its addresses are checked. `at`: what the registry's own
   * address is, when it is not an ordinary one.
   */
  readonly onWordOfRegistry?: { readonly at?: SpecialAddress };
  /** Told when a stage begins, and undefined when the connection stands. */
  readonly onStage?: (stage: DialStage | undefined) => void;
}

export interface Dialed {
  readonly socket: Socket;
  readonly facts: DialFacts;
}

/** Opens the connection. Throws DialError; after `signal` aborts, its reason. */
export async function dial(route: Route, world: DialWorld): Promise<Dialed> {
  const { socket, facts } =
    route.proxy === undefined ? await direct(route, world) : await tunnelled(route, world);
  const dialed = route.isTls ? await secure(route, socket, facts, world) : { socket, facts };
  world.onStage?.(undefined);
  return dialed;
}

async function direct(route: Route, world: DialWorld): Promise<Dialed> {
  const addresses = await timed("dns", world, world.limits.dnsMs, {}, (signal) =>
    world.lookup(route.host, signal),
  );
  const found: DialFacts = { addresses: addresses.value, dnsMs: addresses.ms };
  const allowed = addresses.value.filter(({ address, by }) => mayAsk(address, by, world));
  if (allowed.length === 0)
    throw new DialError("dns", addresses.value.length === 0 ? "ENODATA" : "EADDRREFUSED", found);
  const failed: { address: string; code: string }[] = [];
  const connected = await timed(
    "tcp",
    world,
    world.limits.tcpMs,
    { ...found, failedAddresses: failed },
    (signal) => firstToAnswer(allowed, route, failed, signal),
  );
  const facts = { ...found, address: connected.value.address, tcpMs: connected.ms };
  return {
    socket: connected.value.socket,
    facts: failed.length === 0 ? facts : { ...facts, failedAddresses: failed },
  };
}

/** A stranger's word never leads to this machine or to a metadata service; what the user pinned is the user's word. */
function mayAsk(address: string, by: Resolved["by"], world: DialWorld): boolean {
  if (world.onWordOfRegistry === undefined || by === "pinned") return true;
  return addressMayBeAsked(address, world.onWordOfRegistry.at).ok;
}

async function tunnelled(route: Route, world: DialWorld): Promise<Dialed> {
  const { proxy } = route;
  if (proxy === undefined) throw new Error("a tunnel needs a proxy");
  // A proxy resolves names itself; what is written as an address, and what everybody knows, can be judged here.
  const isRefused =
    isIP(route.host) !== 0
      ? !mayAsk(route.host, "literal", world)
      : world.onWordOfRegistry !== undefined && !nameMayBeProxied(route.host).ok;
  if (isRefused) throw new DialError("dns", "EADDRREFUSED", {});
  const viaProxy = proxy.shown;
  const opened = await timed("proxy", world, world.limits.tcpMs, { viaProxy }, (signal) =>
    openTunnel(proxy, route.host, route.port, signal),
  );
  return { socket: opened.value, facts: { viaProxy, tcpMs: opened.ms } };
}

/** Time after which the next address is tried beside one that does not answer. RFC 8305. */
const nextAfterMs = 250;

/** The first address that answers wins, the others are let go. Rejects with the last error when none does. */
function firstToAnswer(
  addresses: readonly Resolved[],
  route: Route,
  failed: { address: string; code: string }[],
  signal: AbortSignal,
): Promise<{ socket: Socket; address: string }> {
  return new Promise((resolve, reject) => {
    const open = new Set<Socket>();
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      for (const other of open) other.destroy();
    };
    const stop = (): void => {
      for (const socket of open)
        failed.push({ address: String(Reflect.get(socket, "asked")), code: "ETIMEDOUT" });
      finish();
      reject(signal.reason);
    };
    const tryNext = (): void => {
      clearTimeout(timer);
      const found = addresses[next++];
      if (found === undefined) return;
      const { address, port = route.port } = found;
      const socket = netConnect({ host: address, port, noDelay: true });
      Reflect.set(socket, "asked", address);
      open.add(socket);
      socket.once("connect", () => {
        open.delete(socket);
        socket.removeAllListeners("error");
        finish();
        resolve({ socket, address });
      });
      socket.once("error", (error: NodeJS.ErrnoException) => {
        open.delete(socket);
        failed.push({ address, code: error.code ?? "EUNKNOWN" });
        if (next < addresses.length) tryNext();
        else if (open.size === 0) {
          finish();
          reject(error);
        }
      });
      if (next < addresses.length) timer = setTimeout(tryNext, nextAfterMs);
    };
    signal.addEventListener("abort", stop, { once: true });
    tryNext();
    readAhead(route);
  });
}

/** Reads a system's certificates while the first packet travels: both take their time. */
function readAhead(route: Route): void {
  try {
    if (route.isTls) secureContextOf(route);
  } catch {
    // Certificates that cannot be read fail the handshake, where they are said.
  }
}

async function secure(route: Route, plain: Socket, facts: DialFacts, world: DialWorld): Promise<Dialed> {
  const { value: socket, ms } = await timed("tls", world, world.limits.tlsMs, facts, (signal) =>
    handshake(route, plain, signal),
  ).catch((error: unknown) => {
    plain.destroy();
    throw error;
  });
  const version = socket.getProtocol();
  const seen: DialFacts = {
    ...facts,
    tlsMs: ms,
    ...(version === null ? {} : { tlsVersion: version }),
    chain: chainOf(socket),
  };
  if (!socket.authorized && route.isInsecure !== true) {
    socket.destroy();
    throw new DialError("tls", codeOf(socket.authorizationError), seen);
  }
  return { socket, facts: seen };
}

/** Completes the handshake whatever the certificate is, so that it can be described; nothing is sent before it is judged. */
function handshake(route: Route, socket: Socket, signal: AbortSignal): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = tls.connect({
      socket,
      host: route.host,
      ...(isIP(route.host) === 0 ? { servername: route.host } : {}),
      secureContext: secureContextOf(route),
      // Judged by us right after the handshake; see `secure`.
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
    });
    const stop = (): void => {
      secured.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    secured.once("secureConnect", () => {
      signal.removeEventListener("abort", stop);
      secured.removeAllListeners("error");
      resolve(secured);
    });
    secured.once("error", (error) => {
      signal.removeEventListener("abort", stop);
      reject(error);
    });
  });
}

/** Runs one stage within its time; what it throws becomes a DialError of that stage with the facts so far. */
async function timed<T>(
  stage: DialStage,
  world: DialWorld,
  limitMs: number,
  facts: DialFacts,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> {
  const started = performance.now();
  world.onStage?.(stage);
  const limit = AbortSignal.timeout(limitMs);
  try {
    const value = await run(AbortSignal.any([world.signal, limit]));
    return { value, ms: performance.now() - started };
  } catch (error) {
    if (world.signal.aborted) throw world.signal.reason;
    if (error instanceof DialError) throw error;
    throw new DialError(stage, limit.aborted ? "ETIMEDOUT" : codeOf(error), facts, error);
  }
}

function codeOf(error: unknown): string {
  if (typeof error === "string") return error;
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "EUNKNOWN";
}
