// Name lookups and connections out of a container, with the patience of the program that asks.

import type { Socket } from "node:net";
import type { Machine } from "./machine.js";

export type DialTrouble =
  | { readonly is: "nxdomain" | "servfail" | "dns-refused" | "dns-timeout" }
  | { readonly is: "refused" | "unreachable" | "no-route" | "timeout" | "failed"; readonly address: string };

export type Dialled =
  | { readonly ok: true; readonly socket: Socket; readonly address: string }
  | ({ readonly ok: false } & DialTrouble);

export type Resolved =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly is: "nxdomain" | "servfail" | "dns-refused" | "dns-timeout" };

/** How long a resolver library tries a silent server: two attempts of five seconds. */
const RESOLVER_MS = 10_000;

/** A silent name server takes its time off the world's clock. */
export async function resolveName(machine: Machine, host: string, signal: AbortSignal): Promise<Resolved> {
  const found = machine.network.resolve(host.replace(/\.$/, ""));
  if (found.ok) return found;
  if (found.is !== "timeout") return { ok: false, is: found.is === "refused" ? "dns-refused" : found.is };
  await patience(machine, RESOLVER_MS, signal).over;
  return { ok: false, is: "dns-timeout" };
}

/** A wait in the world's time that can be called off. */
function patience(
  machine: Machine,
  ms: number,
  signal: AbortSignal,
): { readonly over: Promise<void>; readonly stop: () => void } {
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const cancel = machine.clock.after(ms, finish);
  signal.addEventListener("abort", finish, { once: true });
  if (signal.aborted) finish();
  const stop = (): void => {
    cancel();
    signal.removeEventListener("abort", finish);
    finish();
  };
  return { over, stop };
}

/** Runs real socket work under a limit of world time; a held clock stands still unless the peer is silent on purpose. */
export async function within<T>(
  machine: Machine,
  limitMs: number,
  signal: AbortSignal,
  work: (stalled: (isStalled: boolean) => void, signal: AbortSignal) => Promise<T>,
): Promise<T | "timeout"> {
  const limit = new AbortController();
  const { over, stop } = patience(machine, limitMs, signal);
  let release = machine.clock.hold?.();
  const stalled = (isStalled: boolean): void => {
    if (!isStalled) release ??= machine.clock.hold?.();
    else {
      release?.();
      release = undefined;
    }
  };
  const timeout = over.then(() => {
    limit.abort();
    return "timeout" as const;
  });
  try {
    return await Promise.race([work(stalled, limit.signal), timeout]);
  } finally {
    release?.();
    stop();
  }
}

/** Linux gives up a connection that nobody answers after six retries: 127 seconds. */
export const KERNEL_PATIENCE_MS = 127_000;

export async function dial(
  machine: Machine,
  host: string,
  port: number,
  options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Dialled> {
  const { signal, timeoutMs = KERNEL_PATIENCE_MS } = options;
  const resolved = await resolveName(machine, host, signal);
  if (!resolved.ok) return resolved;
  const address = resolved.addresses[0] ?? "";
  const socket = await within(
    machine,
    timeoutMs,
    signal,
    async (stalled, limit): Promise<Socket | DialTrouble> => {
      try {
        return await machine.network.connect(address, port, stalled, limit);
      } catch (error) {
        return { is: connectTrouble(error), address };
      }
    },
  );
  if (socket === "timeout") return { ok: false, is: "timeout", address };
  return "is" in socket ? { ok: false, ...socket } : { ok: true, socket, address };
}

function connectTrouble(error: unknown): "refused" | "unreachable" | "no-route" | "timeout" | "failed" {
  switch (errorCode(error)) {
    case "ECONNREFUSED":
      return "refused";
    case "ENETUNREACH":
      return "unreachable";
    case "EHOSTUNREACH":
      return "no-route";
    case "ETIMEDOUT":
    case "ABORT_ERR":
      return "timeout";
    default:
      return "failed";
  }
}

/** The `code` of a Node error; "" when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
