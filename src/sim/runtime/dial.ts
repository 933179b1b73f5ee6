// Opens a connection as a node's runtime does: name, TCP, proxy, TLS. Every failure is a NetworkFailure
// in Go's words.

import type { Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import {
  cancelled,
  dialFailed,
  isAborted,
  lookupFailed,
  NetworkFailure,
  resetByPeer,
} from "./network-failure.js";
import type { Patience } from "./patience.js";
import type { NodePullSettings } from "./pull-types.js";
import { distrust } from "./trust.js";

const dialMs = 30_000;
const lookupMs = 10_000;
const handshakeMs = 10_000;
/** What a kernel needs to find out that nobody answers for an address on its own network. */
const neighbourMs = 3_000;

export interface DialParts {
  readonly network: Network;
  readonly clock: Clock;
  readonly node: NodePullSettings;
  readonly patience: Patience;
  /** Go 1.20 and newer put `tls: failed to verify certificate: ` before certificate errors. */
  readonly saysVerify: boolean;
  readonly signal?: AbortSignal;
}

export interface Line {
  readonly socket: Socket | TLSSocket;
  /** Why the TCP connection under it ended; undefined while it lives or after a clean end. */
  failure(): NetworkFailure | undefined;
  /** What a reset of it is called. */
  reset(): NetworkFailure;
}

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Certificates are not looked at. */
  readonly isInsecure: boolean;
}

export async function dial(target: Target, parts: DialParts): Promise<Line> {
  const proxy = parts.node.proxy;
  const isProxied = proxy !== undefined && target.isTls && !isExempt(target.host, parts.node);
  const { raw, failure, reset } = isProxied
    ? await throughProxy(new URL(proxy), target, parts)
    : await tcp(target.host, target.port, parts);
  if (!target.isTls) return { socket: raw, failure, reset };
  const socket = await handshake(raw, target, parts, failure);
  return { socket, failure, reset };
}

function isExempt(host: string, node: NodePullSettings): boolean {
  return (node.noProxy ?? []).some((one) => host === one || host.endsWith(`.${one.replace(/^\./, "")}`));
}

interface Raw extends Pick<Line, "failure" | "reset"> {
  readonly raw: Socket;
}

async function tcp(host: string, port: number, parts: DialParts): Promise<Raw> {
  const { network, patience, signal } = parts;
  const own = parts.node.address ?? "198.51.100.10";
  if (isAborted(signal)) throw cancelled();
  const found = network.resolve(host);
  if (!found.ok) {
    if (found.is === "timeout") await patience.pause(lookupMs, signal);
    if (isAborted(signal)) throw cancelled();
    throw lookupFailed(host, network.nameserver, found.is, `${own}:${ephemeralPort()}`);
  }
  const address = found.addresses[0] ?? "";
  const giveUp = new AbortController();
  const stop = (): void => giveUp.abort();
  signal?.addEventListener("abort", stop, { once: true });
  const watcher = patience.watcher();
  patience.limit(dialMs, stop);
  let raw: Socket;
  try {
    raw = await network.connect(address, port, watcher, giveUp.signal);
  } catch (error) {
    watcher(false);
    patience.unlimited();
    if (isAborted(signal)) throw cancelled();
    const code = codeOf(error);
    // Reset so soon that the kernel tells while connecting; Go finds out with its first read.
    if (code === "ECONNRESET") throw resetByPeer(`${own}:${ephemeralPort()}`, `${address}:${port}`);
    if (code === "EHOSTUNREACH") await patience.pause(neighbourMs, signal);
    throw dialFailed(address, port, code);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  patience.unlimited();
  const drop = (): void => void raw.destroy();
  signal?.addEventListener("abort", drop, { once: true });
  const remote = `${address}:${port}`;
  const local = `${own}:${raw.localPort ?? ephemeralPort()}`;
  let failed: NetworkFailure | undefined;
  raw.on("error", (error) => {
    if (codeOf(error) === "ECONNRESET" || codeOf(error) === "EPIPE") failed = resetByPeer(local, remote);
  });
  raw.once("close", () => {
    watcher(false);
    signal?.removeEventListener("abort", drop);
  });
  const reset = (): NetworkFailure => resetByPeer(local, remote);
  return { raw, reset, failure: () => (isAborted(signal) ? cancelled() : failed) };
}

async function throughProxy(proxy: URL, target: Target, parts: DialParts): Promise<Raw> {
  let opened: Raw;
  try {
    opened = await tcp(proxy.hostname, proxy.port === "" ? 80 : Number(proxy.port), parts);
  } catch (error) {
    if (!(error instanceof NetworkFailure) || error.isCancelled) throw error;
    throw new NetworkFailure(`proxyconnect tcp: ${error.leaf}`, { isRefused: error.isRefused });
  }
  const { raw } = opened;
  const authority = `${target.host}:${target.port}`;
  raw.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: Go-http-client/1.1\r\n\r\n`);
  const head = await new Promise<string>((resolve, reject) => {
    let seen = "";
    const onData = (chunk: Buffer): void => {
      seen += chunk.toString("latin1");
      if (!seen.includes("\r\n\r\n")) return;
      raw.off("data", onData);
      raw.off("close", onClose);
      raw.pause();
      resolve(seen);
    };
    const onClose = (): void => reject(opened.failure() ?? new NetworkFailure("EOF"));
    raw.on("data", onData);
    raw.once("close", onClose);
  });
  const [, status = "", phrase = ""] = /^HTTP\/1\.[01] (\d{3}) ?([^\r\n]*)/.exec(head) ?? [];
  if (status !== "200") {
    raw.destroy();
    throw new NetworkFailure(phrase);
  }
  return opened;
}

async function handshake(
  raw: Socket,
  target: Target,
  parts: DialParts,
  failure: () => NetworkFailure | undefined,
): Promise<TLSSocket> {
  const { network, clock, node, patience, saysVerify } = parts;
  const socket = connectTls({
    socket: raw,
    ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
    ca: [network.ca, ...(node.extraCa ?? [])],
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
  });
  socket.on("error", () => {});
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", (error) => reject(failure() ?? tlsFailure(error)));
      socket.once("close", () => reject(failure() ?? new NetworkFailure("EOF")));
      patience.limit(handshakeMs, () => reject(new NetworkFailure("net/http: TLS handshake timeout")));
    });
  } catch (error) {
    patience.unlimited();
    // A reset may reach the TLS layer before the socket's own error event: ask once more.
    await new Promise((resolve) => setImmediate(resolve));
    raw.destroy();
    throw failure() ?? error;
  }
  patience.unlimited();
  if (target.isInsecure) return socket;
  const why = distrust(target.host, socket.getPeerCertificate(), hasTrustedChain(socket), clock.now());
  if (why === undefined) return socket;
  socket.destroy();
  throw new NetworkFailure(`${saysVerify ? "tls: failed to verify certificate: " : ""}${why}`);
}

/** A wrong name or time is judged apart, and Node names it only where the chain itself is trusted. */
function hasTrustedChain(socket: TLSSocket): boolean {
  const error: unknown = socket.authorizationError;
  return error === null || error === undefined || /ALTNAME|EXPIRED|NOT_YET_VALID/.test(String(error));
}

function tlsFailure(error: Error): NetworkFailure {
  const code = codeOf(error) ?? "";
  if (code === "ECONNRESET") return new NetworkFailure("EOF");
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)) {
    return new NetworkFailure("http: server gave HTTP response to HTTPS client");
  }
  return new NetworkFailure("tls: first record does not look like a TLS handshake");
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;

const ephemeralPort = (): number => 32_768 + Math.floor(Math.random() * 28_000);
