// What servers of the world do to a connection below HTTP: go quiet on purpose, or reset it.
// Timeouts of the world run only while a peer is quiet on purpose, so that a busy machine or a fast
// clock never turns a healthy connection into a failed one.

import type { Socket } from "node:net";
import type { StallWatcher } from "./network.js";

export interface Stalls {
  /** Called by the client, once its socket is connected. */
  watch(socket: Socket, watcher: StallWatcher): void;
  /** Called by the server for a socket that it accepted. */
  set(socket: Socket, isStalled: boolean): void;
  /** Called for each TCP connection that a listener accepts. */
  accepted(socket: Socket): void;
  /** Ends the connection that carries `socket` (itself, or the one under its TLS) with a reset. */
  reset(socket: Socket): void;
}

export function newStalls(): Stalls {
  const watchers = new Map<string, StallWatcher>();
  // A server may go quiet before its client hears that it is connected.
  const early = new Set<string>();
  const carriers = new Map<string, Socket>();
  return {
    accepted(socket) {
      const key = `${socket.remoteAddress}:${socket.remotePort}`;
      carriers.set(key, socket);
      socket.once("close", () => carriers.delete(key));
    },
    reset(socket) {
      const carrier = carriers.get(`${socket.remoteAddress}:${socket.remotePort}`);
      if (carrier === undefined) socket.destroy();
      else carrier.resetAndDestroy();
    },
    watch(socket, watcher) {
      const key = `${socket.localAddress}:${socket.localPort}`;
      watchers.set(key, watcher);
      socket.once("close", () => watchers.delete(key));
      if (early.delete(key)) watcher(true);
    },
    set(socket, isStalled) {
      const key = `${socket.remoteAddress}:${socket.remotePort}`;
      const watcher = watchers.get(key);
      if (watcher !== undefined) {
        watcher(isStalled);
      } else if (isStalled && !socket.destroyed) {
        early.add(key);
        socket.once("close", () => early.delete(key));
      } else {
        early.delete(key);
      }
    },
  };
}
