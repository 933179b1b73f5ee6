// What Go's network code says when a connection fails. Semantics reference 6.7.

/** A request that got no answer. `leaf` is Go's innermost text, without the `Head "url": ` around it. */
export class NetworkFailure extends Error {
  readonly leaf: string;
  /** ECONNREFUSED somewhere in the chain: CRI-O tells it apart. */
  readonly isRefused: boolean;
  /** The pull was cancelled. */
  readonly isCancelled: boolean;

  constructor(leaf: string, more: { readonly isRefused?: boolean; readonly isCancelled?: boolean } = {}) {
    super(leaf);
    this.leaf = leaf;
    this.isRefused = more.isRefused === true;
    this.isCancelled = more.isCancelled === true;
  }
}

export const cancelled = (): NetworkFailure => new NetworkFailure("context canceled", { isCancelled: true });

export const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

export const lookupFailed = (
  host: string,
  nameserver: string,
  is: "nxdomain" | "servfail" | "refused" | "timeout",
  local: string,
): NetworkFailure => {
  const head = `dial tcp: lookup ${host} on ${nameserver}: `;
  if (is === "nxdomain") return new NetworkFailure(`${head}no such host`);
  if (is === "timeout") return new NetworkFailure(`${head}read udp ${local}->${nameserver}: i/o timeout`);
  return new NetworkFailure(`${head}server misbehaving`);
};

/** By Node's error code of a connect. */
export function dialFailed(address: string, port: number, code: string | undefined): NetworkFailure {
  const head = `dial tcp ${address}:${port}: `;
  switch (code) {
    case "ECONNREFUSED":
      return new NetworkFailure(`${head}connect: connection refused`, { isRefused: true });
    case "ENETUNREACH":
      return new NetworkFailure(`${head}connect: network is unreachable`);
    case "EHOSTUNREACH":
      return new NetworkFailure(`${head}connect: no route to host`);
    default:
      return new NetworkFailure(`${head}i/o timeout`);
  }
}

export const resetByPeer = (local: string, remote: string): NetworkFailure =>
  new NetworkFailure(`read tcp ${local}->${remote}: read: connection reset by peer`);
