// The world's network: names, addresses, certificates, faults; used by clients in this process
// through `Network` and by outside ones through the DNS server, the proxy and the CA it names.

import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../clock.js";
import type { HostConfig } from "../registry/config.js";

export interface NetworkOptions {
  readonly clock: Clock;
  /**
   * `real`: 443, 80... on each host's loopback address and 53 for names (needs the right to); `high`: free
   * ports. Default `high`.
   */
  readonly ports?: "real" | "high";
  /** What node programs call their resolver, default 203.0.113.53. */
  readonly nameserver?: string;
}

/** The answer of the world's resolver. `timeout` takes the asker's own patience. */
export type Lookup =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly is: "nxdomain" | "servfail" | "refused" | "timeout" };

/** Where a host really listens: a loopback address and, per port of the world, one of the machine. */
export interface HostAddress {
  readonly host: string;
  /** The address that nodes see and name: 203.0.113.7. */
  readonly address: string;
  /** The loopback address that outside clients get from the DNS server. */
  readonly loopback: string;
  /** World port to machine port: { 443: 41234 }. */
  readonly ports: Readonly<Record<number, number>>;
}

/** A connection's peer has gone quiet on purpose (true), or speaks again (false). */
export type StallWatcher = (isStalled: boolean) => void;

/** A port of a host and what answers there. */
export interface Service {
  readonly port: number;
  readonly server: Server;
  readonly tls: boolean;
}

export interface Network {
  /** PEM of the world's own CA. */
  readonly ca: string;
  /** PEM of the CA behind `untrusted` certificates: trusted by nobody until it is installed. */
  readonly otherCa: string;
  /** As node programs name it: `203.0.113.53:53`. */
  readonly nameserver: string;
  /** The DNS server for outside clients: UDP and TCP. */
  readonly dns: { readonly address: string; readonly port: number };
  /** The CONNECT proxy for outside clients, `http://127.0.0.1:PORT`. */
  readonly proxyUrl: string;
  /** Resolves a name as a node does, without sockets. An address resolves to itself. */
  resolve(host: string): Lookup;
  /**
   * Opens a TCP connection as a node would, to an address that `resolve` gave and a port of the world.
   * Rejects with a Node error (`code` ECONNREFUSED, ENETUNREACH, EHOSTUNREACH). For a blackhole it calls
   * `stalled` and does not settle until `signal` aborts: the caller waits by the world's clock.
   */
  connect(address: string, port: number, stalled: StallWatcher, signal?: AbortSignal): Promise<Socket>;
  /** As `connect`, by name; for proxies. A resolver that is silent never answers. */
  dial(host: string, port: number): Promise<Socket>;
  /** Puts HTTP servers behind a host's ports. */
  serve(host: string, config: HostConfig, services: readonly Service[]): Promise<HostAddress>;
  /** Changes how a host behaves from now on; for a host not known yet, adds it. */
  change(host: string, change: Partial<HostConfig>): Promise<void>;
  /** Said by a server of the world when it goes quiet on purpose, and when it speaks again. */
  setStalled(socket: Socket, isStalled: boolean): void;
  /** Ends a connection that a server of the world accepted with a TCP reset. */
  reset(socket: Socket): void;
  host(name: string): HostAddress | undefined;
  hosts(): readonly HostAddress[];
  /** The environment that an outside client needs; `caFile` holds `ca`. */
  env(caFile: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}
