// Names to addresses: by this machine's resolver, by one that the user named, or pinned by the user.

import { Resolver, lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { bare } from "./trust.js";
import { Turnstile } from "./turnstile.js";

export interface Resolved {
  readonly address: string;
  readonly family: 4 | 6;
  /** `pinned` with `--resolve`; `literal`: the name is an address; `resolver`: this machine's, or the one that was named. */
  readonly by: "resolver" | "literal" | "pinned";
  /** Where the user pinned a port as well: it is asked instead of the URL's, which stays in names and headers. */
  readonly port?: number;
}

/** Every address of a host, in the order to try them. Rejects with Node's codes: ENOTFOUND, EAI_AGAIN, ESERVFAIL... */
export type Lookup = (host: string, signal: AbortSignal) => Promise<readonly Resolved[]>;

export interface Pinned {
  readonly address: string;
  readonly port?: number;
}

export interface LookupChoice {
  /** Host to addresses, from `--resolve HOST=ADDRESS[:PORT]`. */
  readonly pinned?: ReadonlyMap<string, readonly Pinned[]>;
  /** `ADDRESS[:PORT]` of a DNS server to ask instead of this machine's resolver. */
  readonly server?: string;
}

export function lookupBy(choice: LookupChoice): Lookup {
  const ask = choice.server === undefined ? bySystem : byServer(choice.server);
  return async (host, signal) => {
    const name = bare(host);
    const pinned = choice.pinned?.get(name);
    if (pinned !== undefined) return pinned.map((one) => ({ ...resolved(one.address, "pinned"), ...one }));
    if (isIP(name) !== 0) return [resolved(name, "literal")];
    return orAborted(ask(name, signal), signal);
  };
}

const resolved = (address: string, by: Resolved["by"]): Resolved => ({
  address,
  family: isIP(address) === 6 ? 6 : 4,
  by,
});

/**
 * The system's resolver blocks a thread for each name, and a program that ends waits for all of them: few at a time, so that
 * names which nobody waits for any more are never asked for, and one thread stays free for files.
 */
const threads = new Turnstile(3, new AbortController().signal);

function bySystem(host: string, signal: AbortSignal): Promise<readonly Resolved[]> {
  return threads.through(async () => {
    signal.throwIfAborted();
    const found = await systemLookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => resolved(address, "resolver"));
  });
}

/** Both families at once; one that has no address of a family is no error, one that fails for both is. */
function byServer(server: string): (host: string) => Promise<readonly Resolved[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([server]);
  return async (host) => {
    const [six, four] = await Promise.allSettled([resolver.resolve6(host), resolver.resolve4(host)]);
    const found = [four, six].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    if (found.length > 0) return found.map((address) => resolved(address, "resolver"));
    throw four.status === "rejected" ? four.reason : new Error("no addresses");
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
