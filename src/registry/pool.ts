// Connections by origin, shared by everything that asks: a registry's own, and those that it sends us to.

import { DialError, type DialFacts, type DialWorld, type Route } from "./dial.js";
import { dialWords } from "./dial-words.js";
import type { Failure, Purpose } from "./exchange.js";
import type { Lookup } from "./lookup.js";
import { bare, type SpecialAddress, specialAddress } from "./trust.js";
import { originOf, Wire, WireError, type WireLimits, WireStopped } from "./wire.js";

/** How hosts are reached that configuration says nothing about: through which proxy, trusting whom. */
export type RouteFor = (host: string, port: number, isTls: boolean) => Route;

export interface PoolWorld {
  readonly lookup: Lookup;
  readonly routeFor: RouteFor;
  readonly limits: WireLimits;
  readonly signal: AbortSignal;
}

export class Pool {
  readonly #world: PoolWorld;
  readonly #wires = new Map<string, Wire>();

  constructor(world: PoolWorld) {
    this.#world = world;
  }

  get signal(): AbortSignal {
    return this.#world.signal;
  }

  /** The connections of a route that the user or configuration names. */
  to(route: Route): Wire {
    return this.#wire(`own ${originOf(route)}`, route, {});
  }

  /** The connections to a URL that the registry behind `route` named: its addresses are checked. */
  onWordOf(route: Route, url: URL): Wire {
    const isTls = url.protocol === "https:";
    const port = Number(url.port || (isTls ? 443 : 80));
    const host = bare(url.hostname);
    const isOwnHost = host === bare(route.host);
    if (isOwnHost && port === route.port && isTls === route.isTls) return this.to(route);
    const at = placeOf(this.to(route).facts, bare(route.host));
    const onWordOfRegistry = at === undefined ? {} : { at };
    const key = `word ${originOf(route)} ${url.origin}`;
    // Another port of the registry's own host is reached as the registry is, with the same trust.
    const there = isOwnHost ? { ...route, port, isTls } : this.#world.routeFor(host, port, isTls);
    return this.#wire(key, there, { onWordOfRegistry });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#wires.values()].map((wire) => wire.close()));
    this.#wires.clear();
  }

  #wire(key: string, route: Route, more: Pick<DialWorld, "onWordOfRegistry">): Wire {
    const known = this.#wires.get(key);
    if (known !== undefined) return known;
    const { lookup, limits, signal } = this.#world;
    const made = new Wire(route, { lookup, limits, signal, ...more }, limits);
    this.#wires.set(key, made);
    return made;
  }
}

/** What a registry's address is. One that the user pinned may lead anywhere, by a port-forward: it counts as remote. */
function placeOf({ address, addresses }: DialFacts, host: string): SpecialAddress | undefined {
  if (address === undefined) return specialAddress(host);
  const isPinned = addresses?.some((one) => one.address === address && one.by === "pinned") === true;
  return isPinned ? undefined : specialAddress(address);
}

/** An error of a wire as a failure; anything else is a bug, and thrown on. */
export function failureOf(error: unknown, purpose: Purpose, host: string): Failure {
  if (error instanceof DialError) {
    const { stage, code, facts } = error;
    const is = code === "EADDRREFUSED" ? "refused" : "unreachable";
    return { stage, is, why: dialWords(code, host, facts, stage), code, errors: [], facts };
  }
  if (error instanceof WireStopped) {
    const { stage = purpose, facts } = error;
    return { stage, is: "stopped", why: "no answer until we stopped waiting", errors: [], facts };
  }
  if (error instanceof WireError) {
    const { code, facts } = error;
    return { stage: purpose, is: "unreachable", why: dialWords(code, host, facts), code, errors: [], facts };
  }
  throw error;
}
